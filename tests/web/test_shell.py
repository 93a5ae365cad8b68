"""What holds for every page: headers, tokens, refusals, one transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, select

from core.security.models import User
from tests.web.browsers import Browser, user

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from core.web.app import Application


def test_a_page_carries_the_security_headers_and_a_fresh_nonce(admin: Browser) -> None:
    first = admin.get("/settings")
    second = admin.get("/settings")

    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)' 'strict-dynamic'", policy)
    assert nonce is not None
    assert f'nonce="{nonce.group(1)}"' in first.text
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["x-frame-options"] == "DENY"
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["x-request-id"]


def test_no_page_holds_a_style_a_handler_or_an_inline_script(admin: Browser) -> None:
    pages = ("/settings", "/settings/apps", "/settings/users", "/profile", "/about", "/about/states", "/nope")

    texts = [admin.get(path).text for path in pages]

    for text in texts:
        assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|<style", text)
        inline = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag]
        assert inline == ['<script type="application/json" id="texts">']


def test_errors_carry_the_headers_too(admin: Browser) -> None:
    missing = admin.get("/nope")

    assert missing.status_code == 404
    assert "strict-dynamic" in missing.headers["content-security-policy"]
    assert "This page does not exist." in missing.text
    assert missing.headers["x-request-id"] in missing.text


@pytest.mark.parametrize(
    "path", ["/settings/users/abc", "/settings/users/99999", "/settings/apps/nothing/preview"]
)
def test_what_is_not_there_is_a_404(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 404


def test_a_refusal_for_htmx_is_a_note_under_the_top_bar(admin: Browser) -> None:
    answer = admin.get("/settings/apps/nothing/preview", partial=True)

    assert answer.status_code == 404
    assert answer.headers["hx-retarget"] == "#notices"
    assert "<html" not in answer.text
    assert "There is no app “nothing” here." in answer.text


def test_a_refused_form_that_expects_a_part_of_a_page_gets_the_note_and_loses_nothing(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    someone = browser().sign_in(user(samples, here, roles=()))
    asked = {"HX-Request": "true", "HX-Request-Type": "full"}  # as htmx sends it with hx-select

    answer = someone.post("/settings/company", {}, **asked)

    assert answer.status_code == 403
    assert (answer.headers["hx-retarget"], answer.headers["hx-reselect"]) == ("#notices", ".note")
    assert answer.text.startswith('<div class="note')


def test_a_form_without_its_token_changes_nothing(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    forged = admin.post("/profile", {"name": "Forged"}, token=False)

    assert forged.status_code == 403
    with samples.env(here, reason="test") as env:
        assert env.session.scalars(select(env[User].name)).all() == ["Camille Roche"]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)
def test_a_form_of_another_site_is_refused_even_with_a_token(admin: Browser, headers: dict[str, str]) -> None:
    assert admin.post("/profile", {"name": "Forged"}, **headers).status_code == 403


def test_a_token_of_another_browser_is_worth_nothing(admin: Browser, browser: Callable[[], Browser]) -> None:
    token = browser().token()

    answer = admin.client.post("/profile", data={"name": "Forged", "csrf": token})

    assert answer.status_code == 403


def test_a_body_that_is_too_large_is_refused_before_it_is_read(admin: Browser) -> None:
    answer = admin.client.post("/profile", content=b"x" * (3 * 1024 * 1024))

    assert answer.status_code == 413
    assert answer.text == "This is too large: at most 2 MB."


def test_a_page_for_users_sends_everyone_else_to_the_sign_in(browser: Callable[[], Browser]) -> None:
    nobody = browser()

    full = nobody.get("/settings/apps?state=on")
    part = nobody.get("/settings/apps", partial=True)

    assert (full.status_code, full.headers["location"]) == (303, "/login?next=/settings/apps%3Fstate%3Don")
    assert (part.status_code, part.headers["hx-redirect"]) == (200, "/login?next=/settings/apps")


def test_an_administrators_page_is_closed_to_others(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    someone = browser().sign_in(user(samples, here, roles=()))

    answer = someone.get("/settings/apps")

    assert answer.status_code == 403
    assert "Only an administrator can open this page." in answer.text


def test_an_unknown_host_name_leads_nowhere(
    app: Application, samples: Platform, here: WorkspaceEntry
) -> None:
    stranger = Browser(app, samples, here)

    nowhere = {"Host": "nobody.example"}
    answer = stranger.client.get("/login", headers=nowhere)
    french = stranger.client.get("/login", headers=nowhere | {"Accept-Language": "fr-FR,fr;q=0.9"})

    assert (answer.status_code, answer.text) == (404, "There is no workspace at this address.")
    assert french.text == "Aucun espace ne se trouve à cette adresse."


def test_pages_are_compressed_and_say_so(admin: Browser) -> None:
    answer = admin.client.get("/settings", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "<!doctype html>" in answer.text


def test_probes_answer_for_any_host(app: Application, samples: Platform, here: WorkspaceEntry) -> None:
    client = Browser(app, samples, here).client

    answers = [client.get(path, headers={"Host": "10.0.0.7"}) for path in ("/healthz", "/readyz")]

    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "ok"), (200, "ready")]


def test_numbers_are_for_this_machine_or_who_holds_the_token(
    app: Application, samples: Platform, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Browser(app, samples, here).client
    monkeypatch.setenv("PASSERELLE_METRICS_TOKEN", "scraper")

    refused = client.get("/metrics")
    told = client.get("/metrics", headers={"Authorization": "Bearer scraper"})

    assert refused.status_code == 403
    assert "passerelle_requests_total" in told.text
    assert "passerelle_database_up 1.0" in told.text
    assert re.search(r'passerelle_jobs\{state="todo"} \d+\.0', told.text)


def test_without_its_database_a_process_is_alive_but_not_ready(
    app: Application, samples: Platform, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Browser(app, samples, here).client
    monkeypatch.setenv("PASSERELLE_METRICS_TOKEN", "scraper")
    monkeypatch.setattr(
        samples.server, "engine", create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    )

    ready, alive = client.get("/readyz"), client.get("/healthz")
    told = client.get("/metrics", headers={"Authorization": "Bearer scraper"})

    assert (ready.status_code, ready.text) == (503, "The database does not answer.")
    assert (alive.status_code, told.status_code) == (200, 200)
    assert "passerelle_database_up 0.0" in told.text
    assert 'passerelle_jobs{state="todo"} NaN' in told.text


def test_french_is_chosen_by_the_browser_and_by_the_user(
    browser: Callable[[], Browser], samples: Platform, here: WorkspaceEntry
) -> None:
    nobody = browser()
    someone = browser().sign_in(user(samples, here, locale="fr"))

    by_header = nobody.get("/login", Accept_Language="fr-FR,fr;q=0.9,en;q=0.5")
    by_choice = someone.get("/profile")

    assert '<html lang="fr"' in by_header.text
    assert '<html lang="fr"' in by_choice.text
