"""A list that reads columns only shows what a list of records shows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from core.security.refusals import FieldRefused
from core.views import prepared
from core.views.access import views_for
from core.views.lists import ListScreen, list_screen
from core.views.plain import Shown
from core.views.values import text_of
from core.web.records.list_pages import draw_rows
from tests.views.factories import Deal, a_customer, a_deal, a_line

if TYPE_CHECKING:
    from core.env import Env

pytestmark = pytest.mark.addons("sample_shop")


def some_deals(env: Env) -> None:
    seen = a_customer(env, name="Brasserie <Kervran>", email="bar@kervran.example", credit=Decimal(9))
    secret = a_customer(env, name="Secret customer")
    day = env.today()
    for n in range(7):
        deal = a_deal(
            env,
            title=f"Deal & {n}",
            customer=secret if n % 3 == 0 else seen,
            expected=Decimal(n * 100),
            currency="EUR" if n % 2 else "TND",
            close_date=day.replace(day=1 + n) if n else None,
            called_at=datetime(2026, 3, 4, 22, 30, tzinfo=UTC) if n == 2 else None,
            stage="won" if n == 1 else "new",
            probability=n * 7,
            margin=Decimal(n),
        )
        a_line(env, deal, description=f"Part {n}", amount=Decimal(n), customer=seen if n % 2 else None)


def screen(env: Env, model: str, query: dict[str, list[str]]) -> ListScreen:
    return list_screen(env, views_for(env, model), {"all": ["1"], **query})


def told(env: Env, shown: ListScreen, app: Any) -> dict[str, Any]:
    """What the page says, what a file would say, and where the next page begins."""
    page, metas = shown.page, shown.query.metas
    return {
        "drawn": str(draw_rows(shown)(app.site.templates)),
        "texts": [
            [text_of(env, meta, meta.of(row.record), row.record) for meta in metas] for row in page.rows
        ],
        "names": [(row.record.id, row.record.display_name) for row in page.rows],
        "groups": [
            [(group.level, shown.group_label(group), shown.group_url(group), group.count, group.sums)]
            for row in page.rows
            for group in row.groups
        ],
        "foot": shown.foot,
        "next": (page.after, page.before),
    }


QUERIES = [
    ("sample_shop.deal", {"columns": ["title,customer,stage,urgent,close_date,expected,currency,called_at"]}),
    ("sample_shop.deal", {"columns": ["title,customer.email,probability"], "sort": ["-probability"]}),
    ("sample_shop.deal", {"columns": ["title,customer,expected"], "group": ["customer", "close_date:month"]}),
    ("sample_shop.deal", {"columns": ["title,notes"], "f": ["stage:new"], "size": ["3"]}),
    ("sample_shop.deal", {"columns": ["title,customer"], "q": ["deal"]}),
    ("sample_shop.line", {"columns": ["id,description,customer,amount,price,quantity"]}),
    ("sample_shop.line", {"columns": ["description,deal,deal.customer,deal.stage,amount"]}),
    ("sample_shop.customer", {"columns": ["name,email,active"]}),
]


@pytest.mark.parametrize(("model", "query"), QUERIES)
@pytest.mark.parametrize("someone", ["env", "clerk"])
def test_the_same_with_and_without_records(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    app: Any,
    someone: str,
    model: str,
    query: dict[str, list[str]],
) -> None:
    env: Env = request.getfixturevalue(someone)
    with env.system("test data") as system:
        some_deals(system)
    shown = screen(env, model, query)
    assert {type(row.record) for row in shown.page.rows} <= {Shown, env.registry.model(model)}
    plain = told(env, shown, app)

    monkeypatch.setattr(prepared, "plain_of", lambda *_: None)
    env.registry.memo("core.views.statements", lambda _: {}).clear()
    records = screen(env, model, query)
    assert {type(row.record) for row in records.page.rows} == {env.registry.model(model)}

    assert plain == told(env, records, app)
    env.registry.memo("core.views.statements", lambda _: {}).clear()


def test_a_column_list_reads_no_record(env: Env, statements: Any) -> None:
    some_deals(env)
    with statements() as sent:
        rows = screen(env, "sample_shop.deal", {"columns": ["title,customer,expected"]}).page.rows

    assert {type(row.record) for row in rows} == {Shown}
    assert len(sent.touching("sample_shop_deal")) == 1
    assert "notes" not in sent.touching("sample_shop_deal")[0]


def test_what_the_list_did_not_read_is_asked_of_the_record_under_the_rules(clerk: Env) -> None:
    with clerk.system("test data") as system:
        some_deals(system)
    row = screen(clerk, "sample_shop.deal", {"columns": ["title"]}).page.rows[1].record

    assert row.weighted == clerk.get(Deal, row.id).weighted
    with pytest.raises(FieldRefused):
        _ = row.margin
    with pytest.raises(AttributeError):
        _ = row.nonsense


def test_a_statement_that_is_kept_is_never_taken_for_another_person(env: Env, clerk: Env) -> None:
    with clerk.system("test data") as system:
        some_deals(system)
        a_deal(system, title="Urgent", urgent=True)
        everything = {row.record.title for row in screen(system, "sample_shop.deal", {}).page.rows}

    mine = {row.record.title for row in screen(clerk, "sample_shop.deal", {}).page.rows}

    assert everything - mine == {"Urgent"}
