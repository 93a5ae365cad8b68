"""Every reader of files refuses a bomb of its kind with a sentence, before it fills the memory.

A module that imports a library which unpacks or parses is either in READERS, with its bombs, or in
NO_READERS, with the reason why nothing that people bring comes to it. One that is in neither fails here.
"""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfWriter

from addons.base.services import master_data, vcards
from addons.erp_accounting.services.bank import reading as bank
from addons.erp_accounting.services.einvoice import reading as einvoice
from addons.l10n_fr.services import fec_format
from core import uploads
from core.errors import CoreError
from core.registry import archive, backup
from core.rest import bodies
from core.security.erasure import files as erasure
from core.views.imports import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PARSERS = frozenset(
    """
    zipfile tarfile gzip bz2 lzma zlib csv openpyxl lxml xml defusedxml vobject icalendar mt940 pypdf facturx
    PIL fitz docx yaml pickle shelve marshal plistlib configparser email html5lib bs4
    """.split()  # noqa: SIM905 - a list to be read
)
MOST_MEMORY = 250
"""Megabytes that a reader may take for a file, however it is made."""
MOST_SECONDS = 15


def a_zip(members: dict[str, bytes], *, repeated: tuple[str, bytes, int] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        if repeated:
            name, block, times = repeated
            with packed.open(name, "w", force_zip64=False) as member:
                for _time in range(times):
                    member.write(block)
    return made.getvalue()


def a_workbook(
    rows: bytes = b"",
    *,
    block: tuple[str, bytes, bytes, int, bytes] | None = None,
    members: dict[str, bytes] | None = None,
) -> bytes:
    """A workbook by hand: ``rows`` in its sheet, or ``block`` (member, begin, repeated, times, end)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheet = f'<worksheet xmlns="{main}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}.{of}+xml"/>'
        for name, of in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
        )
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Target="xl/workbook.xml" Type="{office}/officeDocument"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="A" sheetId="1"'
        ' r:id="r1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Target="worksheets/sheet1.xml" Type="{office}/worksheet"/></Relationships>'.encode(),
        "xl/styles.xml": f'<styleSheet xmlns="{main}"/>'.encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"/>'.encode(),
        "xl/worksheets/sheet1.xml": sheet,
    } | (members or {})
    if block is None:
        return a_zip(parts)
    name, begin, repeated, times, end = block
    parts[name] = begin.replace(b"MAIN", main.encode()) + repeated * times + end
    return a_zip(parts)


def lying(content: bytes, size: int) -> bytes:
    """A ZIP file that says of a member that it unpacks to little."""
    return content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def a_pdf(xml: bytes) -> bytes:
    """A PDF with a file beside it, packed."""
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.add_attachment("factur-x.xml", xml)
    for found in writer._objects:
        if getattr(found, "get", lambda _name: None)("/Type") == "/EmbeddedFile":
            writer._replace_object(found.indirect_reference, found.flate_encode())  # type: ignore[union-attr,arg-type,attr-defined]  # an object that has a type is a stream here
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
IN_SHEET = (b'<worksheet xmlns="MAIN"><sheetData>', b"</sheetData></worksheet>")
BILLION = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]><a>&j;</a>"  # fmt: skip

TABLES: dict[str, Callable[[], bytes]] = {
    "a sheet that is too large": lambda: a_zip({}, repeated=(SHEET, b" " * 1_000_000, 120)),
    "a sheet that says it is small": lambda: lying(
        a_zip({}, repeated=(SHEET, b" " * 1_000_000, 120)), 120_000_000
    ),
    "ten thousand members": lambda: a_zip({f"{n}.xml": b"" for n in range(10_000)}),
    "a row number without end": lambda: a_workbook(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999999"><c r="A9999999"><v>1</v></c></row>'
    ),
    "one row of millions of cells": lambda: a_workbook(
        block=(SHEET, IN_SHEET[0] + b"<row>", b"<c/>", 400_000, b"</row>" + IN_SHEET[1])
    ),
    "elements of no name that is known": lambda: a_workbook(
        block=(SHEET, IN_SHEET[0], b"<a/>", 200_000, IN_SHEET[1])
    ),
    "a million styles": lambda: a_workbook(
        block=(
            "xl/styles.xml",
            b'<styleSheet xmlns="MAIN"><cellXfs count="1">',
            b"<xf/>",
            200_000,
            b"</cellXfs></styleSheet>",
        )
    ),
    "styles in UTF-16": lambda: a_workbook(
        members={
            "xl/styles.xml": (
                "<styleSheet><cellXfs>" + "<xf/>" * 1_000_000 + "</cellXfs></styleSheet>"
            ).encode("utf-16")
        }
    ),
    "shared texts": lambda: a_workbook(
        block=("xl/sharedStrings.xml", b'<sst xmlns="MAIN">', b"<si/>", 3_100_000, b"</sst>")
    ),
    "entities in a sheet": lambda: a_workbook(members={SHEET: BILLION}),
    "a file of bytes": lambda: b"x" * (uploads.MOST_BYTES + 1),
    "one line of delimiters": lambda: b"a" + b"," * 30_000_000,
    "rows without end": lambda: b"a,b\n" + b"1,2\n" * 5_000_000,
    "three hundred columns": lambda: b"a,b\n" + b"1," * 300 + b"1\n",
    "cells without end": lambda: (b"a," * 150 + b"b\n") * 80_000,
    "one cell of two million characters": lambda: b"a,b\n1," + b"x" * 2_000_000,
}
STATEMENTS: dict[str, Callable[[], bytes]] = {
    "elements of CAMT": lambda: b"<Document>" + b"<a/>" * 1_100_000 + b"</Document>",
    "attributes of CAMT": lambda: b"<Document>" + b'<a b="" c="" d=""/>' * 300_000 + b"</Document>",
    "depth of CAMT": lambda: b"<a>" * 100_000 + b"</a>" * 100_000,
    "entities of CAMT": lambda: BILLION,
    "tags of OFX": lambda: b"OFXHEADER:100\n\n<OFX>" + b"<A>1" * 1_100_000,
    "depth of OFX": lambda: b"OFXHEADER:100\n\n<OFX>" + b"<A>" * 100_000,
    "entries of MT940": lambda: b":20:A\n:25:X\n:60F:C260101EUR1,\n" + b":61:2601010101C1,NMSC\n" * 21_000,
    "statements of MT940": lambda: b":60F:C\n" + b":20:A\n" * 21_000,
    "rows of CSV": lambda: b"Date;Label;Amount\n" + b"01/01/2026;x;1\n" * 21_000,
    "delimiters of CSV": lambda: b"Date;Label;Amount\n" + b";" * 15_000_000,
    "too many bytes": lambda: b"x" * (bank.MOST_BYTES + 1),
}
INVOICES: dict[str, Callable[[], bytes]] = {
    "elements": lambda: b"<Invoice>" + b"<a/>" * 2_000_000 + b"</Invoice>",
    "entities": lambda: BILLION,
    "a file beside a PDF": lambda: a_pdf(b"<Invoice>" + b" " * 30_000_000 + b"</Invoice>"),
    "elements beside a PDF": lambda: a_pdf(b"<Invoice>" + b"<a/>" * 2_000_000 + b"</Invoice>"),
    "too many bytes": lambda: b"%PDF-" + b"x" * einvoice.LARGEST,
}
CARDS: dict[str, Callable[[], bytes]] = {
    "cards": lambda: b"BEGIN:VCARD\nEND:VCARD\n" * 5_001,
    "lines of one card": lambda: b"BEGIN:VCARD\n" + b"TEL:1\n" * 101_000 + b"END:VCARD\n",
    "lines of an old computer": lambda: b"BEGIN:VCARD\r" + b"TEL:1\r" * 101_000 + b"END:VCARD\r",
    "too many bytes": lambda: b"BEGIN:VCARD\n" + b"x" * vcards.MAX_BYTES,
}


def on_disk(read: Callable[[Path], Any], content: bytes, folder: Path) -> None:
    place = folder / "bomb.zip"
    place.write_bytes(content)
    read(place)


def packed_json(name: str) -> dict[str, Callable[[], bytes]]:
    return {
        "JSON that is too large": lambda: a_zip({}, repeated=(name, b" " * 1_000_000, 120)),
        "depth of JSON": lambda: a_zip({name: b"[" * 500_000}),
    }


READERS: dict[str, tuple[Callable[..., Any], dict[str, Callable[[], bytes]]]] = {
    "core/views/imports/table.py": (read_table, TABLES),
    "core/registry/backup.py": (partial(on_disk, backup.read), packed_json("backup.json")),
    "core/registry/archive.py": (partial(on_disk, archive.read), packed_json("archive.json")),
    "core/security/erasure/files.py": (
        lambda content: [len(text) for text in erasure.readable(content)],
        {name: TABLES[name] for name in ("a sheet that is too large", "a sheet that says it is small")},
    ),
    "core/rest/bodies.py": (
        bodies.read_object,
        {
            "depth": lambda: b'{"a":' * 200_000,
            "a number without end": lambda: b'{"a":' + b"1" * 2_000_000 + b"}",
        },
    ),
    "addons/base/services/master_data.py": (
        master_data.read_csv,
        {
            "rows": lambda: b"external_id,name\n" + b"1,x\n" * 3_000_000,
            "delimiters": lambda: b"external_id,name\n" + b"," * 30_000_000,
            "too many bytes": lambda: b"x" * (uploads.MOST_BYTES + 1),
        },
    ),
    "addons/base/services/vcards.py": (vcards.parse, CARDS),
    "addons/erp_accounting/services/bank/reading.py": (lambda content: bank.read(content, "a"), STATEMENTS),
    "addons/erp_accounting/services/einvoice/reading.py": (
        lambda content: einvoice.read("a", content),
        INVOICES,
    ),
    "addons/l10n_fr/services/fec_format.py": (
        fec_format.read,
        {
            "lines": lambda: b"JournalCode|JournalLib\n" + b"a|b\n" * 5_000_000,
            "values": lambda: b"JournalCode|JournalLib\n" + b"|" * 30_000_000,
            "too many bytes": lambda: b"x" * (uploads.MOST_BYTES + 1),
        },
    ),
}
BY_ANOTHER = {
    "addons/erp_accounting/services/bank/camt_file.py": "addons/erp_accounting/services/bank/reading.py",
    "addons/erp_accounting/services/bank/csv_file.py": "addons/erp_accounting/services/bank/reading.py",
    "addons/erp_accounting/services/bank/mt940_file.py": "addons/erp_accounting/services/bank/reading.py",
    "addons/erp_accounting/services/bank/ofx_file.py": "addons/erp_accounting/services/bank/reading.py",
    "addons/erp_accounting/services/bank/ofx_tags.py": "addons/erp_accounting/services/bank/reading.py",
    "core/uploads.py": "core/views/imports/table.py",
    "core/views/imports/workbook.py": "core/views/imports/table.py",
}
"""Reached through another reader, whose bombs are theirs."""
WITHOUT_LIBRARY = {
    "core/rest/bodies.py",
    "core/security/erasure/files.py",
    "addons/erp_accounting/services/bank/reading.py",
    "addons/l10n_fr/services/fec_format.py",
}
"""They split texts themselves, or call those beside them."""
NO_READERS = {
    "core/views/exports.py": "it writes",
    "core/reports/sheet.py": "it writes",
    "core/mail/outbox.py": "it writes",
    "core/mail/server.py": "it writes",
    "core/web/compression.py": "it packs answers",
    "core/web/assets/store.py": "it packs files of the project",
    "core/web/assets/sprite.py": "a file of the project",
    "core/web/static/vendor/take_icons.py": "a file of the project, taken in by a developer",
    "core/security/company_triggers.py": "a checksum of names",
    "addons/base/services/personal_archive.py": "it writes",
    "addons/base/services/calendar_feed.py": "it writes",
    "addons/erp_accounting/services/einvoice/writing.py": "it writes",
    "addons/l10n_fr/chart.py": "a file of the project",
}


IMPORT = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.MULTILINE)


def test_every_module_that_could_read_a_file_has_its_bombs_or_a_reason() -> None:
    parsing = {
        path.relative_to(ROOT).as_posix()
        for part in ("core", "addons")
        for path in (ROOT / part).rglob("*.py")
        if PARSERS.intersection(IMPORT.findall(path.read_text(encoding="utf-8")))
    }

    parsing |= WITHOUT_LIBRARY
    assert parsing - READERS.keys() - BY_ANOTHER.keys() - NO_READERS.keys() == set()
    assert (READERS.keys() | BY_ANOTHER.keys() | NO_READERS.keys()) - parsing == set()


def memory(name: str) -> int:
    """Megabytes of this process: VmRSS now, VmHWM the most since it was reset."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) // 1024
    raise LookupError(name)


@pytest.mark.parametrize(
    ("reader", "bomb"), [(reader, bomb) for reader, (_read, bombs) in READERS.items() for bomb in bombs]
)
def test_a_bomb_is_refused_with_a_sentence_before_it_fills_the_memory(
    reader: str, bomb: str, tmp_path: Path
) -> None:
    read, bombs = READERS[reader]
    content = bombs[bomb]()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the highest mark begins anew
    before, begun = memory("VmRSS"), time.monotonic()

    refusal: CoreError | None = None
    try:
        if isinstance(read, partial):
            read(content, tmp_path)
        else:
            read(content)
    except CoreError as error:
        refusal = error

    assert memory("VmHWM") - before < MOST_MEMORY
    assert time.monotonic() - begun < MOST_SECONDS
    if reader != "core/security/erasure/files.py":  # it looks into what it can, and never refuses to erase
        assert refusal is not None
        assert str(refusal).endswith(".")


def test_a_file_as_large_as_it_may_be_is_read() -> None:
    text = io.StringIO()
    csv.writer(text).writerows([f"Customer {n}", n, "x"] for n in range(uploads.MOST_ROWS + 1))

    assert len(read_table(text.getvalue().encode()).rows) == uploads.MOST_ROWS


def test_json_that_a_page_sent_is_read_or_nothing() -> None:
    assert uploads.read_json('{"a": [1]}') == {"a": [1]}
    for broken in ("[" * 500_000, "{", ""):
        with pytest.raises(uploads.Damaged):
            uploads.read_json(broken)
