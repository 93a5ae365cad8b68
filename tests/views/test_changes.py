"""What the timeline tells of changes, to whoever may see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from core.errors import NotFound
from core.security.audit import changes_of
from core.views.changes import told_changes, tracked
from tests.views.factories import Deal, a_customer, a_deal

if TYPE_CHECKING:
    from core.env import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_shop")


def told(env: Env, deal_id: int) -> list[tuple[str, str | None, str | None]]:
    """Every field of every save, newest first."""
    saves = told_changes(env, env.get(Deal, deal_id)).saves
    return [(one.label, one.old, one.new) for save in saves for one in save.fields]


def test_only_declared_fields_are_told(env: Env) -> None:
    assert [meta.path for meta in tracked(env[Deal])] == ["title", "customer", "stage", "margin"]
    deal = a_deal(env, title="Lobby")
    deal.notes, deal.close_date = "Call", date(2026, 12, 1)
    env.session.flush()

    assert told(env, deal.id) == []


def test_values_are_written_for_reading(env: Env) -> None:
    deal = a_deal(env, title="Lobby", customer=a_customer(env, name="Kervran"))
    deal.stage, deal.margin = env[Deal].stage.type.choices("won"), Decimal("1200.5")
    deal.customer = a_customer(env, name="Tilleuls")
    deal.title = "x" * 200
    env.session.flush()

    assert sorted(told(env, deal.id)) == [
        ("Customer", "Kervran", "Tilleuls"),
        ("Margin", "", "€1,200.50"),
        ("Stage", "New", "Won"),
        ("Title", "Lobby", "x" * 119 + "…"),
    ]


def test_a_hidden_field_and_a_hidden_customer_are_not_told(clerk: Env) -> None:
    with clerk.system("test data") as env:
        deal = a_deal(env, title="Lobby", customer=a_customer(env, name="Kervran"))
        deal.customer = a_customer(env, name="Secret customer")
        deal.margin = Decimal(4711)
        deal_id = deal.id

    assert told(clerk, deal_id) == [("Customer", None, None)]


def test_nobody_reads_the_changes_of_a_record_they_may_not_see(clerk: Env) -> None:
    with clerk.system("test data") as env:
        hidden = a_deal(env, title="Hidden", urgent=True)
        hidden.title = "Still hidden"

    with pytest.raises(NotFound):
        changes_of(clerk, Deal, hidden.id)


def test_saves_are_read_on_where_the_last_answer_ended(workspace: LiveWorkspace) -> None:
    with workspace.env() as env:
        deal_id = a_deal(env, title="0").id
    for number in range(1, 8):
        with workspace.env(request_id=f"save {number}") as env:
            deal = env.get(Deal, deal_id)
            deal.title = f"{number}, first"
            env.session.flush()
            deal.title = str(number)

    found: list[str | None] = []
    before: int | None = None
    with workspace.env() as env:
        deal = env.get(Deal, deal_id)
        for _round in range(10):
            page = told_changes(env, deal, before=before, limit=5)
            found += [one.new for save in page.saves for one in save.fields]
            before = page.rest
            if before is None:
                break

    assert found == [str(number) for number in range(7, 0, -1)]
