"""Sections and notes between the lines of every document that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from addons.crm_sales.services import quotes
from core.api import format_money
from tests.crm_sales.factories import a_quote
from tests.erp_accounting import factories as accounting
from tests.erp_orders import factories as erp
from tests.erp_purchase import factories as purchase
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales", "erp_orders", "erp_accounting", "erp_purchase")
MODELS = {
    "crm_sales.quote": lambda env: a_quote(env),
    "crm_sales.order": lambda env: quotes.accept_for_customer(env, a_quote(env)),
    "erp_orders.order": lambda env: erp.an_order(
        env, erp.a_line(a_product(env), 2), erp.a_line(a_product(env), 1)
    ),
    "erp_accounting.invoice": lambda env: accounting.a_draft(env, accounting.a_line(), accounting.a_line()),
    "erp_purchase.order": lambda env: purchase.an_order(
        env, purchase.a_line(a_product(env)), purchase.a_line(a_product(env))
    ),
}


@pytest.fixture(params=sorted(MODELS))
def document(request: pytest.FixtureRequest, workspace: LiveWorkspace) -> tuple[str, int]:
    with workspace.env() as env:
        return request.param, MODELS[request.param](env).id


def lines_of(env: Env, model: str, record_id: int) -> list[tuple[str, str]]:
    record: Any = env.get(env.registry.model(model), record_id)
    return [(line.kind.value, line.description) for line in record.lines]


def headed(env: Env, model: str, record_id: int, **texts: str) -> dict[str, str | list[str]]:
    """A form that puts a section before the second line and a note at the end."""
    record: Any = env.get(env.registry.model(model), record_id)
    form: dict[str, str | list[str]] = {}
    for position, line in enumerate(record.lines, 1):
        form[f"lines.{line.id}.position"] = str(position if position == 1 else position + 1)
        form[f"lines.{line.id}.taxes"] = [str(tax.id) for tax in line.taxes]
    texts = {"section": "Ground floor", "note": "In the morning"} | texts
    for key, kind, position in (("n1", "section", 2), ("n2", "note", 99)):
        form |= {
            f"lines.{key}.kind": kind,
            f"lines.{key}.position": str(position),
            f"lines.{key}.description": texts[kind],
            f"lines.{key}.picked": "1",
        }
    return form


def test_a_section_sums_what_follows_and_is_printed(
    client: Visitor, workspace: LiveWorkspace, document: tuple[str, int]
) -> None:
    model, record_id = document
    page = f"/app/{model.replace('.', '/')}/{record_id}"
    with workspace.env() as env:
        record: Any = env.get(env.registry.model(model), record_id)
        before, total = lines_of(env, model, record_id), record.total
        assert 'data-line-shape="section"' in client.get(page).text
        form = headed(env, model, record_id)

    answer = client.post(f"{page}/lines/lines", form, partial=True)

    assert (answer.status_code, "Ground floor" in answer.text) == (200, True)
    with workspace.env() as env:
        assert lines_of(env, model, record_id) == [
            before[0],
            ("section", "Ground floor"),
            *before[1:],
            ("note", "In the morning"),
        ]
        record = env.get(env.registry.model(model), record_id)
        assert record.total == total
        expected = sum(line.net for line in list(record.lines)[2:-1])
        assert f'<td class="num strong">{format_money(expected, record.currency)}</td>' in answer.text
    for report in ("quote", "order", "invoice"):
        name = f"{model.partition('.')[0]}.{report}"
        if f"/print/{name}" in answer.text:
            assert client.get(f"{page}/print/{name}").content.startswith(b"%PDF-")


def test_a_section_without_text_is_refused_where_it_stands(
    client: Visitor, workspace: LiveWorkspace, document: tuple[str, int]
) -> None:
    model, record_id = document
    page = f"/app/{model.replace('.', '/')}/{record_id}/lines/lines"
    with workspace.env() as env:
        before = lines_of(env, model, record_id)
        form = headed(env, model, record_id, section=" ")

    shown, kept = client.post(f"{page}/preview", form, partial=True), client.post(page, form, partial=True)

    assert (shown.status_code, "Write a text, or remove the line." in shown.text) == (200, False)
    assert (kept.status_code, kept.text.count("Write a text, or remove the line.")) == (422, 1)
    with workspace.env() as env:
        assert lines_of(env, model, record_id) == before
