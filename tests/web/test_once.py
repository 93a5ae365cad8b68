"""A double click, and a form sent again: the work is done once, and both get the same answer."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from addons.base.models import Party
from core.builtin.models import Company
from core.rest.models import IdempotencyKey
from core.testing.web import Visitor, a_person, visiting
from tests.erp_accounting.factories import a_draft, a_party, an_invoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

CLICKS = 4
KEY = re.compile(r'name="once-key" value="([^"]+)"')
INVOICES = "/app/erp_accounting/invoice"


@pytest.fixture(scope="module")
def app(platform: Platform) -> Iterator[Any]:
    with visiting(platform) as application:
        yield application


@pytest.fixture
def books(workspace: LiveWorkspace, app: Any) -> Books:
    return Books(app, workspace)


class Books:
    """Camille in several windows of one browser."""

    def __init__(self, app: Any, workspace: LiveWorkspace) -> None:
        self.app, self.workspace = app, workspace
        self.camille = a_person(workspace.platform, workspace.entry)

    def window(self) -> Visitor:
        return Visitor(self.app, self.workspace.entry, self.camille)

    def at_once(self, path: str, form: dict[str, Any]) -> list[httpx.Response]:
        """The same form from several threads at the same moment."""
        windows, ready = [self.window() for _click in range(CLICKS)], Barrier(CLICKS)

        def click(window: Visitor) -> httpx.Response:
            ready.wait()
            return window.post(path, form)

        with ThreadPoolExecutor(CLICKS) as pool:
            return list(pool.map(click, windows))

    def number_of(self, model: str) -> int:
        with self.workspace.env() as env:
            composed = env.registry.model(model)
            return env.session.scalar(select(func.count()).select_from(composed)) or 0


def key_of(page: httpx.Response, action: str) -> str:
    """The key that the page's form for an action carries."""
    form = page.text.split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    found = KEY.search(form)
    assert found is not None
    return found[1]


def same(answers: list[httpx.Response]) -> tuple[int, str]:
    """What all of them say."""
    (told,) = {(answer.status_code, answer.headers.get("location", "")) for answer in answers}
    return told


@pytest.mark.addons("erp_accounting")
def test_a_double_click_pays_once(books: Books) -> None:
    with books.workspace.env() as env:
        party = a_party(env, name="Kervran")
        invoice = an_invoice(env, party=party)
        item = env.session.scalars(select(env.registry.model("erp_accounting.open_item"))).one()
        form = {"party": str(party.id), "direction": "in", "date": "2026-03-05", "amount": "50"}
        form |= {f"a{item.id}": "50"}
        open_before, entry = invoice.open_amount, invoice.entry_id
    page = books.window().get(f"/accounting/allocate?party={form['party']}&entry={entry}")
    form["once-key"] = KEY.findall(page.text)[0]

    answers = books.at_once("/accounting/allocate", form)
    again = books.window().post("/accounting/allocate", form)

    status, place = same([*answers, again])
    assert (status, books.number_of("erp_accounting.payment")) == (303, 1)
    assert place == "/app/erp_accounting/payment/1"
    with books.workspace.env() as env:
        assert open_before - env.get(type(invoice), invoice.id).open_amount == 50


@pytest.mark.addons("erp_accounting")
def test_a_double_click_posts_once(books: Books) -> None:
    with books.workspace.env() as env:
        number = a_draft(env).id
    url = f"{INVOICES}/{number}"
    page = books.window().get(url)
    key = key_of(page, f"{url}/actions/post")
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    form = {"once-key": key, "version": version[1]}

    answers = books.at_once(f"{url}/actions/post", form)

    assert same(answers) == (303, url)
    assert books.number_of("erp_accounting.entry") == 1
    toasts = {answer.cookies.get("toast") for answer in answers}
    assert len(toasts) == 1
    assert None not in toasts


@pytest.mark.addons("base")
def test_a_new_record_sent_twice_is_created_once(books: Books) -> None:
    page = books.window().get("/app/base/party/new")
    form = {"name": "Kervran", "kind": "organisation", "once-key": KEY.findall(page.text)[0]}

    answers = books.at_once("/app/base/party/new", form)

    assert same(answers)[0] == 303
    assert books.number_of("base.party") == 1


@pytest.mark.addons("base")
def test_an_action_on_a_selection_runs_once(books: Books) -> None:
    with books.workspace.env() as env:
        ids = [env.add(Party, name=name).id for name in ("Kervran", "Verdier")]
    page = books.window().get("/app/base/party/").text.split('id="selection"', 1)[1]
    form = {"action": "archive", "id": ids, "once-key": KEY.findall(page)[0]}

    answers = books.at_once("/app/base/party/bulk", form)

    assert same(answers) == (303, "/app/base/party/")
    assert books.number_of("core.batch") == 1
    with books.workspace.env() as env:
        assert [env.get(Party, one).active for one in ids] == [False, False]


@pytest.mark.addons("base")
def test_a_mail_sent_twice_leaves_once(books: Books) -> None:
    with books.workspace.env() as env:
        party = env.add(Party, name="Kervran", email="k@example.com").id
    page = books.window().get(f"/mail/compose?model=base.party&id={party}")
    form = {
        "model": "base.party",
        "id": str(party),
        "to": "k@example.com",
        "subject": "Hello",
        "body": "Yes.",
    }
    form["once-key"] = KEY.findall(page.text)[0]

    answers = books.at_once("/mail/send", form)

    assert same(answers)[0] == 303
    assert books.number_of("core.mail") == 1


@pytest.mark.addons("base")
def test_a_refused_form_is_sent_again_with_the_same_key(books: Books) -> None:
    form = {"name": "", "kind": "organisation", "once-key": "k" * 20}
    window = books.window()

    refused = window.post("/app/base/party/new", form)
    repeated = window.post("/app/base/party/new", form)
    mended = window.post("/app/base/party/new", form | {"name": "Kervran"})

    assert (refused.status_code, repeated.status_code, mended.status_code) == (422, 422, 303)
    assert books.number_of("base.party") == 1


@pytest.mark.addons("base")
def test_each_page_another_form_and_another_person_have_keys_of_their_own(books: Books) -> None:
    window = books.window()
    keys = [KEY.findall(window.get("/app/base/party/new").text)[0] for _twice in range(2)]
    form = {"name": "Kervran", "kind": "organisation", "once-key": keys[0]}
    other = Visitor(
        books.app,
        books.workspace.entry,
        a_person(books.workspace.platform, books.workspace.entry, name="Zoe"),
    )

    first = window.post("/app/base/party/new", form)
    others = [
        window.post("/app/base/party/new", form | {"once-key": keys[1]}),
        window.post("/app/base/party/new", form | {"name": "Verdier"}),
        other.post("/app/base/party/new", form),
    ]

    assert keys[0] != keys[1]
    places = {answer.headers["location"] for answer in (first, *others)}
    assert len(places) == books.number_of("base.party") == 4


@pytest.mark.addons("base")
def test_nothing_of_a_page_is_kept_with_a_key(books: Books) -> None:
    """A token is shown once: it must not stay in a table."""
    window = books.window()
    form = {"token_name": "Program", "scope": "read", "once-key": "k" * 20}

    shown = window.post("/profile/tokens", form)
    file = window.post("/app/base/party/export/selection", {"once-key": "f" * 20, "format": "csv"})

    assert (shown.status_code, file.status_code) == (200, 200)
    assert books.number_of("core.api_token") == 1
    with books.workspace.env() as env:
        assert env.session.query(env[IdempotencyKey]).count() == 0
        assert env.session.query(env[Company]).count() == 1
