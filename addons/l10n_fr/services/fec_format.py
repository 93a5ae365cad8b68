"""The fichier des écritures comptables: its columns and how their values are written (LPF, art. A47 A-1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from core.api import ZERO, RuleBroken, _, uploads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
NEVER_EMPTY = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "ValidDate",
)
SEPARATORS = {"tab": "\t", "pipe": "|"}
ENCODINGS = ("utf-8", "iso-8859-15")
FILE_NAME = re.compile(r"(\d{9})FEC(\d{8})", re.IGNORECASE)
AMOUNT = re.compile(r"[+-]?\d+(?:[,.]\d{1,2})?")
_UNWELCOME = re.compile(r"[\t|\r\n]+")


class NotAFec(RuleBroken):
    """The file cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its place in the file and its values by column, without padding."""

    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Read:
    """A file as rows; `headings` as they stand there."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    separator: str
    encoding: str
    widths: frozenset[int]
    """How many values the rows have."""


def read(content: bytes) -> Read:
    """Split a file into rows, whatever it was written with; or NotAFec."""
    try:
        uploads.check_size(content)
        uploads.check_lines(content)
    except uploads.TooMuch as error:
        raise NotAFec(error.message, hint=error.hint) from error
    for encoding in ("utf-8-sig", "iso-8859-15"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()]
    if not lines:
        raise NotAFec(_("The file is empty."), hint=_("Choose the file that your software exported."))
    separator = max(SEPARATORS, key=lambda name: lines[0].count(SEPARATORS[name]))
    mark = SEPARATORS[separator]
    headings = [cell.strip() for cell in lines[0].split(mark)]
    known = {column.casefold(): column for column in COLUMNS}
    if len({heading.casefold() for heading in headings} & known.keys()) < len(COLUMNS) // 2:
        raise NotAFec(
            _("The first line does not name the columns of a FEC."),
            hint=_("The file is text with tabs or pipes and begins with JournalCode, JournalLib."),
        )
    signed = {"montant", "sens"} <= {heading.casefold() for heading in headings}
    if signed:  # the other way of the regulation to say debit and credit
        known |= {"montant": "Debit", "sens": "Credit"}
        headings = [known.get(heading.casefold(), heading) for heading in headings]
    names = [known.get(heading.casefold(), heading) for heading in headings]
    rows, widths = [], set()
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line.split(mark)]
        widths.add(len(cells))
        values = dict(zip(names, cells, strict=False))
        rows.append(Row(number, _by_side(values) if signed else values))
    shown = "utf-8" if encoding.startswith("utf") else encoding
    return Read(tuple(headings), tuple(rows), separator, shown, frozenset(widths))


def _by_side(values: dict[str, str]) -> dict[str, str]:
    """An amount and its side (D or C, +1 or -1) as a debit or a credit; an unknown side gives neither."""
    amount, side = values.get("Debit", ""), values.get("Credit", "").upper()
    debit, credit = side in {"D", "+1", "1", "+"}, side in {"C", "-1", "-"}
    return values | {"Debit": amount if debit else "", "Credit": amount if credit else ""}


def write(rows: Iterable[Sequence[str]], *, separator: str, encoding: str) -> bytes:
    """The bytes of a file with its line of headings."""
    mark = SEPARATORS[separator]
    lines = [mark.join(COLUMNS), *(mark.join(row) for row in rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding, errors="replace")


def text(value: str, fallback: str = "") -> str:
    """A value that breaks no line and no column."""
    return _UNWELCOME.sub(" ", value or "").strip() or fallback


def amount(value: Decimal) -> str:
    """ "1234,50" """
    return f"{value:.2f}".replace(".", ",")


def day(value: date | None) -> str:
    """ "20261231" """
    return value.strftime("%Y%m%d") if value else ""


def as_amount(value: str) -> Decimal:
    """A written amount; empty is zero. ValueError when it is none."""
    if not value:
        return ZERO
    if not AMOUNT.fullmatch(value):
        raise ValueError(value)
    return Decimal(value.replace(",", "."))


def as_day(value: str) -> date:
    """A written day; ValueError unless it is exactly eight digits of a real day."""
    if not re.fullmatch(r"\d{8}", value):
        raise ValueError(value)
    return date(int(value[:4]), int(value[4:6]), int(value[6:]))
