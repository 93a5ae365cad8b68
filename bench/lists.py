"""A list of a million contacts: its table through rules and field groups beside raw SQL and one template."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import jinja2
from sqlalchemy import text

from bench.measure import Number, best_cpu
from bench.search import FILL
from bench.workspace import sql, workspace
from core.db.transaction import transaction
from core.env import Who
from core.security.models import User, UserCompany, UserRole
from core.testing.web import Person, Visitor, visiting
from core.views.access import views_for
from core.views.lists import list_screen
from core.web.records.list_pages import draw_rows

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

COLUMNS = ("name", "kind", "email", "phone", "vat_number", "is_customer", "is_supplier", "owner")
RAW = text(
    "SELECT p.id, p.name, p.kind, p.email, p.phone, p.vat_number, p.is_customer, p.is_supplier,"
    " u.name AS owner"
    " FROM base_party p LEFT JOIN core_user u ON u.id = p.owner_id ORDER BY p.name, p.id LIMIT 50"
)
TICK = (
    '<td role="cell" class="c-tick"><input class="form-check-input" type="checkbox" data-tick name="id"'
    ' value="{{ row.id }}" aria-label="Select {{ row.name }}"></td>'
)
NAME = (
    '<td role="cell" class="c-ref"><a class="quiet strong" href="/app/base/party/{{ row.id }}">'
    "{{ row.name }}</a></td>"
)
KIND = '<td role="cell" class="c-st"><span class="pill">{{ row.kind }}</span></td>'
YES = (
    '<svg class="icon soft" aria-hidden="true" fill="none" stroke="currentColor" stroke-linecap="round"'
    ' stroke-linejoin="round"><use href="/static/icons.svg#i-check"/></svg>'
    '<span class="visually-hidden">Yes</span>'
)
TEXTS = "".join(
    f'<td role="cell" class="c-date soft"><span class="clip">{{{{ row.{name} or "" }}}}</span></td>'
    for name in ("email", "phone", "vat_number", "owner")
)
FLAGS = "".join(
    f'<td role="cell" class="c-date soft">{{% if row.{name} %}}{YES}{{% endif %}}</td>'
    for name in ("is_customer", "is_supplier")
)
TEMPLATE = jinja2.Environment(autoescape=True).from_string(
    '{% for row in rows %}<tr role="row" data-row>' + TICK + NAME + KIND + TEXTS + FLAGS + "</tr>{% endfor %}"
)
"""The same markup as the list's own, written by hand."""
CLIENTS = 8


def run(bench: Bench, platform: Platform) -> None:
    """CPU of the table, of the whole request, and requests a second."""
    rows = bench.rows(1_000_000)
    with workspace(platform, ["base"]) as entry, visiting(platform) as app:
        sql(platform, entry, FILL.format(rows=rows), "ANALYZE base_party")
        person = a_clerk(platform, entry)
        who = Who(person.id, person.name, person.email, "en", "", frozenset({"base.user"}))
        floor = best_cpu(lambda: _raw(platform, entry), repeat=15)
        table = best_cpu(lambda: _table(platform, entry, who, app), repeat=15)
        visitor = Visitor(app, entry, person)
        address = "/app/base/party/?all=1&sort=name&columns=" + ",".join(COLUMNS)
        request = best_cpu(lambda: _page(visitor, address), repeat=15)
        bench.report(Number("list page, table of 50 x 8", table, "ms CPU", floor, 2.5, of_ratio=True))
        bench.report(Number("list page, full request", request, "ms CPU", floor))
        bench.report(
            Number("list page, 8 clients", _rate(app, entry, person, address), "requests/s", at_least=True)
        )


def a_clerk(platform: Platform, entry: WorkspaceEntry, role: str = "base.user") -> Person:
    """Somebody with one role, signed in."""
    from core.security import sessions

    with platform.env(entry) as env:
        user = env.add(User, name="Camille Roche", email="camille@bench.example")
        env.session.add(env[UserRole](user_id=user.id, role=role))
        env.session.add(env[UserCompany](user_id=user.id, company_id=env.company.id))
        env.session.flush()
        return Person(user.id, user.name, user.email, sessions.start(env, user.id))


def _raw(platform: Platform, entry: WorkspaceEntry) -> str:
    with transaction(platform.server, entry) as connection:
        return TEMPLATE.render(rows=connection.execute(RAW).all())


def _table(platform: Platform, entry: WorkspaceEntry, who: Who, app: Any) -> str:
    with platform.env(entry, user=who) as env:
        query = {"all": ["1"], "sort": ["name"], "columns": [",".join(COLUMNS)]}
        screen = list_screen(env, views_for(env, "base.party"), query)
        return str(draw_rows(screen)(app.site.templates))


def _page(visitor: Visitor, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.text[:500]  # noqa: S101 - a refused page must not count as fast


def _rate(app: Any, entry: WorkspaceEntry, person: Person, address: str) -> float:
    visitors = [Visitor(app, entry, person) for _ in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for _ in pool.map(lambda n: _page(visitors[n % CLIENTS], address), range(CLIENTS * 15)):
            pass
    return CLIENTS * 15 / (time.perf_counter() - began)
