"""The FEC: what is exported passes our check; broken files are told; a file is taken over whole or not."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.erp_accounting.models import Account, Entry, InvoiceKind
from addons.erp_accounting.queries import balances
from addons.erp_accounting.services import closing, fiscal_years, verification
from addons.l10n_fr.queries import fec
from addons.l10n_fr.services import fec_check, fec_format, fec_import
from core.api import Company
from tests.erp_accounting.factories import a_line, a_party, a_payment, a_rate, an_entry, an_invoice
from tests.l10n_fr.test_french_books import french_tax

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("l10n_fr")
D = Decimal
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
_PUBLIC = os.environ.get("PASSERELLE_PUBLIC_DATA", "")


def public(*parts: str) -> Path:
    """A published file; skips where they are not there."""
    places = (
        [Path(_PUBLIC)] if _PUBLIC else [up / "shared/data/public" for up in Path(__file__).resolve().parents]
    )
    for place in places:
        if place.joinpath(*parts).is_file():
            return place.joinpath(*parts)
    pytest.skip("the public files are not here")


def known(name: str) -> dict[str, Any]:
    totals = json.loads(public("known_totals.json").read_text(encoding="utf-8"))
    return dict(totals["fec"][name])


def a_company(env: Env) -> None:
    company = env.get(Company, env.company_id or 0)
    company.registration_number = "732 829 320 00074"
    env.session.flush()
    env.cache.pop("company", None)


def a_year(env: Env) -> None:
    a_company(env)
    party = a_party(env, name="Hôtel\tdes Tilleuls", external_ref="C001")
    invoice = an_invoice(env, a_line("1", "500", [french_tax(env, "FR-C20")]), party=party)
    a_payment(env, invoice, date=date(2026, 4, 1))
    an_invoice(env, a_line("1", "80"), kind=InvoiceKind.SUPPLIER_INVOICE, date=date(2026, 5, 2))
    a_rate(env, "USD", "0.9", date(2026, 1, 1))
    an_invoice(env, a_line("1", "100"), currency="USD", date=date(2026, 6, 1))


def rows_of(env: Env, start: date = YEAR[0], end: date = YEAR[1]) -> list[dict[str, str]]:
    return [dict(zip(fec_format.COLUMNS, row, strict=True)) for row in fec.fec(env, start, end).rows]


def test_a_line_says_the_eighteen_things_of_the_regulation(env: Env) -> None:
    a_year(env)

    found = fec.fec(env, *YEAR)
    row = rows_of(env)[0]

    assert found.name == "732829320FEC20261231.txt"
    assert {key: row[key] for key in fec_format.COLUMNS if key != "ValidDate"} == {
        "JournalCode": "VT",
        "JournalLib": "Ventes",
        "EcritureNum": "FA-2026-0001",
        "EcritureDate": "20260302",
        "CompteNum": "411000",
        "CompteLib": "Clients",
        "CompAuxNum": "C001",
        "CompAuxLib": "Hôtel des Tilleuls",
        "PieceRef": "FA-2026-0001",
        "PieceDate": "20260302",
        "EcritureLib": row["EcritureLib"],
        "Debit": "600,00",
        "Credit": "0,00",
        "EcritureLet": "AAA",
        "DateLet": "20260401",
        "Montantdevise": "",
        "Idevise": "",
    }
    foreign = [one for one in rows_of(env) if one["Idevise"]]
    assert {(one["Idevise"], one["Montantdevise"]) for one in foreign} == {
        ("USD", "100,00"),
        ("USD", "-100,00"),
    }


@pytest.mark.parametrize("separator", ["tab", "pipe"])
@pytest.mark.parametrize("encoding", fec_format.ENCODINGS)
def test_what_is_exported_passes_the_check(env: Env, separator: str, encoding: str) -> None:
    a_year(env)
    found = fec.fec(env, *YEAR)

    content = fec_format.write(found.rows, separator=separator, encoding=encoding)
    report = fec_check.check(content, found.name)

    assert report.problems == []
    assert (report.separator, report.debit, report.credit) == (separator, report.credit, report.debit)
    assert report.entries == 4


def test_closing_entries_stay_out_and_balances_carried_forward_come_first(env: Env) -> None:
    a_company(env)
    an_entry(env, "1000", day=date(2025, 3, 1), debit="inventory", credit="retained")
    an_invoice(env, a_line("1", "200"), date=date(2025, 6, 1))
    before = fec.fec(env, *YEAR)
    closing.close(env, fiscal_years.ensure(env, date(2025, 6, 1)))
    an_invoice(env, a_line("1", "50"), date=date(2026, 2, 1))

    last, now = fec.fec(env, date(2025, 1, 1), date(2025, 12, 31)), fec.fec(env, *YEAR)

    assert before.provisional
    assert not now.provisional
    assert {row[0] for row in last.rows} == {"OD", "VT"}
    assert [row[0] for row in now.rows] == ["AN"] * 4 + ["VT"] * 2

    def opening(found: fec.Fec) -> list[tuple[str, str, str]]:
        return sorted((row[4], row[11], row[12]) for row in found.rows if row[0] == "AN")

    assert opening(before) == opening(now)
    assert ("120000", "0,00", "200,00") in opening(now)
    closing.reopen(env, fiscal_years.ensure(env, date(2025, 6, 1)))
    again = fec.fec(env, *YEAR)
    assert again.provisional
    assert sorted(row[11:13] for row in again.rows if row[4] == "120000") == sorted(
        [["0,00", "200,00"], ["0,00", "200,00"], ["200,00", "0,00"]]
    )
    for found in (last, now, again):
        assert fec_check.check(fec_format.write(found.rows, separator="tab", encoding="utf-8")).is_valid


def test_a_company_without_a_siren_gets_no_file(env: Env) -> None:
    with pytest.raises(fec.NoSiren):
        fec.fec(env, *YEAR)


GOOD = {
    "JournalCode": "VE",
    "JournalLib": "Ventes",
    "EcritureNum": "1",
    "EcritureDate": "20260105",
    "CompteNum": "411000",
    "CompteLib": "Clients",
    "PieceRef": "F1",
    "PieceDate": "20260105",
    "EcritureLib": "Facture",
    "Debit": "10,00",
    "Credit": "0,00",
    "ValidDate": "20260106",
}
OTHER = GOOD | {"CompteNum": "707000", "CompteLib": "Ventes", "Debit": "0,00", "Credit": "10,00"}


def a_file(*rows: dict[str, str], columns: tuple[str, ...] = fec_format.COLUMNS) -> bytes:
    lines = ["\t".join(columns), *("\t".join(row.get(column, "") for column in columns) for row in rows)]
    return "\n".join(lines).encode()


def swapped() -> tuple[str, ...]:
    return ("JournalLib", "JournalCode", *fec_format.COLUMNS[2:])


@pytest.mark.parametrize(
    ("rows", "rules"),
    [
        ([GOOD, OTHER], {}),
        ([GOOD, OTHER | {"Credit": "9,99"}], {"balance": 1, "balance of the file": 1}),
        ([GOOD, OTHER | {"EcritureDate": "20260106"}], {"balance": 2, "one date": 1}),
        ([GOOD | {"Credit": "10,00"}, OTHER | {"Debit": "10,00"}], {"debit or credit": 2}),
        ([GOOD | {"Debit": "0,00"}, OTHER | {"Credit": "0"}], {"debit or credit": 2}),
        ([GOOD | {"PieceDate": "20260231"}, OTHER], {"dates": 1}),
        ([GOOD | {"PieceDate": "05/01/2026"}, OTHER], {"dates": 1}),
        ([GOOD | {"EcritureLib": ""}, OTHER], {"empty": 1}),
        ([GOOD | {"Debit": "10,001"}, OTHER | {"Credit": "ten"}], {"amounts": 2}),
        ([GOOD | {"Montantdevise": "ten", "Idevise": "USD"}, OTHER], {"amounts": 1}),
        ([GOOD | {"CompteNum": "C411"}, OTHER], {"accounts": 1}),
        ([GOOD | {"CompAuxNum": "C1"}, OTHER], {"pairs": 1}),
        (
            [GOOD, OTHER, GOOD | {"EcritureNum": "3"}, OTHER | {"EcritureNum": "3"}],
            {"numbers": 1},
        ),
        ([GOOD | {"EcritureNum": "A"}, OTHER | {"EcritureNum": "A"}], {"numbers": 1}),
    ],
)
def test_each_rule_is_checked_by_itself(rows: list[dict[str, str]], rules: dict[str, int]) -> None:
    assert dict(fec_check.check(a_file(*rows)).rules()) == rules


def test_an_amount_and_its_side_are_as_good_as_debit_and_credit() -> None:
    columns = (*fec_format.COLUMNS[:11], "Montant", "Sens", *fec_format.COLUMNS[13:])
    rows = [
        row | {"Montant": "10,00", "Sens": side} for row, side in ((GOOD, "D"), (OTHER, "-1"), (OTHER, "X"))
    ]

    good, bad = (fec_check.check(a_file(*given, columns=columns)) for given in (rows[:2], rows[::2]))

    assert (good.is_valid, good.debit, good.credit) == (True, D(10), D(10))
    assert bad.rules()["debit or credit"] == 1


def test_columns_stand_in_order(env: Env) -> None:
    more = (*fec_format.COLUMNS, "DateRglt", "ModeRglt")

    assert fec_check.check(a_file(GOOD, OTHER, columns=swapped())).rules()["columns"] == 1
    assert fec_check.check(a_file(GOOD, OTHER, columns=fec_format.COLUMNS[:-1])).rules()["columns"] == 1
    further = fec_check.check(a_file(GOOD, OTHER, columns=more))
    assert (dict(further.rules()), further.is_valid) == ({"further columns": 1}, True)
    with pytest.raises(fec_format.NotAFec):
        fec_check.check(b"name;amount\nx;1\n")


def test_the_public_file_with_pipes_is_valid_but_for_its_name_pattern() -> None:
    name = "111111111FEC20221231.TXT"
    report = fec_check.check(public("fec_fr", name).read_bytes(), name)
    expected = known(name)

    assert (report.lines, report.entries) == (expected["lines"], expected["entries"])
    assert (report.debit, report.credit) == (D(expected["debit"]), D(expected["credit"]))
    assert (report.separator, report.encoding) == ("pipe", "iso-8859-15")
    assert report.errors == []


def test_the_public_file_whose_entries_have_no_number_is_refused() -> None:
    name = "000000000FEC20231231.txt"
    report = fec_check.check(public("fec_fr", name).read_bytes(), name)
    expected = known(name)

    assert (report.lines, report.entries) == (expected["lines"], expected["entries"])
    assert report.rules()["balance"] == expected["unbalanced_entries"]
    assert (report.debit, report.credit) == (D(expected["debit"]), D(expected["credit"]))
    assert not report.is_valid


def test_the_public_file_is_taken_over_whole(env: Env) -> None:
    name = "111111111FEC20221231.TXT"
    content = public("fec_fr", name).read_bytes()
    expected = known(name)

    done = fec_import.import_fec(env, content)

    assert (done.entries, done.lines) == (expected["entries"], expected["lines"])
    rows = balances.trial_balance(env, None, None, scan=True)
    assert sum((row.debit for row in rows), D(0)) == D(expected["debit"])
    by_class: dict[str, Decimal] = {}
    for row in rows:
        assert row.account is not None
        by_class[row.account.code[0]] = by_class.get(row.account.code[0], D(0)) + row.closing
    assert {key: amount for key, amount in by_class.items() if amount} == {
        key: D(amount) for key, amount in expected["balance_by_class"].items()
    }
    assert list(verification.findings(env)) == []
    with pytest.raises(fec_import.AlreadyImported):
        fec_import.import_fec(env, content)


def test_a_wrong_file_is_not_taken_over_at_all(env: Env) -> None:
    accounts = len(env.session.scalars(select(env[Account].id)).all())

    with pytest.raises(fec_import.FecRefused) as refused:
        fec_import.import_fec(env, a_file(GOOD | {"CompteNum": "411999"}, OTHER | {"Credit": "9,99"}))

    assert {problem.rule for problem in refused.value.problems} == {"balance", "balance of the file"}
    assert env.session.scalars(select(env[Entry].id)).all() == []
    assert len(env.session.scalars(select(env[Account].id)).all()) == accounts


def test_balances_that_the_books_have_already_are_left_out(env: Env) -> None:
    fec_import.import_fec(env, a_file(GOOD, OTHER))
    day = {
        "EcritureDate": "20270101",
        "PieceDate": "20270101",
        "JournalCode": "AN",
        "JournalLib": "À-nouveaux",
    }
    opening = [GOOD | day, OTHER | day | {"CompteNum": "120000", "CompteLib": "Résultat"}]
    year = {"EcritureDate": "20270203", "PieceDate": "20270203"}
    ordinary = [GOOD | year, OTHER | year]

    wrong = [opening[0] | {"Debit": "11,00"}, opening[1] | {"Credit": "11,00"}]
    with pytest.raises(fec_import.OpeningDiffers):
        fec_import.import_fec(env, a_file(*wrong, *ordinary))
    done = fec_import.import_fec(env, a_file(*opening, *ordinary))

    assert (done.entries, done.skipped) == (1, 1)
    assert list(verification.findings(env)) == []


def test_what_is_exported_can_be_taken_over_and_exported_again(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        a_year(env)
        first = fec.fec(env, *YEAR)
        content = fec_format.write(first.rows, separator="tab", encoding="utf-8")
    with workspace.env() as env:
        env.add(Company, name="Seconde", currency="EUR", country="FR", registration_number="404833048")
    with workspace.env(company_id=None) as env:
        from addons.erp_accounting.services import charts
        from core.api import in_company

        theirs = in_company(env, max(env.company_ids))
        charts.open_books(theirs)
        fec_import.import_fec(theirs, content)
        again = fec.fec(theirs, *YEAR)

        def figures(found: fec.Fec) -> list[tuple[str, ...]]:
            return sorted((row[3], row[4], row[6], row[11], row[12], row[16], row[17]) for row in found.rows)

        assert again.name == "404833048FEC20261231.txt"
        assert figures(again) == figures(first)
        theirs.session.flush()


def test_the_page_exports_checks_and_takes_over(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        a_year(env)
    page = client.get("/accounting/fec")
    exported = client.get("/accounting/fec/export?year=2026-01-01_2026-12-31&separator=pipe&encoding=utf-8")
    checked = client.post("/accounting/fec/check", files={"file": ("x.txt", a_file(GOOD), "text/plain")})
    refused = client.post("/accounting/fec/import", files={"file": ("x.txt", a_file(GOOD), "text/plain")})
    none = client.post("/accounting/fec/check")
    taken = client.post(
        "/accounting/fec/import", files={"file": ("x.txt", a_file(GOOD, OTHER), "text/plain")}
    )

    assert page.status_code == 200
    assert exported.content.startswith(b"JournalCode|JournalLib|EcritureNum|")
    assert "732829320FEC20261231.txt" in exported.headers["content-disposition"]
    assert "is not balanced" in checked.text
    assert (refused.status_code, none.status_code, taken.status_code) == (422, 422, 303)
