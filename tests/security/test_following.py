"""Every model whose rows hang on records, tried by somebody with few rights, at every door that shows rows.

Models and doors are read from what is declared and served: a new one is tried without being named here.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from core.builtin.models import Company
from core.errors import CoreError
from core.security.following import Fixed, NothingToFollow
from core.testing.web import Visitor
from core.views.catalog import views_of
from core.web.events import Audience
from tests.security.hanging_rows import SECRET, SHOWN, Ground, a_ground, a_row
from tests.security.routes import CASES, EVERY
from tests.security.test_every_route import readable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.env import Env
    from core.testing.workspaces import Workspaces


class Accepted(Exception):
    """A write that nothing refused."""


NO_LISTS = frozenset({"core.audit", "core.mail", "core.webhook_delivery", "erp_stock.revaluation"})
"""No role of the salesperson's reads them: nothing of them may be seen at all."""
THEIR_OWNERS_NAME = {
    "core.batch_entry": "the batch names the model; only who ran it, with their own rights, reads it",
    "base.retention_refusal": "the run names a subject, not a model; read by who looks after personal data",
}
"""They hold the number of a record, and no model that it is of."""


@pytest.fixture(scope="module")
def ground(workspaces: Workspaces) -> Iterator[Ground]:
    made = a_ground(workspaces)
    yield made
    workspaces.release(made.entry)


def test_every_model_that_names_a_record_by_kind_and_number_says_what_it_follows(ground: Ground) -> None:
    followers = set(ground.followers)

    assert followers == {
        "base.activity",
        "base.file",
        "base.follower",
        "base.message",
        "base.notice",
        "bridge_crm_erp.effect",
        "bridge_crm_erp.foreign_link",
        "core.audit",
        "core.mail",
        "core.webhook_delivery",
        "erp_stock.revaluation",
    }
    numbered = {
        name for name, model in ground.registry.models.items() if "record_id" in model.__table__.columns
    }
    assert numbered - followers == THEIR_OWNERS_NAME.keys()
    assert {name for name, rows in ground.secret.items() if rows} == followers


def doors(ground: Ground) -> Iterator[str]:
    """Every page that is served, with each model and each row that nothing may tell of."""
    boards = [f"/app/{name.replace('.', '/dashboard/')}" for name in views_of(ground.registry).dashboards]
    yield from ("/", "/my/activities", "/bridge", f"/search?q={SECRET[:4]}", f"/search?q={SECRET}", *boards)
    for model in ground.followers:
        page = f"/app/{model.replace('.', '/')}"
        for query in ("", f"?q={SECRET[:4]}", "?view=calendar", "?group=author"):
            yield f"{page}/{query}"
        for kind in ("csv", "xlsx"):
            yield f"{page}/export?format={kind}"
        for query in ("", f"?q={SECRET[:4]}", "?limit=200"):
            yield f"/api/v1/{model}{query}"
        yield from every_route(ground, model)
    for model, number in ground.hidden.items():
        yield f"/timeline/{model}/{number}"
    for number in ground.secret["base.file"][:2]:
        yield f"/files/{number}/{SECRET}.txt"


def every_route(ground: Ground, model: str) -> Iterator[str]:
    """The routes of every model, with the rows of one."""
    addon, _dot, short = model.partition(".")
    for number in ground.secret[model]:
        yield f"/api/v1/{model}/{number}"
        yield f"/app/{addon}/{short}/{number}"
    for number in ground.secret[model][:1]:
        for route, case in CASES.items():
            method, _space, address = route.partition(" ")
            if method != "GET" or case.models != EVERY or "/api/" in address:
                continue
            for query in case.query:
                filled = (address + query).replace("{references}", "").replace("{saved}", "0")
                given = {"addon": addon, "model": short if "{addon}" in address else model, "id": number}
                for name in ("record_id", "verb", "name", "path", "report"):
                    given[name] = number if name == "record_id" else "title"
                yield filled.format(**given)


def test_no_door_shows_rows_about_records_that_one_may_not_read_nor_others_rows(
    ground: Ground, app: Any
) -> None:
    idriss = ground.visitor(app)

    answers = {address: idriss.send("GET", address, {}) for address in dict.fromkeys(doors(ground))}

    assert [one for one, answer in answers.items() if SECRET in readable(answer)] == []
    assert [one for one, answer in answers.items() if answer.status_code >= 500] == []
    assert len(answers) > 200


def test_ones_own_rows_about_readable_records_are_shown_at_the_same_doors(ground: Ground, app: Any) -> None:
    idriss = ground.visitor(app)
    told = {
        "base.activity": {"page", "export", "api"},
        "base.file": {"page", "export", "api"},
        "base.message": {"page", "export", "api"},
    }

    seen: dict[str, set[str]] = {}
    for model in told:
        page = f"/app/{model.replace('.', '/')}"
        for door, address in (
            ("page", f"{page}/"),
            ("export", f"{page}/export?format=csv"),
            ("api", f"/api/v1/{model}"),
        ):
            if SHOWN in readable(idriss.send("GET", address, {})):
                seen.setdefault(model, set()).add(door)

    assert seen == told


