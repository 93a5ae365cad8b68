"""A secret that nobody must find, and SQL that must not leave its workspace."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from addons.base.services import timeline
from core.db.transaction import transaction
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales")

SECRET = Decimal("7770.1357")
SALES = ("crm_sales.manager",)


def leaks(answer: Any, *words: str) -> list[str]:
    found = re.sub(r"[\s,\u202f\u00a0]", "", answer.text)
    return [word for word in words if word in found]


def test_a_hidden_value_is_found_nowhere(workspace: LiveWorkspace, visitor: Callable[..., Visitor]) -> None:
    with workspace.env() as env:
        product = a_product(env, name="Lamp", cost=SECRET)
        product.cost = SECRET + 1
        timeline.log(env, product, "seen")
        number = product.id
    sam = visitor("Sam Seller", roles=SALES)
    page, api = "/app/catalog/product", "/api/v1/catalog.product"
    shown = ("7770", "7771")

    addresses = [
        f"{page}/",
        f"{page}/{number}",
        f"{page}/new",
        f"{page}/?columns=name,cost",
        f"{page}/?sort=cost",
        f"{page}/?sort=-cost",
        f"{page}/?group=cost",
        f"{page}/?filter=cost:7000..8000",
        f"{page}/?q=777",
        f"{page}/?view=kanban",
        f"{page}/filters",
        f"{page}/filter/cost",
        f"{page}/suggest?q=777",
        f"{page}/export?columns=name,cost&format=csv",
        f"/timeline/catalog.product/{number}",
        "/search?q=777",
        "/settings/audit?model=catalog.product",
        api,
        f"{api}/{number}",
        f"{api}?fields=name,cost",
        f"{api}?sort=cost",
        f"{api}?order=cost",
        f"{api}?cost=7771.1357",
        f"{api}?cost__gte=7000",
        "/api/v1/openapi.json",
        "/api/v1/core.audit",
    ]
    answers = {address: sam.get(address) for address in addresses}
    written = [
        sam.post(f"{page}/{number}/set", {"field": "cost", "cost": "5", "version": "2"}),
        sam.http.request("PATCH", f"{api}/{number}", json={"cost": "5"}),
    ]

    assert [address for address, answer in answers.items() if leaks(answer, *shown)] == []
    assert [address for address, answer in answers.items() if answer.status_code >= 500] == []
    assert [answer.status_code for answer in written if answer.status_code >= 500] == []
    assert [answer.url for answer in written if leaks(answer, *shown)] == []
    with workspace.env() as env:
        assert env.get(type(product), number).cost == SECRET + 1
    boss = visitor("Bea Boss", roles=(*SALES, "catalog.manager"))
    assert leaks(boss.get(f"{page}/{number}"), *shown) or leaks(boss.get(f"{api}/{number}"), *shown)


def test_sql_of_an_addon_does_not_leave_its_workspace(workspace: LiveWorkspace, workspaces: Any) -> None:
    other = workspaces.fresh(())
    statements = (
        f"SELECT * FROM {other.schema}.core_user",
        f"INSERT INTO {other.schema}.core_company (name) VALUES ('x')",
        "SELECT * FROM platform.workspace",
        "SELECT * FROM procrastinate_jobs",
        f"CREATE TABLE {other.schema}.mine (id int)",
        "DROP TABLE core_user",
        "ALTER TABLE core_user ADD COLUMN x int",
    )

    for statement in statements:
        with (
            pytest.raises(ProgrammingError) as caught,
            transaction(workspace.platform.server, workspace.entry) as connection,
        ):
            connection.execute(text(statement))
        assert isinstance(caught.value.orig, errors.InsufficientPrivilege | errors.UndefinedTable), statement
