"""Every route the application serves, tried by an administrator of one company with the rows of another.

The routes are read from the application: a new one fails the first test until it says how it is tried.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import lxml.html
import pytest

from core.security import sessions
from core.security.shapes import shapes_of
from core.testing.web import Person, Visitor, a_client, a_person
from core.views.catalog import lines_of, views_of
from tests.security.routes import CASES, EVERY, MARK, NEEDS_NO_FIELD, Case, served_routes
from tests.security.two_companies import TwoCompanies, add_second_company, first_company

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from core.testing.workspaces import Workspaces

NOISE = re.compile(
    r'nonce="[^"]*"|content="[A-Za-z0-9_=-]{60,}"|value="[A-Za-z0-9_=-]{20,}"|"nonce":"[^"]*"'
    r'|"instance":"[^"]*"'
    r"|\d+ (seconds?|minutes?) ago|just now|[?&]v=[0-9a-f]+|Reference [0-9A-F-]+"
)
"""What differs between two answers for the same data: tokens of forms, references, and the clock."""
SHOWN_WITH_SHARED_ROWS = {
    address
    for model in ("core.audit", "core.webhook_delivery")
    for page in [f"/app/{model.replace('.', '/')}/"]
    for address in (f"/api/v1/{model}", page, f"{page}export?format=csv")
}
"""They tell an administrator of new users and contacts too: they are looked through for the mark only."""
OWN = ("core.saved_view", "core.api_token", "base.calendar_feed")
"""What is one person's, not a company's: an administrator may look after it, a colleague may not."""
Attempt = tuple[str, str, tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def began(workspaces: Workspaces) -> TwoCompanies:
    return first_company(workspaces)


@pytest.fixture(scope="module")
def before(began: TwoCompanies, app: Any) -> dict[str, str]:
    """What Ana sees as long as there is only her company."""
    ana = Visitor(app, began.entry, began.ana)
    return {address: normal(asked(ana, began, address)) for address in plain_addresses(began)}


@pytest.fixture(scope="module")
def two(began: TwoCompanies, before: dict[str, str]) -> TwoCompanies:
    assert before
    add_second_company(began)
    return began


def plain_addresses(two: TwoCompanies) -> list[str]:
    """Every page without a number: lists of all models, reports, dashboards, settings."""
    found = []
    for route, case in CASES.items():
        method, _space, address = route.partition(" ")
        if method != "GET" or case.why:
            continue
        if not case.models:
            found += [re.sub(r"{(name|dashboard)}.*", "", address) + query for query in case.query]
    for name in company_models(two):
        found += [
            f"/api/v1/{name}",
            f"/app/{name.replace('.', '/')}/",
            f"/app/{name.replace('.', '/')}/export?format=csv",
        ]
    found = [one.replace("{account}", "1").replace("{party}", "1") for one in found]
    boards = [f"/app/{name.replace('.', '/dashboard/')}" for name in views_of(two.registry).dashboards]
    return [one for one in found if "{" not in one] + boards


def company_models(two: TwoCompanies) -> set[str]:
    """Models whose rows are a company's."""
    shapes = shapes_of(two.registry).by_name
    found = {name for name, shape in shapes.items() if shape.company_owned}
    for _level in range(3):
        found |= {
            name for name, shape in shapes.items() if any(owner in found for _key, owner in shape.owners)
        }
    return found


def asked(visitor: Visitor, two: TwoCompanies, address: str) -> httpx.Response:
    """A page with the cookie, the API with the token."""
    if address.startswith("/api/v1"):
        return visitor.http.get(address, headers={"Authorization": f"Bearer {two.token}"})
    return visitor.get(address)


def normal(answer: httpx.Response) -> str:
    return f"{answer.status_code} " + NOISE.sub("", readable(answer))


