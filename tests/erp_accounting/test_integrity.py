"""Raw SQL against what is posted is refused; with the trigger away, verify and the page name the entry."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import Journal
from addons.erp_accounting.queries import integrity
from addons.erp_accounting.services import verification
from core.registry.migrations import owner_in
from tests.erp_accounting.factories import a_line, a_tax, an_entry, an_invoice
from tests.erp_accounting.test_guards import owner, sql

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
TRIGGERS = {
    "erp_accounting_entry": "posting",
    "erp_accounting_entry_line": "posted_is_final",
    "erp_accounting_period_total": "",
}


@pytest.mark.as_owner
@pytest.mark.parametrize(
    ("table", "change", "rules"),
    [
        (
            "erp_accounting_entry_line",
            (
                "UPDATE {table} SET debit = debit + 1, amount_currency = amount_currency + 1"
                " WHERE debit > 0 AND entry_id = {entry}"
            ),
            {"entry balances", "hash chain is unbroken", "monthly totals equal the lines"},
        ),
        (
            "erp_accounting_entry_line",
            "UPDATE {table} SET tax_base = tax_base + 5 WHERE entry_id = {entry}",
            {"hash chain is unbroken"},
        ),
        (
            "erp_accounting_entry",
            "UPDATE {table} SET date = date + 1 WHERE id = {entry}",
            {"hash chain is unbroken"},
        ),
        (
            "erp_accounting_entry",
            "UPDATE {table} SET kind = 'result' WHERE id = {entry}",
            {"hash chain is unbroken", "monthly totals equal the lines"},
        ),
        (
            "erp_accounting_entry",
            "UPDATE {table} SET sequence = sequence + 10, number = 'MISC-2026-0012' WHERE id = {entry}",
            {"hash chain is unbroken", "numbers are gapless"},
        ),
    ],
)
def test_a_change_is_refused_and_without_its_trigger_verify_names_the_entry(
    env: Env, table: str, change: str, rules: set[str]
) -> None:
    an_entry(env)
    entry = an_entry(env, "250")
    statement = change.format(table=table, entry=entry.id)
    with pytest.raises(DBAPIError, match="reverse it instead"):
        sql(env, statement)
    assert list(verification.findings(env)) == []

    owner(env, f"ALTER TABLE {table} DISABLE TRIGGER {TRIGGERS[table]}")
    sql(env, statement)
    env.session.expire_all()

    found = list(verification.findings(env))
    assert {finding.rule for finding in found} == rules
    named = {finding.record for finding in found if finding.rule == "hash chain is unbroken"}
    assert named == {entry.number}


def test_a_chain_shows_each_entry_with_the_hash_its_content_gives(env: Env) -> None:
    first, second = an_entry(env), an_entry(env, "250")
    journal = env.get(Journal, first.journal_id)

    chain = integrity.chains(env)[0]
    links = list(integrity.links(env, journal, 2026))

    assert (chain.entries, chain.last, chain.seal) == (2, second.number, second.hash)
    assert [(one.number, one.debit, one.previous, one.holds) for one in links] == [
        (first.number, D(100), "", True),
        (second.number, D(250), first.hash, True),
    ]


def test_every_check_holds_after_ordinary_work(env: Env) -> None:
    an_invoice(env, a_line("1", "100", [a_tax(env)]))
    an_entry(env)

    results = integrity.results(env)

    assert len(results) == 9
    assert [findings for _label, findings in results if findings] == []


def test_the_page_names_what_was_changed_and_gives_the_chain_as_a_file(
    workspace: LiveWorkspace, client: Visitor
) -> None:
    with workspace.env() as env:
        entry = an_entry(env)
        journal_id, number = entry.journal_id, entry.number or ""
    calm = client.get("/accounting/integrity?check=1")
    with owner_in(workspace.platform.server, workspace.entry) as connection:
        connection.execute(text("ALTER TABLE erp_accounting_entry_line DISABLE TRIGGER posted_is_final"))
    with workspace.env() as env:
        env.scope.connection.execute(text("UPDATE erp_accounting_entry_line SET tax_base = 7"))

    overview = client.get("/accounting/integrity")
    checked = client.get("/accounting/integrity?check=1")
    chain = client.get(f"/accounting/integrity/{journal_id}/2026")
    file = client.get(f"/accounting/integrity/{journal_id}/2026?format=csv")

    assert "content or order was changed" not in calm.text
    assert number in overview.text
    assert f"{number}: content or order was changed" in checked.text
    assert f"{number} does not match its seal" in chain.text
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["Number"], row["Holds"]) for row in rows] == [(number, "NO")]
    with workspace.env() as env:
        assert env.session.scalars(select(env[Journal].id)).all()
