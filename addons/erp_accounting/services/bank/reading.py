"""Tell the format of a file by its content, and read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from addons.erp_accounting.services.bank import camt_file, csv_file, mt940_file, ofx_file
from addons.erp_accounting.services.bank.statement import MOST_LINES, FileRefused, check
from core.api import _, uploads

if TYPE_CHECKING:
    from addons.erp_accounting.services.bank.statement import ParsedStatement

MOST_BYTES = 20 * 1024 * 1024
_CONTROL = frozenset(chr(code) for code in range(32)) - frozenset("\t\n\r\f\x1a\x1c\x1d\x1e\x1f")


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: statements, or a sheet whose columns must be known first."""

    statements: tuple[ParsedStatement, ...] = ()
    sheet: csv_file.Sheet | None = None


def read(content: bytes, name: str) -> Read:
    """Read a file, or raise FileRefused with a sentence. Every statement of it adds up."""
    if not content.strip():
        raise FileRefused(_("{name} is empty.", name=name))
    if len(content) > MOST_BYTES:
        raise FileRefused(
            _("{name} is larger than {most} MB.", name=name, most=MOST_BYTES // 1024 // 1024),
            hint=_("Ask your bank for shorter periods."),
        )
    try:
        return _read(content, name)
    except uploads.TooMuch as error:
        raise FileRefused(error.message, hint=_("Ask your bank for shorter periods.")) from error


def _read(content: bytes, name: str) -> Read:
    head = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"OFXHEADER") or b"<OFX>" in content[:5000].upper() or b"<?OFX" in head:
        return _checked(ofx_file.read(content), name)
    if head.startswith(b"<") or head[:4] in {b"<\x00?\x00", b"\xff\xfe<\x00"}:
        return _checked(camt_file.read(content), name)
    text = decoded(content, name)
    if ":20:" in text and ":60" in text:
        return _checked(mt940_file.read(text), name)
    return Read(sheet=csv_file.read_sheet(text))


def _checked(statements: list[ParsedStatement], name: str) -> Read:
    kept = [one for one in statements if one.lines or one.opening != one.closing or len(statements) == 1]
    for statement in kept:
        if statement.opening is None or statement.closing is None:
            raise FileRefused(_("{name} has no opening or no closing balance.", name=name))
        if not statement.currency:
            raise FileRefused(_("{name} does not name its currency.", name=name))
        check(statement, name)
    if sum(len(statement.lines) for statement in kept) > MOST_LINES:
        raise FileRefused(
            _("The file has more than {most} lines.", most=MOST_LINES), hint=_("Split it by month.")
        )
    return Read(statements=tuple(kept))


def decoded(content: bytes, name: str) -> str:
    """Text in UTF-8, UTF-16 with its mark, or else Windows-1252, as banks write it."""
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.intersection(text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileRefused(
        _("{name} is no text: it is damaged, or of another kind.", name=name),
        hint=_("Choose a camt.053, MT940, OFX or CSV file."),
    )