def readable(answer: httpx.Response) -> str:
    """The text of an answer; of a spreadsheet, of its parts."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return "".join(
            packed.read(name).decode("utf-8", "ignore")
            for name in packed.namelist()
            if "core.xml" not in name
        )


def test_every_route_says_how_it_is_tried(app: Any) -> None:
    served = {f"{method} {address}" for method, address in served_routes(app)}

    assert served - CASES.keys() == set()
    assert CASES.keys() - served == set()


def test_every_model_of_a_company_has_a_row_of_the_other_company(two: TwoCompanies) -> None:
    assert two.refused == {}
    assert company_models(two) - two.foreign.keys() == {"core.audit"}


def test_no_page_tells_that_there_is_another_company(
    two: TwoCompanies, before: dict[str, str], app: Any
) -> None:
    ana = Visitor(app, two.entry, two.ana)

    after = {address: normal(asked(ana, two, address)) for address in before}

    assert [one for one, shown in after.items() if MARK in shown] == []
    differing = {one for one, shown in after.items() if shown != before[one]}
    assert differing - SHOWN_WITH_SHARED_ROWS == set()


class Quiet(Visitor):
    """Somebody to whom a server error is an answer, and who calls the API with a token."""

    def __init__(self, app: Any, two: TwoCompanies, person: Person, token: str = "", host: str = "") -> None:
        super().__init__(app, two.entry, person)
        self.http = a_client(
            app,
            host or str(self.http.base_url),
            cookies=self.http.cookies,
            raise_server_exceptions=False,
        )
        self.bearer = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, address: str, form: dict[str, str]) -> httpx.Response:
        if address.startswith("/api/v1/"):
            return self.http.request(method, address, json=form or None, headers=self.bearer)
        return self.get(address) if method == "GET" else self.post(address, form)


def attempts(two: TwoCompanies) -> Iterator[Attempt]:
    """Every route with every row of the other company, once."""
    seen: set[Attempt] = set()
    for route, case in CASES.items():
        method, _space, address = route.partition(" ")
        models = [m for m in two.foreign if m not in OWN] if case.models == EVERY else case.models
        for model in models:
            for attempt in of_model(two, case, method, address, model):
                if attempt not in seen:
                    seen.add(attempt)
                    yield attempt


def of_model(two: TwoCompanies, case: Case, method: str, address: str, model: str) -> Iterator[Attempt]:
    number = two.jobs if model == "job" else two.foreign.get(model) or two.shared[model]
    if "/api/v1/" in address:
        parts = (model, f"{model}/{number}", f"{model}/{number}/actions/cancel", f"{model}?id={number}")
        yield from ((method, f"/api/v1/{part}", (("title", "stolen"),)) for part in parts)
        return
    references = {
        one.key.removesuffix("_id"): str(two.foreign[one.target])
        for one in (shapes_of(two.registry).by_name[model].references if model != "job" else ())
        if one.target in two.foreign
    }
    filling = {
        "id": number,
        "model": model,
        "party": two.shared["base.party"],
        "saved": two.foreign["core.saved_view"],
        "references": "&".join(f"{key}={value}" for key, value in references.items()),
    }
    form = {key.format(**filling): value.format(**filling) for key, value in case.form.items()}
    if form.pop("references", ""):
        form |= references
    for filled in addresses(two, address, model, number):
        for query in case.query:
            yield method, filled + query.format(**filling), tuple(form.items())


def addresses(two: TwoCompanies, address: str, model: str, number: int) -> Iterator[str]:
    """The address with the number, once for each verb and each kind of lines of the model."""
    addon, _dot, short = model.partition(".")
    given = {"addon": addon, "model": short if "{addon}" in address else model, "name": "x"}
    if model == "core.batch" and "batch_id" in address:
        given |= {"addon": "crm_sales", "model": "opportunity"}
    verbs, paths = ["cancel"], ["title"]
    if "{addon}" in address:
        views = views_of(two.registry).of(model)
        verbs = [a.name for a in (*views.the_form.actions, *views.list.actions)] or verbs
        paths = [one.path for one in lines_of(views.the_form)] or paths
    for verb in verbs:
        for path in paths:
            values = given | {"verb": verb, "path": path}
            yield re.sub(r"{(\w+)}", lambda found, v=values: str(v.get(found[1], number)), address)


def test_no_route_shows_or_changes_a_row_of_the_other_company(two: TwoCompanies, app: Any) -> None:
    ana = Quiet(app, two, two.ana, two.token)
    kept = two.fingerprint()

    answers = [(attempt, ana.send(*attempt[:2], dict(attempt[2]))) for attempt in attempts(two)]

    wrong = [
        (*tried[:2], a.status_code) for tried, a in answers if MARK in readable(a) or a.status_code >= 500
    ]
    assert wrong == []
    assert two.fingerprint() == kept
    assert len(answers) > 1500


def test_who_works_there_does_see_the_rows(two: TwoCompanies, app: Any) -> None:
    """Otherwise the tests above would prove nothing."""
    ben = Quiet(app, two, two.ben, two.bens_token)

    seen = {model for model in two.foreign if MARK in ben.send("GET", f"/api/v1/{model}", {}).text}

    assert len(seen) > 25
    assert {"crm_sales.opportunity", "erp_accounting.entry", "core.mail", "core.setting"} <= seen
    assert MARK in ben.get("/settings/outbox").text
    assert MARK in ben.get(f"/settings/outbox/{two.foreign['core.mail']}").text


def test_what_is_one_persons_own_stays_out_of_a_colleagues_sight(two: TwoCompanies, app: Any) -> None:
    """What Ben keeps for himself, tried by a colleague with every role but the administrator's."""
    roles = sorted(set(two.declared_roles()) - {"base.admin"})
    cleo = a_person(two.platform, two.entry, name="Cleo", roles=roles, companies=[two.there])
    visitor = Quiet(app, two, cleo)
    own = {model: two.foreign[model] for model in OWN}
    kept = two.fingerprint()
    batch, view = two.foreign["core.batch"], own["core.saved_view"]
    base = "/app/crm_sales/opportunity"

    answers = [visitor.get(f"{base}/batch/{batch}"), visitor.get(f"{base}/batch/{batch}/failed.csv")]
    answers += [visitor.post(f"{base}/batch/{batch}/{verb}") for verb in ("stop", "undo")]
    answers += [visitor.post(f"{base}/views/{view}/forget"), visitor.get(f"{base}/?saved={view}")]
    answers += [visitor.post(f"/profile/tokens/{own['core.api_token']}/revoke")]
    answers += [visitor.post(f"/my/calendar/{own['base.calendar_feed']}/revoke")]
    for model, number in own.items():
        page = f"/app/{model.replace('.', '/')}"
        answers += [
            visitor.get(f"{page}/{number}"),
            visitor.post(f"{page}/{number}/delete"),
            visitor.get(page),
        ]

    assert [
        (str(a.url), a.status_code) for a in answers if "Ben's own" in a.text or a.status_code >= 500
    ] == []
    assert two.fingerprint() == kept


