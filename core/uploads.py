"""What a file may become while it is read: four hundred kilobytes can unpack to half a gigabyte.

Every reader of files that people bring goes through here before it hands them to a library, so that what is
too much is refused while it is still small. The limits are those of a file that one person brings for one
purpose; who has more brings it in parts.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from core.errors import Invalid
from core.i18n.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 40 * 1024 * 1024
"""Of a file as it is sent; the web server takes no more either."""
MOST_UNPACKED: Final = 96 * 1024 * 1024
"""Bytes of all members of a packed file together."""
MOST_MEMBERS: Final = 2_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
MOST_CELLS: Final = 1_000_000
"""Rows times columns: each cell is an object of a hundred bytes."""
MOST_CELL: Final = 1_000_000
"""Characters between two delimiters."""
MOST_ELEMENTS: Final = 1_000_000
"""Of an XML file: as a tree each takes some two hundred bytes."""
DEEPEST: Final = 64
_BLOCK: Final = 1 << 16
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
csv.field_size_limit(MOST_CELL)


class TooMuch(Invalid):
    """A file would take more room or time than it may. Nothing of it was kept."""

    def __init__(self, message: str) -> None:
        super().__init__(
            fields={"file": message},
            hint=_("Split it, or leave out what is not needed, and choose it again."),
        )


class Damaged(ValueError):
    """A file is not what its format says."""


class Hostile(Damaged):
    """An XML file declares a document type, as entities need one and no document of business does."""


def check_size(content: bytes, most: int = MOST_BYTES) -> None:
    """Raise TooMuch for a file that is larger than ``most`` bytes."""
    if len(content) > most:
        raise TooMuch(_("The file is larger than {most} MB.", most=most // 1024 // 1024))


def rows_of(text: str, delimiter: str, most: int = MOST_ROWS) -> Iterator[list[str]]:
    """The rows of a CSV file that hold something.

    Raise TooMuch once it passes a limit, csv.Error when it is none.
    """
    if text.count(delimiter) + text.count("\n") > 2 * MOST_CELLS:
        raise _too_many_cells()
    cells = rows = 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        if not any(row):
            continue
        rows, cells = rows + 1, cells + len(row)
        if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
            raise TooMuch(_("The file has more than {most} columns.", most=MOST_COLUMNS))
        if rows > most + 1:  # the first names the columns
            raise TooMuch(_("The file has more than {most} rows.", most=most))
        if cells > MOST_CELLS:
            raise _too_many_cells()
        yield row


def _too_many_cells() -> TooMuch:
    return TooMuch(_("The file has more than {most} cells.", most=MOST_CELLS))


def unpacked(content: bytes, most: int = MOST_UNPACKED) -> Iterator[tuple[str, bytes]]:
    """What a ZIP file unpacks to, in pieces with the name of their member.

    Read to its end, every member is known to unpack to the size it names, and all together to no more than
    ``most``: a library may then read them whole. Raise TooMuch, or Damaged for what is no ZIP file.
    """
    if content.count(b"PK\x01\x02") > MOST_MEMBERS:  # each is an object as soon as the file is opened
        raise TooMuch(_("The file holds more than {most} files.", most=MOST_MEMBERS))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if sum(member.file_size for member in members) > most:
                raise _unpacks_to_more(most)
            left = most
            for member in members:
                if member.compress_type not in _METHODS:
                    raise Damaged(member.filename)
                named, member.file_size = member.file_size, left + 1  # what it says may be a lie
                with packed.open(member) as source:
                    while block := source.read(_BLOCK):
                        left -= len(block)
                        named -= len(block)
                        if left < 0:
                            raise _unpacks_to_more(most)
                        yield member.filename, block
                if named:
                    raise Damaged(member.filename)
    # zipfile raises RuntimeError for an encrypted member, NotImplementedError for an unknown version
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Damaged(str(error)) from error


def _unpacks_to_more(most: int) -> TooMuch:
    return TooMuch(_("The file unpacks to more than {most} MB.", most=most // 1024 // 1024))


def check_xml(content: bytes, most: int = MOST_ELEMENTS) -> None:
    """Read XML without keeping anything of it.

    Raise TooMuch when it has more elements than ``most``, or is nested deeper than DEEPEST; Hostile when it
    declares a document type, Damaged when it is not well-formed.
    """
    counted = depth = 0

    def opened(_name: str, attributes: dict[str, str]) -> None:
        nonlocal counted, depth
        counted, depth = counted + 1 + len(attributes), depth + 1
        if counted > most:
            raise TooMuch(_("The file has more than {most} elements.", most=most))
        if depth > DEEPEST:
            raise TooMuch(_("The file is nested more than {most} levels deep.", most=DEEPEST))

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_parts: object) -> None:
        raise Hostile

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise Damaged(str(error)) from error


def check_lines(content: bytes, most: int = MOST_ROWS) -> None:
    """Raise TooMuch for a text of more than ``most`` lines, or more than twenty times as many values."""
    if max(content.count(b"\n"), content.count(b"\r")) > most:
        raise TooMuch(_("The file has more than {most} rows.", most=most))
    if content.count(b"\t") + content.count(b"|") > 20 * most:
        raise _too_many_cells()


def check_tags(content: bytes, most: int = MOST_ELEMENTS) -> None:
    """Raise TooMuch when a file of tags that is no XML, such as SGML, has more of them than ``most``."""
    if content.count(b"<") - content.count(b"</") > most:
        raise TooMuch(_("The file has more than {most} elements.", most=most))


def read_json(text: str | bytes) -> Any:
    """What JSON holds; Damaged when it is none, or is nested deeper than Python goes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error


def member_of(packed: zipfile.ZipFile, name: str, most: int = 16 * 1024 * 1024) -> bytes:
    """A member of a ZIP file, read whole; KeyError when it is missing, Damaged when it is larger."""
    source: IO[bytes]
    with packed.open(name) as source:
        found = source.read(most + 1)
    if len(found) > most:
        raise Damaged(name)
    return found
