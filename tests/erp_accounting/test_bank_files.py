"""Files of banks, read to the cent or refused with a sentence."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from addons.erp_accounting.services.bank import camt_file, csv_file, keys, mt940_file, ofx_file, reading
from addons.erp_accounting.services.bank.statement import DoesNotAddUp, FileRefused, ParsedLine
from tests.erp_accounting.bank import PUBLIC, public

D = Decimal
CAMT = sorted((PUBLIC / "bank" / "camt").glob("*.xml")) if PUBLIC.exists() else []
SHEET = """Compte courant;FR76 3000 6000;;;
Solde au 30/11/2026;122875,31;;;
Date;Date de valeur;Libellé;Débit;Crédit;Solde
30/11/2026;30/11/2026;FRAIS TENUE DE COMPTE;18,40;;98 501,21
24/11/2026;25/11/2026;VIR HÔTEL DES TILLEULS;;3 891,60;98 519,61
23/11/2026;23/11/2026;PRLV ENERGIE DU LAC;642,17;;94 628,01
"""


def test_the_published_camt_files_have_the_known_entries_and_sums() -> None:
    known = json.loads(public("known_totals.json").read_text(encoding="utf-8"))["camt"]
    found = {}
    for path in sorted(public("bank", "camt").glob("*.xml")):
        try:
            blocks = camt_file.blocks(path.read_bytes())
        except FileRefused as error:
            found[path.name] = str(error.message)
            continue
        lines = [line for _kind, statement in blocks for line in statement.lines]
        found[path.name] = (len(lines), sum((line.amount for line in lines), D(0)))

    foreign = "The account is in EUR, but the file has an amount in SEK."
    refused = {
        name
        for name, totals in known.items()
        if any(
            code in {"OPBD", "CLBD"} and currency != "EUR" for code, _amount, currency in totals["balances"]
        )
    }
    assert {name for name, what in found.items() if what == foreign} == refused
    for name, totals in known.items():
        if name not in refused:
            assert found[name] == (totals["entries"], D(totals["signed_sum"])), name


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("camt053.v2.multi.statement.xml", [("18.15", "27.00"), ("27.00", "20.00")]),
        ("camt053.v2.five.decimals.xml", "€0.05 differ"),
        ("camt053.v2.all-balance-types.xml", "−€5.82 differ"),
        ("camt053.v2.with-account-name.xml", "has no opening or no closing balance"),
        ("camt053.v2.wrong.xml", "has no bank statement"),
        ("camt052.v2.xml", "This is a camt.052 file"),
        ("camt054.v2.xml", "This is a camt.054 file"),
    ],
)
def test_a_published_camt_file_adds_up_or_is_refused_by_name(name: str, outcome: object) -> None:
    content = public("bank", "camt", name).read_bytes()

    if isinstance(outcome, str):
        with pytest.raises(FileRefused, match=outcome):
            reading.read(content, name)
    else:
        balances = [(one.opening, one.closing) for one in reading.read(content, name).statements]
        assert balances == [(D(opening), D(closing)) for opening, closing in outcome]  # type: ignore[attr-defined]  # a text is a refusal, seen above


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cmxl/mt940.sta", [("DEM", 11, "87.30"), ("EUR", 2, "2200"), ("PLN", 3, "10040.00")]),
        ("jejik/generic.sta", [("EUR", 1, "-10.00"), ("EUR", 1, "-10.00")]),
        ("jejik/rabobank-iban.sta", [("EUR", 2, "-35.00"), ("EUR", 2, "-35.00")]),
        ("jejik/sns.sta", [("EUR", 2, "-25.00")]),
    ],
)
def test_the_published_mt940_files_that_are_whole_add_up(
    name: str, expected: list[tuple[str, int, str]]
) -> None:
    content = public("bank", "mt940", *name.split("/")).read_bytes()

    statements = [one for one in reading.read(content, name).statements if one.lines]

    assert [(one.currency, len(one.lines), one.total) for one in statements] == [
        (currency, lines, D(total)) for currency, lines, total in expected
    ]


@pytest.mark.parametrize(
    ("name", "difference"),
    [
        ("abnamro", "−€2,038.00"),
        ("ing", "€49.06"),
        ("knab", "€4,500.00"),
        ("postfinance", "CHF 0.20"),
        ("rabobank", "€1,135.93"),
        ("triodos", "€111.40"),
    ],
)
def test_the_published_mt940_files_that_were_cut_are_refused_with_the_difference(
    name: str, difference: str
) -> None:
    content = public("bank", "mt940", "jejik", f"{name}.sta").read_bytes()

    with pytest.raises(DoesNotAddUp) as refused:
        reading.read(content, name)

    assert f"{difference} differ" in str(refused.value.message).replace("\u00a0", " ")


def test_what_dutch_and_german_banks_write_into_field_86_is_taken_apart() -> None:
    dutch = mt940_file.read(public("bank", "mt940", "jejik", "rabobank-iban.sta").read_text(encoding="utf-8"))
    german = mt940_file.read(public("bank", "mt940", "cmxl", "mt940.sta").read_text(encoding="utf-8"))

    first, second = dutch[0].lines
    assert (first.partner_name, first.partner_iban) == ("CONTRA ACCOUNT HOLDER", "NL70ABNA0987654321")
    assert (second.partner_name, second.label) == ("JOHN DOE", "Reference 201301234")
    rent = german[1].lines[0]
    assert (rent.amount, rent.label, rent.partner_name) == (D(-800), "Miete November", "MUELLER")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bank_medium.ofx", ("12300000012345678", "CAD", 3, "-345.27", "382.34")),
        ("checking.ofx", ("1452687~7", "USD", 3, "-59.50", "100.99")),
    ],
)
def test_the_published_ofx_files_have_their_lines_and_balance(
    name: str, expected: tuple[str, str, int, str, str]
) -> None:
    (statement,) = ofx_file.read(public("bank", "ofx", name).read_bytes())

    account, currency, lines, total, closing = expected
    assert (statement.account, statement.currency, len(statement.lines)) == (account, currency, lines)
    assert (statement.total, statement.closing) == (D(total), D(closing))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bank_small.ofx", "has no bank statement"),
        ("signon_success.ofx", "has no bank statement"),
        ("signon_fail.ofx", "answered with an error instead of a statement: Your request could not"),
        ("ofx-v102-empty-tags.ofx", "is no amount"),
    ],
)
def test_ofx_files_without_a_statement_say_what_they_hold(name: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        reading.read(public("bank", "ofx", name).read_bytes(), name)


def test_a_sheet_is_read_with_guessed_columns_whatever_stands_above_it() -> None:
    sheet = csv_file.read_sheet(SHEET)
    columns = csv_file.guess(sheet)

    statement = csv_file.read(sheet, columns, "EUR", "november.csv")

    assert sheet.headings[0] == "Date"
    assert columns.columns == {
        "date": [0],
        "value_date": [1],
        "label": [2],
        "debit": [3],
        "credit": [4],
        "balance": [5],
    }
    assert (columns.order, columns.decimal) == ("dmy", ",")
    assert [(line.date.day, line.amount) for line in statement.lines] == [
        (23, D("-642.17")),
        (24, D("3891.60")),
        (30, D("-18.40")),
    ]
    assert (statement.opening, statement.closing) == (D("95270.18"), D("98501.21"))


@pytest.mark.parametrize(
    ("text", "columns", "line"),
    [
        (
            "Date,Description,Amount\n11/24/2026,CARD,-1234.50\n11/02/2026,CARD,2.00",
            ("mdy", "."),
            (date(2026, 11, 24), D("-1234.50")),
        ),
        (
            "Buchungstag;Verwendungszweck;Betrag\n2026-11-02;MIETE;-1.234,50\n2026-11-24;X;2,00",
            ("ymd", ","),
            (date(2026, 11, 2), D("-1234.50")),
        ),
        (
            "booking date\tdetails\tmoney out\tmoney in\n02.11.26\tRENT\t1'234.50\t\n24.11.26\tX\t\t2.00",
            ("dmy", "."),
            (date(2026, 11, 2), D("-1234.50")),
        ),
    ],
)
def test_dates_and_decimal_signs_of_other_countries_are_told_by_the_values(
    text: str, columns: tuple[str, str], line: tuple[date, Decimal]
) -> None:
    sheet = csv_file.read_sheet(text)
    guessed = csv_file.guess(sheet)

    lines = csv_file.read(sheet, guessed, "EUR", "x.csv").lines

    assert (guessed.order, guessed.decimal) == columns
    assert line in [(one.date, one.amount) for one in lines]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Date;Libellé;Montant;Sens\n01/02/2026;A;100,00;D\n02/02/2026;B;50,00;C", ["-100", "50"]),
        ("Date,Description,Amount,Type\n2026-02-01,A,9.50,DBIT\n2026-02-02,B,50,Credit", ["-9.5", "50"]),
        ("Date,Description,Amount,Type\n2026-02-01,A,9.50,Transfer", ["9.5"]),
        ('Date,Description,Amount\n2026-02-01,A,"1,234"\n2026-02-02,B,"-2,500"', ["1234", "-2500"]),
        ("Date;Libellé;Montant\n01/02/2026;A;1.234\n02/02/2026;B;2.500", ["1234", "2500"]),
        ("Date;Libellé;Montant\n01/02/2026;A;0,500\n02/02/2026;B;1234,567", ["0.5", "1234.567"]),
        ("Date,Description,Amount\n2026-02-01,A,(100.00)\n2026-02-02,B,7.00", ["-100", "7"]),
        ("Date;Libellé;Montant\n01/02/2026;A;+100,00\n02/02/2026;B;-50,00 EUR", ["100", "-50"]),
        ("Date;Libellé;Débit;Crédit\n01/02/2026;A;10,00;-\n02/02/2026;B;-;20,00", ["-10", "20"]),
        (
            "Date;Libellé;Débit;Crédit;Solde\n01/02/2026;Ancien solde;;9,00;9,00\n02/02/2026;B;;20;29.00",
            ["20"],
        ),
    ],
)
def test_signs_and_groups_of_digits_are_read_as_banks_write_them(text: str, amounts: list[str]) -> None:
    sheet = csv_file.read_sheet(text)

    lines = csv_file.read(sheet, csv_file.guess(sheet), "EUR", "x.csv").lines

    assert [line.amount for line in lines] == [D(amount) for amount in amounts]


def test_what_is_taken_back_in_mt940_and_entities_in_ofx_are_understood() -> None:
    swift = (
        ":20:X\n:25:10020030/1234567\n:28C:1/1\n:60F:C260101EUR10,00\n:61:260105RC6,00NCHGNONREF\n"
        ":86:166?00RETURN?20SVWZ+Bill 7?31DE89370400440532013000?32MAX MUSTER\n"
        ":61:260105RD5,00NCHGNONREF\n:86:/ORDP/DUPONT/REMI/BILL 12\n:62F:C260105EUR9,00\n-\n"
    )
    (statement,) = reading.read(swift.encode(), "x.sta").statements
    given, taken = public("bank", "ofx", "checking.ofx").read_bytes(), b"A &amp; B"
    (ofx,) = ofx_file.read(re.sub(rb"<NAME>[^<\r\n]*", b"<NAME>" + taken, given))

    assert [(line.amount, line.partner_name) for line in statement.lines] == [
        (D(-6), "MAX MUSTER"),
        (D(5), "DUPONT"),
    ]
    assert statement.lines[0].partner_iban == "DE89370400440532013000"
    assert {line.partner_name for line in ofx.lines} == {"A & B"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"  \n ", "is empty"),
        (b"x" * (reading.MOST_BYTES + 1), "is larger than 20 MB"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text"),
        (b"<?xml version='1.0'?><Document><BkToCstmrStmt>", "is damaged"),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xff\xfe</a>", "is damaged"),
        (b"hello world\nnothing here", "names the columns"),
        (b":20:X\n:25:1\n:60F:C260101EUR1,00\n:61:nonsense\n:62F:C260102EUR1,00\n", "is damaged"),
        (SHEET.replace("94 628,01", "94 628,02").encode(), None),
    ],
    ids=["empty", "huge", "binary", "cut", "encoding", "no headings", "bad entry", "balance"],
)
def test_a_file_that_is_no_statement_is_refused_with_a_sentence(content: bytes, sentence: str | None) -> None:
    if sentence:
        with pytest.raises(FileRefused, match=sentence):
            reading.read(content, "file")
        return
    sheet = reading.read(content, "file").sheet
    assert sheet is not None
    with pytest.raises(DoesNotAddUp, match=r"€0\.01 differ"):
        csv_file.read(sheet, csv_file.guess(sheet), "EUR", "file")


def test_entities_are_refused_before_anything_of_them_is_read() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l9;</d>'
    outside = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'

    for content in (bomb, outside, f"<OFX>{bomb}</OFX>"):
        with pytest.raises(FileRefused, match="as no bank does"):
            reading.read(content.encode(), "bomb.xml")


def test_a_latin_sheet_is_read_and_accents_stay() -> None:
    sheet = reading.read(SHEET.encode("cp1252"), "november.csv").sheet

    assert sheet is not None
    assert sheet.rows[1][2] == "VIR HÔTEL DES TILLEULS"


def test_keys_tell_equal_lines_apart_and_are_the_same_in_an_overlapping_file() -> None:
    def line(day: int, text: str = "CARD", reference: str = "") -> ParsedLine:
        return ParsedLine(date(2026, 11, day), D(-5), text, bank_reference=reference)

    first = [line(1), line(2), line(2), line(3, reference="R1")]
    later = [line(2), line(2), line(3, "other words", "R1"), line(4)]

    one, two = keys.unique_keys(first), keys.unique_keys(later)

    assert len(set(one)) == 4
    assert one[1:] == two[:3]
    assert two[3] not in one