def test_a_cookie_and_a_token_open_no_other_workspace(
    two: TwoCompanies, workspaces: Workspaces, app: Any
) -> None:
    other = workspaces.fresh(("base",))
    zoe = Quiet(app, two, two.ana, two.token, host=f"http://{other.name}.localhost")
    routes = [(m, re.sub(r"{\w+}", "1", a)) for m, a in served_routes(app) if not a.startswith("/events")]

    answers = {
        (method, address): zoe.send(method, address.replace("/api/v1/1", "/api/v1/core.company"), {})
        for method, address in routes
    }

    anyone = {route for route, case in CASES.items() if case.why.startswith(("before", "says"))}
    opened = {
        f"{method} {address}"
        for method, address in served_routes(app)
        if (answer := answers.get((method, re.sub(r"{\w+}", "1", address)))) is not None
        and not refused(answer)
    }
    assert opened - anyone == set()


def refused(answer: httpx.Response) -> bool:
    """Asked to sign in, or told that there is nothing."""
    to_sign_in = answer.status_code in (302, 303) and answer.headers["location"].startswith("/login")
    return to_sign_in or answer.status_code in (401, 403, 404, 405)


def address_of(two: TwoCompanies, route: str) -> str:
    """An address of a route, of a row of the second company where it takes one."""
    method, _space, address = route.partition(" ")
    case = CASES[route]
    models = ("crm_sales.opportunity",) if case.models == EVERY else case.models
    for model in models:
        for _method, filled, _form in of_model(two, case, method, address, model):
            return filled
    return re.sub(r"{\w+}", "1", address)


