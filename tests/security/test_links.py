"""Where a link leads is the workspace's own choice; no header of a request changes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core import address
from core.address import AddressUnknown, base_url
from core.db import directory
from core.jobs.drain import drain
from core.mail.models import Mail
from core.security import accounts
from core.testing.web import Visitor, a_person
from tests.mail.mailbox import a_mailbox
from tests.security.routes import served_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from core.env import Env
    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace
    from core.testing.workspaces import Workspaces

EVIL = "evil.example"
OURS = "https://erp.acme.example:8443"
FORWARDED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Proto": f"https://{EVIL}/",
    "X-Forwarded-Port": "6666",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Original-URL": f"https://{EVIL}/",
    "X-Original-Host": EVIL,
    "X-Host": EVIL,
    "X-HTTP-Host-Override": EVIL,
    "Forwarded": f"for=127.0.0.1;host={EVIL};proto=https",
}
"""What proxies and frameworks are known to believe."""


@pytest.mark.parametrize(
    "host",
    [
        "{name}.evil.example",
        "{name}",
        "{name}:80@evil.example",
        "{name}.localhost@evil.example",
        "evil.example:80@{name}.localhost",
        "{name}.localhost:80:evil.example",
        "{name}.localhost:evil.example",
        "{name}.localhost.evil.example",
        "{name}.localhost/evil.example",
        "{name}.localhost#evil.example",
        "{name}.localhost,evil.example",
        "{name}.localhost evil.example",
        "{name}.localhost.",
        "evil.example",
        "localhost",
        "[{name}.localhost]",
        "",
    ],
)
def test_a_host_of_which_only_a_part_is_known_leads_nowhere(
    app: Any, workspace: LiveWorkspace, host: str
) -> None:
    directory.set_hosts(workspace.platform.server, workspace.entry.name, ["erp.acme.example"])
    workspace.platform.forget_directory()
    visitor = Visitor(app, workspace.entry)

    answer = visitor.get("/forgotten", headers={"Host": host.format(name=workspace.entry.name)})

    assert (answer.status_code, answer.text) == (404, "There is no workspace at this address.")


@pytest.mark.parametrize(
    "host", ["erp.acme.example", "ERP.Acme.Example", "erp.acme.example:", "erp.acme.example:8443", "{name}"]
)
def test_the_hosts_of_a_workspace_lead_to_it_at_any_port(
    app: Any, workspace: LiveWorkspace, host: str
) -> None:
    directory.set_hosts(workspace.platform.server, workspace.entry.name, ["erp.acme.example"])
    workspace.platform.forget_directory()
    visitor = Visitor(app, workspace.entry)

    asked = {"Host": host.format(name=f"{workspace.entry.name}.localhost")}

    assert visitor.get("/forgotten", headers=asked).status_code == 200


def test_two_host_headers_lead_nowhere(app: Any, workspace: LiveWorkspace) -> None:
    visitor = Visitor(app, workspace.entry)
    here = f"{workspace.entry.name}.localhost"

    answer = visitor.http.get("/forgotten", headers=[("Host", here), ("Host", here)])

    assert answer.status_code == 404


def test_a_host_leads_to_one_workspace_only(workspace: LiveWorkspace, workspaces: Workspaces) -> None:
    other = workspaces.fresh(())
    server = workspace.platform.server
    directory.set_hosts(server, workspace.entry.name, ["erp.acme.example"])

    for taken in ("ERP.acme.example", f"{workspace.entry.name}.localhost"):
        with pytest.raises(directory.WorkspaceHost, match="leads to the workspace"):
            directory.set_hosts(server, other.name, [taken])
    with pytest.raises(directory.WorkspaceHost, match="is not a host name"):
        directory.set_hosts(server, other.name, ["https://erp.acme.example"])


@pytest.fixture
def everything(workspaces: Workspaces, app: Any) -> Iterator[tuple[Workspaces, Any, Visitor]]:
    """A workspace with every app and an address of its own, and its administrator."""
    entry = workspaces.fresh(sorted(workspaces.platform.discovered.addons))
    directory.set_address(workspaces.platform.server, entry.name, OURS)
    workspaces.platform.forget_directory()
    yield workspaces, entry, Visitor(app, entry, a_person(workspaces.platform, entry))
    workspaces.release(entry)


def test_no_answer_and_no_mail_of_any_route_names_the_host_that_a_request_claims(
    everything: tuple[Workspaces, Any, Visitor], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspaces, entry, visitor = everything
    visitor.http.raise_server_exceptions = False
    invited = {"name": "Zoe", "email": "zoe@acme.example", "locale": "en", "role": "base.user"}
    forms: dict[str, dict[str, str]] = {
        "POST /forgotten": {"email": visitor.person.email if visitor.person else ""},
        "POST /settings/users/new": invited,
        "POST /my/calendar": {"name": "Mine"},
    }
    answers: list[tuple[str, httpx.Response]] = []

    with a_mailbox() as mailbox:
        monkeypatch.setenv("PASSERELLE_SMTP_URL", mailbox.url)
        ask_everything(app, visitor, forms, answers)
        drain(workspaces.platform, entry)

    assert [route for route, one in answers if EVIL in one.text or EVIL in str(one.headers)] == []
    mails = [one.decode() for one in mailbox.received]
    assert [one for one in mails if EVIL in one] == []
    shown = [one.text for route, one in answers if route in forms and one.status_code == 200]
    links = re.findall(r"https?://[^\s\"<]+", "\n".join([*mails, *shown]))
    assert [link for link in links if not link.startswith(f"{OURS}/")] == []
    assert {link.removeprefix(OURS).split("/")[1] for link in links} >= {"reset", "invitation", "calendar"}
    assert len(answers) > 400


def ask_everything(
    app: Any, visitor: Visitor, forms: dict[str, dict[str, str]], answers: list[tuple[str, httpx.Response]]
) -> None:
    """Every route with a host that is not ours, and with all that a proxy might add."""
    name = visitor.http.base_url.host.removesuffix(".localhost")
    for method, path in served_routes(app):
        filled = re.sub(r"{\w+}", "1", path).replace("/api/v1/1", "/api/v1/core.company")
        form = forms.get(f"{method} {path}", {})
        if path in ("/events", "/logout", "/profile/sessions/{session_id}/end"):
            continue  # one never ends; the others would sign the visitor out
        for headers in ({"Host": f"{name}.{EVIL}"} | FORWARDED, FORWARDED):
            ask = (
                visitor.get(filled, headers=dict(headers))
                if method in ("GET", "HEAD")
                else visitor.post(filled, form, headers=dict(headers))
            )
            answers.append((f"{method} {path}", ask))


def test_a_trusted_proxy_names_the_host_and_still_changes_no_link(
    samples_behind_a_proxy: Any, workspace: LiveWorkspace
) -> None:
    visitor = Visitor(samples_behind_a_proxy, workspace.entry)
    mine = f"{workspace.entry.name}.localhost"

    through = visitor.get("/forgotten", headers={"Host": "inside", "X-Forwarded-Host": mine})
    other = visitor.get("/forgotten", headers={"X-Forwarded-Host": f"{workspace.entry.name}.{EVIL}"})

    assert (through.status_code, other.status_code) == (200, 404)
    assert EVIL not in other.text


@pytest.fixture
def samples_behind_a_proxy(workspace: LiveWorkspace, monkeypatch: pytest.MonkeyPatch) -> Any:
    from core.web.app import create_app  # a second application, which only these tests ask for

    monkeypatch.setenv("PASSERELLE_TRUSTED_PROXIES", "testclient")
    return create_app(workspace.platform, threads=2)


def test_while_the_address_is_unknown_no_mail_is_made_and_a_sentence_says_where_to_set_it(
    app: Any, workspace: LiveWorkspace
) -> None:
    directory.set_address(workspace.platform.server, workspace.entry.name, "")
    workspace.platform.forget_directory()
    known = a_person(workspace.platform, workspace.entry)
    admin, stranger = Visitor(app, workspace.entry, known), Visitor(app, workspace.entry)

    answers = [
        admin.post("/settings/users/new", {"name": "Zoe", "email": "zoe@acme.example"}),
        stranger.post("/forgotten", {"email": known.email}),
        stranger.post("/forgotten", {"email": "nobody@acme.example"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert all("An administrator writes it under Settings, Mail server" in one.text for one in answers)
    with workspace.platform.env(workspace.entry.name) as env:
        assert env.session.scalars(select(env[Mail].id)).all() == []
        with pytest.raises(AddressUnknown):
            accounts.invite(
                env, name="Zoe", email="zoe@acme.example", locale="en", roles=(), company_ids=env.company_ids
            )
        assert "zoe@acme.example" not in env.session.scalars(select(env[accounts.User].email)).all()


def test_the_address_of_an_installation_is_that_of_the_workspace_its_host_leads_to(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(address.INSTALLATION, f"https://{env.workspace.name}.localhost/")
    theirs = replace(env.workspace, name="another", hosts=("another",), address="http://another.localhost")

    assert base_url(env) == f"https://{env.workspace.name}.localhost"
    assert address.usual_base_url(theirs) == "http://another.localhost"


@pytest.mark.parametrize(
    ("hosts", "port", "expected"),
    [
        (("demo",), 8222, "http://demo.localhost:8222"),
        (("demo", "localhost", "127.0.0.1"), 8222, "http://127.0.0.1:8222"),
        (("demo",), 80, "http://demo.localhost"),
        (("demo", "erp.acme.example"), 8000, "https://erp.acme.example"),
    ],
)
def test_a_new_workspace_has_the_address_it_is_served_at(
    hosts: tuple[str, ...], port: int, expected: str
) -> None:
    entry = directory.WorkspaceEntry("demo", "Demo", "ws_demo", "ws_demo", hosts, "ready")

    assert address.first_address(entry, port) == expected


def test_serving_at_another_port_follows_the_local_address_and_leaves_a_chosen_one(
    workspace: LiveWorkspace, workspaces: Workspaces
) -> None:
    from core.cli.context import serve_locally  # commands are loaded by the few tests about them

    chosen = workspaces.fresh(())
    platform: Platform = workspace.platform
    directory.set_address(platform.server, chosen.name, OURS)

    serve_locally(platform, directory.entries(platform.server), 8222)

    assert platform.workspace(chosen.name).address == OURS
    assert platform.workspace(workspace.entry.name).address == f"http://{workspace.entry.name}.localhost:8222"
