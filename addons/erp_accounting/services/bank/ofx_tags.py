"""The tags of an OFX file as a tree: version 1 is SGML without most end tags, version 2 is XML.

Source: Open Financial Exchange, Specification 1.6 and 2.2, chapter 2. Elements hold a value, aggregates
hold elements; only aggregates must be closed in version 1, and both versions hold the same tags, so that one
reader serves them. Entities, document types and attributes are not part of either.
"""

from __future__ import annotations

import re
from html import unescape
from xml.etree.ElementTree import Element  # a plain tree; nothing is parsed by it

from core.api import _, uploads

DEEPEST = 32
"""Statements have nine levels."""

_HEADER = re.compile(rb"\s*(?:OFXHEADER\s*:|<\?)", re.IGNORECASE)
_FIELD = re.compile(r"(\w+)\s*(?::\s*([\w-]+)|=\s*[\"']([^\"']*)[\"'])")
_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[(?P<data>.*?)\]\]>|<(?P<end>/?)(?P<tag>[\w.:-]{1,64})\s*(?P<empty>/?)>|(?P<text>[^<]+)|(?P<other><)",
    re.DOTALL,
)
_CHARSETS = {"1252": "cp1252", "iso-8859-1": "latin-1", "8859-1": "latin-1", "none": "ascii"}


class Malformed(ValueError):
    """The bytes are no OFX; the argument says where."""


def parse(content: bytes) -> Element:
    """The element ``OFX`` with all below it; Malformed when tags or characters do not fit."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    uploads.check_tags(content)
    start = content.upper().find(b"<OFX>")
    if start < 0 or not _HEADER.match(content):
        raise Malformed(_("it does not begin as OFX does"))
    header = content[:start].decode("ascii", "replace")
    try:
        body = content[start:].decode(_charset(header))
    except UnicodeDecodeError as error:
        raise Malformed(
            _(
                "byte {position} is no character of {charset}",
                position=start + error.start,
                charset=error.encoding,
            )
        ) from error
    return _tree(body)


def _charset(header: str) -> str:
    """Version 2 is XML, which is UTF-8 unless it says otherwise; version 1 names encoding and code page."""
    fields = {name.upper(): (one or two).lower() for name, one, two in _FIELD.findall(header)}
    encoding = fields.get("ENCODING", "utf-8")
    if header.lstrip().startswith("<?"):
        return "cp1252" if encoding == "windows-1252" else "latin-1" if encoding == "iso-8859-1" else "utf-8"
    if encoding in {"unicode", "utf-8", "utf8"}:
        return "utf-8"
    return _CHARSETS.get(fields.get("CHARSET", "none"), "cp1252")


def _tree(body: str) -> Element:
    top = Element("")
    opened = [top]
    """Aggregates that are not closed, and an element whose value is still to come."""
    for token in _TOKEN.finditer(body):
        if token["tag"]:
            tag = token["tag"].upper()
            if token["end"]:
                _close(opened, tag)
            else:
                _open(opened, tag)
                if token["empty"]:
                    opened.pop()
        elif token["other"]:
            raise Malformed(_("a “<” begins no tag at character {position}", position=token.start()))
        elif (value := _value(token)).strip():
            _fill(opened, value)
    if len(opened) > 1:
        raise Malformed(_("<{tag}> is not closed", tag=opened[-1].tag))
    return top[0]


def _value(token: re.Match[str]) -> str:
    return token["data"] or unescape(token["text"] or "")


def _open(opened: list[Element], tag: str) -> None:
    if opened[-1].text is not None:
        opened.pop()  # an element of version 1 ends where the next tag begins
    if len(opened) > DEEPEST:
        raise Malformed(_("its tags are nested more than {levels} deep", levels=DEEPEST))
    if len(opened) == 1 and len(opened[0]):
        raise Malformed(_("<{tag}> stands after the end", tag=tag))
    element = Element(tag)
    opened[-1].append(element)
    opened.append(element)


def _fill(opened: list[Element], value: str) -> None:
    holder = opened[-1]
    if len(opened) == 1 or len(holder):
        raise Malformed(_("“{text}” stands outside of every element", text=value.strip()[:40]))
    holder.text = (holder.text or "") + value


def _close(opened: list[Element], tag: str) -> None:
    if opened[-1].text is not None and opened[-1].tag != tag:
        opened.pop()
    depth = next((n for n in range(len(opened) - 1, 0, -1) if opened[n].tag == tag), 0)
    if not depth:
        raise Malformed(_("</{tag}> closes nothing", tag=tag))
    while len(opened) > depth + 1:  # an element without a value and without an end tag: it holds nothing
        empty = opened.pop()
        opened[-1].extend(list(empty))
        for child in list(empty):
            empty.remove(child)
    opened.pop()