def signed_in_again(two: TwoCompanies, app: Any) -> Quiet:
    """Ben's browser, whatever the routes before have done to his session."""
    with two.platform.env(two.entry) as env:
        token = sessions.start(env, two.ben.id, ip="127.0.0.1", agent="tests")
    return Quiet(app, two, replace(two.ben, token=token), two.bens_token)


def test_head_answers_as_get_without_the_body_and_each_names_one_charset(two: TwoCompanies, app: Any) -> None:
    ben = signed_in_again(two, app)
    wrong, answered = [], Counter[int]()
    before = two.every_table()

    for method, pattern in served_routes(app):
        if method != "GET":
            continue
        address = address_of(two, f"GET {pattern}")
        options = {"headers": ben.bearer if "/api/" in address else {}, "follow_redirects": False}
        head = ben.http.head(address, **options)
        got = head if pattern == "/events" else ben.http.get(address, **options)  # one lasts a minute
        answered[head.status_code] += 1
        shown = [(a.status_code, a.headers.get("content-type"), a.headers.keys()) for a in (head, got)]
        charsets = got.headers.get("content-type", "").count("charset")
        if head.content or shown[0] != shown[1] or charsets > 1 or head.status_code >= 500:
            wrong.append((address, *shown))

    assert wrong == []
    assert answered[200] > 60, answered
    assert two.changed_since(before) == set()


def test_reading_any_page_of_any_model_changes_no_record(two: TwoCompanies, app: Any) -> None:
    ben = signed_in_again(two, app)
    before = two.every_table()
    answered = Counter[int]()

    for model, number in two.foreign.items():
        page = f"/app/{model.replace('.', '/')}"
        for address in (f"{page}/", f"{page}/new", f"{page}/{number}"):
            answered[ben.send("GET", address, {}).status_code] += 1

    assert {status for status in answered if status >= 500} == set()
    assert answered[200] > 150, answered
    assert two.changed_since(before) == set()


def test_a_form_that_comes_without_its_fields_is_refused_by_a_sentence(two: TwoCompanies, app: Any) -> None:
    done, wrong = set(), []

    for method, pattern in served_routes(app):
        if method == "POST" and not pattern.startswith("/api/"):
            answer = signed_in_again(two, app).post(address_of(two, f"POST {pattern}"))
            if answer.status_code >= 500:
                wrong.append((pattern, answer.status_code))
            elif answer.status_code < 400:
                done.add(pattern)

    assert wrong == []
    assert done - NEEDS_NO_FIELD == set()


def forms_of(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each form of a page goes to, with what it would send."""
    if "<form" in page:
        for form in lxml.html.document_fromstring(page).forms:
            if form.method == "POST" and form.action:
                yield form.action, {name: value or "" for name, value in form.fields.items() if name}


def test_a_form_that_comes_without_one_of_its_fields_is_no_error_of_ours(two: TwoCompanies, app: Any) -> None:
    tried: dict[tuple[str, str], int] = {}

    for method, pattern in served_routes(app):
        if method != "GET" or pattern in ("/events", "/metrics") or pattern.startswith("/api/"):
            continue
        ben = signed_in_again(two, app)
        for action, fields in forms_of(ben.get(address_of(two, f"GET {pattern}")).text):
            for left_out in fields.keys() - {"csrf"}:
                if (action, left_out) not in tried:
                    sent = {name: value for name, value in fields.items() if name != left_out}
                    tried[action, left_out] = ben.post(action, sent).status_code

    assert {one for one, status in tried.items() if status >= 500} == set()
    assert len(tried) > 100
