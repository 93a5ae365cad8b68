"""OFX of version 1 and 2 is read by its tags; what fits no tag is refused with its place."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_accounting.services.bank import ofx_tags

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SGML = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:{encoding}\nCHARSET:{charset}\n\n"
XML = '<?xml version="1.0" encoding="{encoding}"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'

Node = tuple[str, object]
VALUES = (
    st.text(st.characters(codec="cp1252", exclude_categories=("Cc",)), min_size=1).map(str.strip).filter(bool)
)
TAGS = st.from_regex(r"[A-Z][A-Z0-9]{0,11}", fullmatch=True).filter(lambda tag: tag != "OFX")
# an element is never called like the aggregate around it: without end tags nothing would tell them apart
TREES = st.recursive(
    st.tuples(TAGS.map(lambda tag: f"{tag}.V"), VALUES),
    lambda below: st.tuples(TAGS, st.lists(below, max_size=4)),
    max_leaves=12,
)


def below(element: Element) -> list[Node]:
    return [(one.tag, one.text if one.text is not None else below(one)) for one in element]


def written(node: Node, *, ends: bool) -> str:
    tag, content = node
    if isinstance(content, str):
        return f"<{tag}>{escape(content)}" + (f"</{tag}>" if ends else "\n")
    assert isinstance(content, list)
    return f"<{tag}>{''.join(written(one, ends=ends) for one in content)}</{tag}>"


@given(st.lists(TREES, max_size=4), st.booleans())
def test_what_is_written_in_either_version_is_read_as_it_was(nodes: list[Node], ends: bool) -> None:
    body = f"<OFX>{''.join(written(node, ends=ends) for node in nodes)}</OFX>"
    one = (SGML.format(encoding="USASCII", charset="1252") + body).encode("cp1252")
    two = (XML.format(encoding="UTF-8") + body).encode()

    def stripped(found: list[Node]) -> list[Node]:
        return [(tag, text.strip() if isinstance(text, str) else stripped(text)) for tag, text in found]  # type: ignore[arg-type]  # a list where it is no text

    assert stripped(below(ofx_tags.parse(one))) == nodes
    assert stripped(below(ofx_tags.parse(two))) == nodes


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        (SGML.format(encoding="USASCII", charset="1252"), "cp1252"),
        (SGML.format(encoding="USASCII", charset="ISO-8859-1"), "latin-1"),
        (SGML.format(encoding="UNICODE", charset="NONE"), "utf-8"),
        (SGML.format(encoding="UTF-8", charset="1252"), "utf-8"),
        (XML.format(encoding="UTF-8"), "utf-8"),
        (XML.format(encoding="ISO-8859-1"), "latin-1"),
        (XML.format(encoding="windows-1252"), "cp1252"),
        ("\ufeff" + XML.format(encoding="UTF-8"), "utf-8"),
    ],
)
def test_the_characters_are_those_that_the_header_names(header: str, encoding: str) -> None:
    content = (header + "<OFX><NAME>Café Noël</NAME></OFX>").encode(encoding)

    assert below(ofx_tags.parse(content)) == [("NAME", "Café Noël")]


def test_an_element_without_value_and_end_holds_nothing() -> None:
    body = "<OFX><STMTTRN><MEMO><NAME>Dupont<PAYEE/><TRNAMT>-1</STMTTRN><LEDGERBAL></LEDGERBAL></OFX>"

    found = below(ofx_tags.parse((SGML.format(encoding="USASCII", charset="1252") + body).encode()))

    line = [("MEMO", []), ("NAME", "Dupont"), ("PAYEE", []), ("TRNAMT", "-1")]
    assert found == [("STMTTRN", line), ("LEDGERBAL", [])]


def test_character_data_and_comments_are_what_they_are_in_xml() -> None:
    body = "<OFX><!-- of <today> --><NAME><![CDATA[A & <B>]]></NAME></OFX>"

    assert below(ofx_tags.parse((XML.format(encoding="UTF-8") + body).encode())) == [("NAME", "A & <B>")]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<OFX><NAME>x", "<NAME> is not closed"),
        ("<OFX><NAME>x</MEMO></OFX>", "</MEMO> closes nothing"),
        ("<OFX></OFX><OFX></OFX>", "<OFX> stands after the end"),
        ("<OFX><A>x</A>loose</OFX>", "“loose” stands outside of every element"),
        ("<OFX><NAME>a < b</NAME></OFX>", "a “<” begins no tag at character 13"),
        ("<OFX>" + "<A>" * 40 + "x" + "</A>" * 40 + "</OFX>", "nested more than 32 deep"),
    ],
)
def test_tags_that_do_not_fit_are_refused_with_their_place(body: str, sentence: str) -> None:
    content = (SGML.format(encoding="USASCII", charset="1252") + body).encode()

    with pytest.raises(ofx_tags.Malformed, match=sentence):
        ofx_tags.parse(content)


def test_a_byte_of_no_character_is_named() -> None:
    header = SGML.format(encoding="UTF-8", charset="NONE")

    with pytest.raises(ofx_tags.Malformed, match=f"byte {len(header) + 11} is no character of utf-8"):
        ofx_tags.parse((header + "<OFX><NAME>").encode() + b"\xff</NAME></OFX>")


def test_what_does_not_begin_as_ofx_is_refused() -> None:
    with pytest.raises(ofx_tags.Malformed, match="does not begin as OFX does"):
        ofx_tags.parse(b"Bonjour <OFX></OFX>")
