"""Every route, with numbers of rows that are not the visitor's, and a secret that nobody must find."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from addons.base.services import files, timeline
from core.builtin.models import Company
from core.db.transaction import transaction
from core.platform import in_company
from tests.catalog.factories import a_product
from tests.crm_sales.factories import a_confirmed_order, a_party, a_sent_quote, an_opportunity

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales")

MARK = "Zanzibar"
SECRET = Decimal("7770.1357")
SALES = ("crm_sales.manager",)
NOT_OF_RECORDS = ("/settings", "/setup", "/login", "/logout", "/static", "/reset", "/invitation", "/events")
"""Pages of administrators (refused to everyone else), and pages before one is signed in."""


@dataclass
class Two:
    """A workspace of two companies; the second one's rows all carry the mark."""

    workspace: LiveWorkspace
    here: int
    there: int
    foreign: dict[str, int]
    """Model -> a row of the second company."""

    def fingerprint(self) -> dict[str, str]:
        """What the second company's rows are, table by table."""
        with transaction(self.workspace.platform.server, self.workspace.entry) as connection:
            tables = connection.scalars(
                text(
                    "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()"
                    " AND column_name = 'company_id' AND table_name NOT IN ('core_audit', 'core_session',"
                    " 'core_user', 'core_user_company')"
                )
            ).all()
            return {
                table: str(
                    connection.scalar(
                        text(
                            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
                            f" FROM {table} t WHERE company_id = :there"
                        ),
                        {"there": self.there},
                    )
                )
                for table in tables
            }


@pytest.fixture
def two(workspace: LiveWorkspace) -> Two:
    with workspace.env() as env:
        here = env.company.id
        there = env.add(Company, name="Second").id
        env.hooks.seed_data(env=in_company(env, there))
    with workspace.env() as env:
        second = in_company(env, there)
        party = a_party(second, name="Shared customer")
        opportunity = an_opportunity(second, title=MARK, party=party)
        quote, order = a_sent_quote(second, party=party), a_confirmed_order(second, party=party)
        timeline.log(second, opportunity, MARK)
        file = files.attach(second, opportunity, f"{MARK}.txt", MARK.encode())
        second.session.flush()
        foreign = {record.model_name: record.id for record in (opportunity, quote, order, file)}
    return Two(workspace, here, there, foreign)


def leaks(answer: Any, *words: str) -> list[str]:
    found = re.sub(r"[\s,\u202f\u00a0]", "", answer.text)
    return [word for word in words if word in found]


def litestar_routes(app: Any) -> list[tuple[str, str]]:
    """(method, address with {names}) of everything the application serves."""
    while not hasattr(app, "routes"):
        app = getattr(app, "app", None) or app.asgi_handler
    served = [(route, method) for route in app.routes for method in getattr(route, "methods", ())]
    return sorted({(str(method), str(route.path_format)) for route, method in served})


def filled(address: str, model: str, number: int) -> str:
    addon, _, name = model.partition(".")
    given = {"addon": addon, "model": name if "{addon}" in address else model, "name": "x", "verb": "win"}

    def value(found: re.Match[str]) -> str:
        return str(given.get(found[1], number if found[1].endswith("id") else "x"))

    return re.sub(r"{(\w+)}", value, address)


def test_no_route_shows_or_changes_a_row_of_another_company(
    two: Two, app: Any, visitor: Callable[..., Visitor]
) -> None:
    sam = visitor("Sam Seller", roles=SALES, companies=[two.here])
    addresses = [
        (method, address)
        for method, address in litestar_routes(app)
        if method in {"GET", "POST"} and "{" in address and not address.startswith(NOT_OF_RECORDS)
    ]
    before = two.fingerprint()

    wrong = []
    for model, number in two.foreign.items():
        for method, address in addresses:
            url = filled(address, model, number)
            answer = (
                sam.get(url)
                if method == "GET"
                else sam.post(url, {"field": "title", "title": "stolen", "body": "x"})
            )
            if leaks(answer, MARK) or answer.status_code >= 500:
                wrong.append((method, url, answer.status_code))

    assert len(addresses) > 40
    assert wrong == []
    assert two.fingerprint() == before


def test_no_list_search_filter_or_api_verb_reaches_another_company(
    two: Two, visitor: Callable[..., Visitor]
) -> None:
    sam = visitor("Sam Seller", roles=SALES, companies=[two.here])
    before = two.fingerprint()
    asked = []
    for model, number in two.foreign.items():
        page, api = f"/app/{model.replace('.', '/')}", f"/api/v1/{model}"
        asked += [
            sam.get(f"{page}/"),
            sam.get(f"{page}/?q={MARK[:4]}"),
            sam.get(f"{page}/?view=kanban"),
            sam.get(f"{page}/?filter=id:{number}"),
            sam.get(f"{page}/{number}"),
            sam.get(f"{page}/suggest?q={MARK[:4]}"),
            sam.get(f"{page}/export?format=csv"),
            sam.get(api),
            sam.get(f"{api}?id={number}"),
            sam.get(f"{api}/{number}"),
            sam.http.request("PATCH", f"{api}/{number}", json={"title": "stolen"}),
            sam.http.request("DELETE", f"{api}/{number}"),
            sam.http.request("POST", f"{api}/{number}/actions/win", json={}),
            sam.post(f"{page}/{number}/delete"),
            sam.post(f"{page}/{number}/actions/win"),
            sam.post(f"{page}/{number}/set", {"field": "title", "title": "stolen", "version": "1"}),
        ]

    assert [(a.request.method, str(a.url)) for a in asked if leaks(a, MARK) or a.status_code >= 500] == []
    assert two.fingerprint() == before
    ben = visitor("Ben Second", roles=SALES, companies=[two.there])
    assert MARK in ben.get("/app/crm_sales/opportunity/").text


def test_nobody_switches_into_a_company_that_is_not_theirs(two: Two, visitor: Callable[..., Visitor]) -> None:
    sam = visitor("Sam Seller", roles=SALES, companies=[two.here])

    refused = sam.post(f"/company/{two.there}")

    assert refused.status_code in {403, 404}
    assert MARK not in sam.get("/app/crm_sales/opportunity/").text


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
