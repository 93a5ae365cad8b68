"""The rows of the first sheet of a workbook, without letting any of its parts grow past its limit."""

from __future__ import annotations

import io
import re
from typing import IO, TYPE_CHECKING, Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core import uploads
from core.i18n.text import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LAST_ROW = 1_048_576
"""Of a sheet, by the format."""
MOST_SHEET_ELEMENTS = 3 * uploads.MOST_CELLS
"""A cell is an element, its value another, a text that no other cell has two more."""
MOST_OTHER_ELEMENTS = 150_000
"""Styles and names become objects of their own; 64,000 styles are the most a workbook may have."""
MOST_ROW_ELEMENTS = 150_000
"""A row has at most 16,384 cells, by the format."""
ENCODINGS = {b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
_OPENED = re.compile(rb"<[A-Za-z_\x80-\xff]")
_OF_SHEETS = re.compile(rb"<(?:\w+:)?(?:c|v|f|t|r|is|si|row)[\s>/]")


def rows_of(content: bytes) -> Iterator[Sequence[Any]]:
    """The rows that hold something.

    Raise TooMuch past a limit, and what openpyxl raises when it is no workbook.
    """
    _check_parts(content)
    for number, row in enumerate(_first_sheet(content).rows_counted(), 1):
        if number > LAST_ROW:  # a sheet may be formatted down to its last row, and no further
            raise uploads.TooMuch(_("The file has more than {most} rows.", most=uploads.MOST_ROWS))
        if row.count(None) < len(row) and any(cell not in (None, "") for cell in row):
            yield row


def _check_parts(content: bytes) -> None:
    """Refuse a workbook whose parts would fill the memory while they are read as trees."""
    of_sheets = others = 0
    begun = ""
    for name, block in uploads.unpacked(content):
        if name != begun and _is_uncountable(block):
            raise uploads.Damaged(name)
        begun = name
        known = len(_OF_SHEETS.findall(block))
        of_sheets, others = of_sheets + known, others + len(_OPENED.findall(block)) - known
        if of_sheets > MOST_SHEET_ELEMENTS or others > MOST_OTHER_ELEMENTS:
            raise uploads.TooMuch(_("The spreadsheet has more content than can be read at once."))


def _is_uncountable(block: bytes) -> bool:
    """Whether XML is in an encoding in which its tags are other bytes; no spreadsheet program writes one."""
    head = block[:4]
    encoding = _ENCODING.match(block.removeprefix(b"\xef\xbb\xbf"))
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"} or {0, ord("<")} <= set(head)
    return wide or bool(encoding and encoding[1].lower() not in ENCODINGS)


def _first_sheet(content: bytes) -> _Sheet:
    """Open a workbook as openpyxl does, all but its other sheets: each would be read to know its size."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    for sheet, relation in reader.parser.find_sheets():
        if relation.target in reader.valid_files and "chartsheet" not in relation.Type:
            return _Sheet(reader.wb, sheet.name, relation.target, reader.shared_strings)
    raise uploads.Damaged


class _Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # the library ships no types
    """A sheet that is read once, as far as its rows have an end."""

    source: _Counted

    def _get_size(self) -> None:
        """What a sheet says of its size is neither believed nor counted beforehand."""

    def _get_source(self) -> _Counted:
        self.source = _Counted(super()._get_source())
        return self.source

    def rows_counted(self) -> Iterator[tuple[Any, ...]]:
        """Each row as wide as the limit and one more, so that a column too much is seen."""
        for row in self.iter_rows(values_only=True, max_col=uploads.MOST_COLUMNS + 1):
            self.source.since_row = 0
            yield row


class _Counted(io.RawIOBase):
    """The stream of a sheet, which ends when a row goes on without end: a row is a tree until it is whole."""

    def __init__(self, source: IO[bytes]) -> None:
        self.since_row = 0
        self._source = source

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.since_row += len(_OPENED.findall(block))
        if self.since_row > MOST_ROW_ELEMENTS:
            raise uploads.TooMuch(_("The file has more than {most} columns.", most=uploads.MOST_COLUMNS))
        return block
