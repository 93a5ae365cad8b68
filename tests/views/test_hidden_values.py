"""A field of a group is looked for behind every door by somebody who may change the record but not see it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from core.db.transaction import transaction
from core.security import tokens
from core.testing.web import Visitor, a_person, visiting
from core.webhooks.events import forget
from core.webhooks.models import Webhook
from tests.views.factories import a_customer, a_deal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_shop", "base")
OLD, NOW, CREDIT = Decimal("7770.13"), Decimal("7771.13"), Decimal("6660.42")
SIGNS = ("7770", "7771", "6660")
DEALS, API = "/app/sample_shop/deal", "/api/v1/sample_shop.deal"


@pytest.fixture(scope="module")
def app(platform: Platform) -> Iterator[Any]:
    with visiting(platform) as application:
        yield application


class Shop:
    """Bea sees margins, Carl does not; both may change deals."""

    def __init__(self, app: Any, workspace: LiveWorkspace) -> None:
        self.workspace = workspace
        entry, platform = workspace.entry, workspace.platform
        with workspace.env() as env:
            env.add(Webhook, name="All", url="https://hooks.example.com", events=["*"], secret="s" * 32)
            forget(env)
            self.customer = a_customer(env, credit=CREDIT).id
        manager = a_person(platform, entry, name="Bea", roles=["sample_shop.manager"])
        clerk = a_person(platform, entry, name="Carl", roles=["sample_shop.clerk"])
        self.bea, self.carl = Visitor(app, entry, manager), Visitor(app, entry, clerk)
        with workspace.env(user=manager.who()) as env:
            deal = a_deal(
                env, title="Lobby", customer=env.get(type_of(env, "customer"), self.customer), margin=OLD
            )
            env.session.flush()
            deal.margin, deal.title = NOW, "Lobby of the hotel"
            self.deal = deal.id
        with workspace.env(user=clerk.who()) as env:
            self.token = tokens.create(env, "Program", ["write"])
        with workspace.env() as env:
            self.template = env.add(
                env.registry.model("base.mail_template"),
                name="Tell all",
                model="sample_shop.deal",
                locale="en",
                subject="About {title}",
                body="It is {margin}, credit {customer.credit}.",
            ).id

    def ask(self, address: str) -> httpx.Response:
        if address.startswith("/api/"):
            return self.carl.http.get(address, headers={"Authorization": f"Bearer {self.token}"})
        return self.carl.get(address)

    def imported(self, step: str, columns: dict[str, str], rows: str, *keys: str) -> httpx.Response:
        """A file whose columns are given fields as the page does."""
        content = ",".join(columns) + "\n" + rows
        data: dict[str, Any] = {f"column-{n}": path for n, path in enumerate(columns.values())}
        data |= {"name": "deals.csv", "content": encoded(content), "step": step, "key": list(keys)}
        return self.carl.post(f"{DEALS}/import", data)


def problem_of(answer: httpx.Response) -> str:
    """What an import page says is wrong."""
    found = re.search(r'role="alert".*?</div>', answer.text, re.DOTALL)
    return found.group() if found else ""


def encoded(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


def type_of(env: Any, name: str) -> Any:
    return env.registry.model(f"sample_shop.{name}")


def readable(answer: httpx.Response) -> str:
    """Without spaces and separators, so that an amount is found however it is written."""
    content = answer.text
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            content = "".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())
    return re.sub(r"[\s,\u202f\u00a0]", "", content)


def shown(answers: dict[str, httpx.Response]) -> list[str]:
    """Which answers hold one of the hidden values, or an error of ours."""
    return [
        name
        for name, answer in answers.items()
        if answer.status_code >= 500 or any(sign in readable(answer) for sign in SIGNS)
    ]


@pytest.fixture
def shop(app: Any, workspace: LiveWorkspace) -> Shop:
    return Shop(app, workspace)


def test_pages_lists_files_and_the_api_do_not_hold_it(shop: Shop) -> None:
    addresses = [
        f"{DEALS}/",
        f"{DEALS}/{shop.deal}",
        f"{DEALS}/new",
        *(f"{DEALS}/?{query}" for query in QUERIES),
        f"{DEALS}/filters",
        f"{DEALS}/filter/margin",
        f"{DEALS}/narrow?path=margin&from=7000&to=8000",
        f"{DEALS}/suggest?typed=777",
        f"{DEALS}/options/customer?q=666",
        *(f"{DEALS}/export?columns=title,margin,customer.credit&format={kind}" for kind in ("csv", "xlsx")),
        f"{DEALS}/export?f=margin:7000..8000&format=csv",
        f"{DEALS}/import",
        "/app/sample_shop/customer/",
        f"/app/sample_shop/customer/{shop.customer}",
        "/app/sample_shop/dashboard/shop",
        "/search?q=777",
        f"/timeline/sample_shop.deal/{shop.deal}",
        f"/mail/compose?model=sample_shop.deal&id={shop.deal}&template={shop.template}",
        API,
        f"{API}/{shop.deal}",
        *(f"{API}?{query}" for query in API_QUERIES),
        "/api/v1/openapi.json",
        "/api/v1/sample_shop.customer",
        "/api/v1/base.mail_template",
        "/api/v1/core.audit",
        "/api/v1/core.webhook_delivery",
    ]

    answers = {address: shop.ask(address) for address in addresses}

    assert shown(answers) == []
    assert answers[f"{DEALS}/{shop.deal}"].status_code == 200
    assert answers[f"{API}/{shop.deal}"].json()["title"] == "Lobby of the hotel"
    assert "7771" in readable(shop.bea.get(f"{DEALS}/{shop.deal}"))
    assert "7771" in readable(shop.bea.get(f"/timeline/sample_shop.deal/{shop.deal}"))


QUERIES = (
    "columns=title,margin",
    "columns=title,customer.credit",
    "sort=margin",
    "sort=-customer.credit",
    "group=margin",
    "f=margin:7000..8000",
    "f=customer.credit:6000..7000",
    "q=777",
    "view=kanban&group=margin",
    "view=chart&measure=margin",
)
API_QUERIES = ("fields=title,margin", "sort=margin", "margin=7771.13", "margin__gte=7000", "q=777")


@pytest.mark.parametrize(
    ("finds", "misses"),
    [
        (f"{DEALS}/?f=margin:7771.13", f"{DEALS}/?f=margin:5.00"),
        (f"{DEALS}/?f=customer.credit:6660.42", f"{DEALS}/?f=customer.credit:5.00"),
        (f"{API}?margin=7771.13", f"{API}?margin=5.00"),
        (f"{API}?margin__gt=7000", f"{API}?margin__gt=9000"),
        (f"{DEALS}/export?f=margin:7771.13&format=csv", f"{DEALS}/export?f=margin:5.00&format=csv"),
    ],
)
def test_a_guess_is_answered_the_same_right_or_wrong(shop: Shop, finds: str, misses: str) -> None:
    """Otherwise the value would be found by asking often enough."""
    noise = re.compile(
        r'nonce="[^"]*"|content="[\w=-]{40,}"|value="[\w=-]{20,}"|"nonce":"[^"]*"|"instance":"[^"]*"'
    )

    right, wrong = shop.ask(finds), shop.ask(misses)

    def without_the_guess(answer: httpx.Response) -> str:
        plain = re.sub(r"7771\.13|6660\.42|5\.00|7000|9000", "", answer.text)
        return noise.sub("", plain)

    assert right.status_code == wrong.status_code
    assert without_the_guess(right) == without_the_guess(wrong)


def test_a_view_that_filters_by_it_cannot_be_shared(shop: Shop) -> None:
    form = {"name": "Best", "pinned": "1", "list": "", "query": "f=margin:7771.13&sort=margin"}
    refused = [
        shop.bea.post(f"{DEALS}/views", form | {"shared": "1"}),
        shop.bea.post(f"{DEALS}/views", form | {"query": "f=customer.credit:6000..7000", "shared": "1"}),
    ]
    kept = shop.bea.post(f"{DEALS}/views", form)
    shared = shop.bea.post(
        f"{DEALS}/views", form | {"name": "All", "query": "sort=margin&columns=title,margin", "shared": "1"}
    )
    with shop.workspace.env() as env:
        view = env.registry.model("core.saved_view")
        own, told = (env.session.query(view).filter(view.name == name).one().id for name in ("Best", "All"))

    answers = {
        address: shop.ask(address)
        for address in (
            f"{DEALS}/",
            f"{DEALS}/?saved={own}",
            f"{DEALS}/?saved={told}",
            "/api/v1/core.saved_view",
        )
    }

    assert [answer.status_code for answer in refused] == [422, 422]
    assert kept.status_code == shared.status_code == 303
    assert shown(answers) == []


def test_an_import_neither_sets_it_nor_tells_of_it(shop: Shop) -> None:
    title, customer = "Lobby of the hotel", "Brasserie Kervran"
    tries = {
        "set": shop.imported("go", {"Id": "id", "Margin": "margin"}, f"{shop.deal},5", "id"),
        "key": shop.imported("go", {"Margin": "margin", "Title": "title"}, "7771.13,Found", "margin"),
        "key of a link": shop.imported("go", {"Title": "title", "C": "customer.credit"}, "New,6660.42"),
        "no such": shop.imported("go", {"Title": "title", "C": "customer.credit"}, "New,5"),
        "wrong": shop.imported(
            "try",
            {"Id": "id", "Title": "title", "Expected": "expected"},
            f"{shop.deal},{title},no number",
            "id",
        ),
        "refused row": shop.imported(
            "go", {"Title": "title", "Customer": "customer", "Expected": "expected"}, f"Bad,{customer},-5"
        ),
    }
    batch = tries["refused row"].headers["location"]
    tries |= {page: shop.carl.get(f"{batch}{page}") for page in ("", "/failed.csv")}

    told = {name: answer for name, answer in tries.items() if not name.startswith("key")}
    assert shown(told) == []
    for name in ("set", "key", "key of a link", "no such"):
        assert tries[name].status_code == 422, name
    right, wrong = (problem_of(tries[name]) for name in ("key of a link", "no such"))
    assert right == wrong != ""
    with shop.workspace.env() as env:
        assert env.get(type_of(env, "deal"), shop.deal).margin == NOW


def test_an_import_taken_back_leaves_it_as_it_was(shop: Shop) -> None:
    made = shop.imported("go", {"Id": "id", "Title": "title"}, f"{shop.deal},Renamed", "id")
    batch = made.headers["location"]

    undone = shop.carl.post(f"{batch}/undo")

    assert shown({"undo": undone, "page": shop.carl.get(batch)}) == []
    with shop.workspace.env() as env:
        deal = env.get(type_of(env, "deal"), shop.deal)
        assert (deal.title, deal.margin) == ("Lobby of the hotel", NOW)


def test_nobody_writes_what_they_do_not_see(shop: Shop) -> None:
    form = {"margin": "5", "was": json.dumps({"margin": "7771.13"}), "version": "2"}
    asked = {
        "set": shop.carl.post(f"{DEALS}/{shop.deal}/set", form),
        "new": shop.carl.post(
            f"{DEALS}/new", {"title": "New", "customer": str(shop.customer), "margin": "5"}
        ),
        "bulk": shop.carl.post(
            f"{DEALS}/bulk/edit", {"id": str(shop.deal), "path": "margin", "margin": "5", "go": "1"}
        ),
        "quick": shop.carl.post(f"{DEALS}/quick-card", {"title": "Q", "margin": "5", "lane": "new"}),
        "patch": shop.carl.http.request(
            "PATCH",
            f"{API}/{shop.deal}",
            json={"margin": "5"},
            headers={"Authorization": f"Bearer {shop.token}"},
        ),
        "post": shop.carl.http.request(
            "POST",
            API,
            json={"title": "P", "customer_id": shop.customer, "margin": "5"},
            headers={"Authorization": f"Bearer {shop.token}"},
        ),
    }

    assert shown(asked) == []
    with shop.workspace.env() as env:
        deal = type_of(env, "deal")
        assert env.get(deal, shop.deal).margin == NOW
        assert env.session.query(env[deal]).filter(env[deal].margin == 5).count() == 0


def test_a_letter_with_it_is_neither_shown_nor_sent(shop: Shop) -> None:
    letter = {"model": "sample_shop.deal", "id": str(shop.deal), "to": "x@example.com", "subject": "{title}"}
    asked = {
        address: shop.carl.post(address, letter | {"body": body})
        for address in ("/mail/preview", "/mail/send")
        for body in (
            "It is {margin}",
            "Credit: {customer.credit}",
            "{margin|nothing} {customer.credit|nothing}",
        )
    }

    assert shown(asked) == []
    with shop.workspace.env() as env:
        mails = env.session.query(env.registry.model("core.mail")).all()
        assert [mail.text for mail in mails if any(sign in mail.text for sign in SIGNS)] == []


def test_what_leaves_by_itself_does_not_carry_it(shop: Shop) -> None:
    """Deliveries of webhooks, notices of the screen, and what mails and jobs keep."""
    with transaction(shop.workspace.platform.server, shop.workspace.entry) as connection:
        kept = connection.scalars(
            text(
                "SELECT payload::text FROM core_webhook_delivery"
                " UNION ALL SELECT d.row::text FROM core_batch_entry d"
                " UNION ALL SELECT coalesce(options::text, '') FROM core_batch"
                " UNION ALL SELECT m::text FROM base_message m UNION ALL SELECT n::text FROM base_notice n"
            )
        ).all()

    assert [one for one in kept if any(sign in one for sign in SIGNS)] == []
    assert any('"margin"' in one for one in kept)
