"""Reminders: who is due, in which words, sent once, and who is left alone."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from addons.base.models import Message, Party
from addons.erp_accounting import jobs
from addons.erp_accounting.models import (
    Direction,
    DunningHold,
    DunningLevel,
    DunningNotice,
    InvoiceKind,
    Share,
)
from addons.erp_accounting.queries import paying
from addons.erp_accounting.services import dunning, dunning_levels, ledgers, reversals
from addons.erp_accounting.services.terms import Rule
from core.api import print_report
from core.jobs.drain import drain
from core.mail.models import Mail
from tests.erp_accounting.factories import a_line, a_party, a_payment, a_rate, a_term, an_invoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from addons.erp_accounting.models import Invoice
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal


def a_customer(env: Env, name: str = "Kervran", **values: Any) -> Party:
    return a_party(env, **({"name": name, "email": "accounts@kervran.example", "locale": "en"} | values))


def late(env: Env, days: int, amount: str = "100", **values: Any) -> Invoice:
    """An invoice due so many days ago."""
    day = env.today() - timedelta(days=days)
    return an_invoice(env, a_line("1", amount), **({"date": day} | values))


def mails(env: Env) -> list[Mail]:
    with env.system("read the outbox of the test") as system:
        return list(system.session.scalars(select(system[Mail]).order_by(system[Mail].id)))


def due(env: Env) -> list[tuple[str, str | None]]:
    found = [one for one in dunning.reminders(env) if one.is_due]
    return [(one.party.name, one.level.name if one.level else None) for one in found]


def test_a_company_begins_with_three_levels_in_both_languages(env: Env) -> None:
    levels = dunning.levels(env)

    assert [(level.days, level.name) for level in levels] == [
        (5, "Friendly reminder"),
        (20, "Second reminder"),
        (40, "Formal notice"),
    ]
    assert all(level.body_fr.startswith("Bonjour") and level.body.startswith("Hello") for level in levels)
    dunning_levels.begin(env)
    assert len(dunning.levels(env)) == 3


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (4, None),
        (5, "Friendly reminder"),
        (19, "Friendly reminder"),
        (20, "Second reminder"),
        (90, "Formal notice"),
    ],
)
def test_the_level_follows_the_days(env: Env, days: int, level: str | None) -> None:
    late(env, days, party=a_customer(env))

    assert due(env) == ([("Kervran", level)] if level else [])


def test_only_what_is_late_and_open_counts(env: Env) -> None:
    party = a_customer(env)
    a_payment(env, late(env, 50, party=party))
    old = late(env, 30, "100", party=party)
    a_payment(env, old, "60")
    halves = a_term(env, Rule(Share.PERCENT, D(50), days=0), Rule(days=300))
    late(env, 10, "80", party=party, payment_term=halves)
    late(env, 50, kind=InvoiceKind.SUPPLIER_INVOICE, party=party)

    (found,) = dunning.reminders(env)

    assert (found.total, found.days, len(found.late)) == (D(80), 30, 2)


def test_a_reminder_is_mailed_with_the_statement_and_noted(env: Env) -> None:
    party = a_customer(env)
    invoice = late(env, 21, "250", party=party)

    notices = dunning.send(env, party, "EUR")

    (mail,) = mails(env)
    assert (mail.recipients, mail.subject) == (
        ["accounts@kervran.example"],
        "Second reminder: €250.00 is late",
    )
    assert invoice.number in mail.text
    assert "{" not in mail.text
    assert [notice.invoice_id for notice in notices] == [invoice.id]
    told = env.session.scalars(select(env[Message]).where(env[Message].party_id == party.id)).all()
    assert any(mail.subject == message.subject for message in told)


def test_the_same_level_never_goes_twice_and_the_next_one_does(env: Env) -> None:
    party = a_customer(env)
    late(env, 6, party=party)
    dunning.send(env, party, "EUR")

    with pytest.raises(dunning.NothingToRemind):
        dunning.send(env, party, "EUR")
    assert dunning.send_all(env) == 0
    assert dunning.send_all(env, day=env.today() + timedelta(days=14)) == 1
    assert dunning.send_all(env, day=env.today() + timedelta(days=14)) == 0

    assert [mail.subject for mail in mails(env)] == [
        "Reminder of your invoices, €100.00",
        "Second reminder: €100.00 is late",
    ]


def test_words_are_in_the_customers_language(env: Env) -> None:
    party = a_customer(env, locale="fr")
    late(env, 45, "1234.5", party=party)

    dunning.send(env, party, "EUR")

    (mail,) = mails(env)
    assert mail.subject.startswith("Mise en demeure")
    assert "1\u202f234,50\xa0€" in mail.text
    paper = print_report(env, "erp_accounting.account_statement", party)
    text = " ".join(PdfReader(BytesIO(paper.content)).pages[0].extract_text().split())
    assert ("Relevé de compte" in text, "45" in text) == (True, True)


def test_disputed_invoices_and_customers_with_a_plan_are_left_alone(env: Env) -> None:
    one, other = a_customer(env, "Disputes"), a_customer(env, "Has a plan")
    disputed = late(env, 30, party=one)
    late(env, 30, party=other)
    dunning.stop(env, disputed, reason="Broken glass")
    hold = env.add(DunningHold, company_id=env.company_id, party_id=other.id, reason="Pays monthly")

    assert due(env) == []
    shown = [
        (found.party.name, found.held, [(out.invoice.number, out.reason) for out in found.left_out])
        for found in dunning.reminders(env)
    ]
    assert shown == [
        ("Has a plan", "Pays monthly", []),
        ("Disputes", "", [(disputed.number, "Broken glass")]),
    ]
    with pytest.raises(dunning.NothingToRemind):
        dunning.send(env, other, "EUR")
    hold.until = env.today() - timedelta(days=1)
    env.session.flush()
    assert due(env) == [("Has a plan", "Second reminder")]


def test_who_has_no_address_is_passed_over_and_named(env: Env) -> None:
    silent, reachable = a_customer(env, "Silent", email=None), a_customer(env)
    late(env, 30, party=silent)
    late(env, 30, party=reachable)

    assert dunning.send_all(env) == 1
    with pytest.raises(dunning.NoAddress):
        dunning.send(env, silent, "EUR")


def test_each_currency_has_its_own_reminder(env: Env) -> None:
    a_rate(env, "CHF", "1.05", env.today() - timedelta(days=60))
    party = a_customer(env)
    late(env, 30, party=party)
    late(env, 30, party=party, currency="CHF")

    assert {(one.currency, one.total) for one in dunning.reminders(env)} == {("EUR", D(100)), ("CHF", D(100))}


def test_braces_of_a_customers_name_are_not_filled_again(env: Env) -> None:
    party = a_customer(env, "Weird {total} Ltd")
    late(env, 6, party=party)
    level = env.session.scalars(select(env[DunningLevel]).order_by(env[DunningLevel].days)).first()
    assert level is not None
    level.subject = "For {customer}"
    env.session.flush()

    (found,) = dunning.reminders(env)
    assert dunning.letter(env, found).subject == "For Weird {total} Ltd"


def with_fee(env: Env, amount: str = "40") -> None:
    """Each level charges a fee."""
    for level in dunning.levels(env):
        level.fee, level.books_fee = D(amount), True
    env.session.flush()


def test_the_fee_is_charged_once_for_a_reminder_and_can_be_waived(env: Env) -> None:
    with_fee(env)
    party = a_customer(env)
    late(env, 30, party=party)
    late(env, 25, party=party)

    one, other = dunning.send(env, party, "EUR")

    assert one.fee_entry_id == other.fee_entry_id
    fee = one.fee_entry
    assert fee is not None
    assert [(line.account_id, line.balance, line.party_id) for line in fee.lines] == [
        (ledgers.account_id(env, "receivable"), D(40), party.id),
        (ledgers.account_id(env, "dunning_fee"), D(-40), party.id),
    ]
    assert sum(line.open for line in paying.open_lines(env, party, Direction.IN)) == D(240)
    reversals.reverse(env, fee)
    assert sum(line.open for line in paying.open_lines(env, party, Direction.IN)) == D(200)


def test_two_at_once_send_one_mail(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        with_fee(env)
        party = a_customer(env)
        late(env, 30, party=party)
        party_id = party.id
    sent: list[int] = []

    def remind() -> None:
        with workspace.env() as env:
            try:
                sent.append(len(dunning.send(env, env.get(Party, party_id), "EUR")))
            except dunning.NothingToRemind:
                sent.append(0)

    threads = [threading.Thread(target=remind) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == [0, 1]
    with workspace.env() as env:
        (notice,) = env.session.scalars(select(env[DunningNotice])).all()
        assert notice.fee_entry is not None
        assert notice.fee_entry.sequence == 1


def test_the_screen_previews_and_sends_in_the_background(
    workspace: LiveWorkspace, client: Visitor, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        party = a_customer(env)
        invoice = late(env, 30, party=party)
        party_id, number = party.id, invoice.number or "?"

    page = client.get("/accounting/reminders")
    shown = client.get(f"/accounting/reminders/{party_id}/EUR")
    nothing = client.post("/accounting/reminders", {})
    sent = client.post("/accounting/reminders", {"reminder": f"{party_id}:EUR"})
    drain(workspace.platform, workspace.entry)

    assert ("Kervran" in page.text, "Second reminder" in page.text) == (True, True)
    assert number in shown.text
    assert (nothing.status_code, sent.status_code) == (303, 303)
    with workspace.env() as env:
        assert len(env.session.scalars(select(env[DunningNotice])).all()) == 1
    with workspace.env() as env:
        late(env, 30, party=a_customer(env, "Merlet"))
        assert list(dunning.due_at_night(env)) == []
        ledgers.of(env).reminders_nightly = True
    for _night in range(2):
        with workspace.env() as env:
            env.defer(jobs.remind_nightly)
    drain(workspace.platform, workspace.entry)
    with workspace.env() as env:
        assert len(env.session.scalars(select(env[DunningNotice])).all()) == 2
    reader = visitor("Rita", roles=["erp_accounting.viewer"])
    assert reader.get("/accounting/reminders").status_code == 403