def test_a_count_counts_what_is_shown(ground: Ground) -> None:
    with ground.env(user=ground.who.who()) as env:
        found = {
            name: list(env.session.scalars(select(ground.registry.model(name).id)))
            for name in ground.followers
            if env.access.allows(name, "r")
        }

    assert found == {name: [ground.shown[name]] for name in ground.followers if name not in NO_LISTS}


def test_the_page_of_a_record_shows_everybodys_rows(ground: Ground, app: Any) -> None:
    idriss = ground.visitor(app)

    shown = readable(idriss.send("GET", f"/timeline/base.party/{ground.other_party}", {}))
    listed = readable(idriss.send("GET", "/app/base/message/", {}))

    assert SECRET in shown
    assert SECRET not in listed


def test_a_calendar_shows_only_activities_about_what_its_owner_may_read(ground: Ground, app: Any) -> None:
    stranger = Visitor(app, ground.entry)

    answer = stranger.get(f"/calendar/{ground.address}.ics")

    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(event["description"])[: len(SHOWN)] for event in events] == [SHOWN]
    assert SECRET not in answer.text


def test_news_name_only_models_and_companies_that_the_listener_may_read(ground: Ground) -> None:
    with ground.env(user=ground.who.who()) as env:
        there = max(env.company_ids) + 1
        audience = Audience.of(env)

    assert audience.hears("crm_sales.opportunity", 1)
    assert audience.hears("base.party", None)
    assert not audience.hears("erp_accounting.journal", 1)
    assert not audience.hears("crm_sales.opportunity", there)


def test_nobody_writes_a_row_about_a_record_that_they_may_not_read(ground: Ground) -> None:
    written = {}
    for name, follows in ground.followers.items():
        for about in {**ground.hidden, "base.party": 999_999, "no.such": 1}.items() if follows.pairs else ():
            with ground.env() as system:
                values = plain_values(system.get(ground.registry.model(name), ground.shown[name]))
            for named, numbered in follows.pairs:
                values |= {named: about[0], numbered: about[1]}
            for bulk in (False, True):
                written[name, about[0], bulk] = refusal(ground, partial(insert, name, values, bulk))

    granted = {name for name in ground.followers if name not in NO_LISTS and not name.startswith("bridge")}
    wrong = {
        tried: error
        for tried, error in written.items()
        if not issubclass(error, NothingToFollow if tried[0] in granted else CoreError)
    }
    assert wrong == {}


def test_no_later_write_changes_what_a_row_hangs_on_or_who_wrote_it_when(ground: Ground) -> None:
    written = {}
    for name, follows in ground.followers.items():
        for key in sorted(follows.frozen):
            for bulk in (False, True):
                written[name, key, bulk] = refusal(ground, partial(change, ground, name, key, bulk))

    assert {tried: error for tried, error in written.items() if not issubclass(error, CoreError)} == {}
    assert written["base.message", "record_id", False] is Fixed
    assert written["base.activity", "record_id", True] is Fixed
    assert written["base.message", "at", False] is Fixed


def refusal(ground: Ground, write: Any) -> type[BaseException]:
    """What the salesperson's write was refused with; Accepted when it went through."""
    try:
        with ground.env(user=ground.who.who()) as env, undone(env):
            write(env)
            env.session.flush()
    except CoreError as error:
        return type(error)
    return Accepted


@contextmanager
def undone(env: Env) -> Iterator[None]:
    """What the block writes is taken back."""
    savepoint = env.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        env.session.expunge_all()


def insert(name: str, values: dict[str, Any], bulk: bool, env: Env) -> None:
    model = env.registry.model(name)
    if bulk:
        env.bulk_insert(model, [values])
    else:
        env.session.add(model(**values))


def change(ground: Ground, name: str, key: str, bulk: bool, env: Env) -> None:
    """Another value in a column that stays."""
    model = env.registry.model(name)
    column = model.__table__.columns[key]
    kinds = {
        str: "base.tag" if key.endswith("model") else "changed",
        datetime: datetime(2020, 1, 1, tzinfo=UTC),
    }
    new = ground.other if key.endswith("_id") else kinds.get(column.type.python_type, 7)
    if choices := getattr(column.type, "choices", None):
        new = list(choices)[-1]
    if bulk:
        env.bulk_update(model, model.id == ground.shown[name], {key: new})
    else:
        setattr(env.get(model, ground.shown[name]), key, new)


def plain_values(row: Any) -> dict[str, Any]:
    """The columns of a row that somebody could send."""
    given = {"id", "search_tokens", "created_at", "updated_at", "version", "company_id"}
    return {key: getattr(row, key) for key in set(row.__table__.columns.keys()) - given}


def test_a_row_belongs_to_the_company_of_its_record(ground: Ground) -> None:
    with ground.env() as env, undone(env):
        there = env.add(Company, name="Kervran", currency="EUR", country="FR").id
        for name in ("base.message", "base.activity", "base.file"):
            about = ("erp_accounting.journal", ground.hidden["erp_accounting.journal"])
            row = a_row(env, name, ground, about=about, mine=ground.who.id, company_id=there)

            assert row.company_id == 1, name
