"""*Settings > Apps*: everything a company does with its apps, through the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from core.builtin.models import AddonEvent
from core.registry import lifecycle

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform
    from tests.web.browsers import Browser

APPS = "/settings/apps"


def titles(page: str) -> list[str]:
    return re.findall(r'data-pick>([^<]+)</a><span class="soft', page)


def plates(samples: Platform, here: WorkspaceEntry) -> list[str]:
    with samples.env(here, reason="test") as env:
        vehicle = env.registry.model("sample_fleet.vehicle")
        return list(env.session.scalars(select(vehicle.plate).order_by(vehicle.id)))


def test_the_page_shows_exactly_the_apps_that_were_found(admin: Browser) -> None:
    page = admin.get(APPS).text

    assert titles(page) == ["Fleet", "Rental", "Sample fleet notes"]
    assert "Needs Fleet." in page


def test_search_and_state_narrow_the_cards(admin: Browser) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")

    found = admin.get(f"{APPS}?q=remarks", partial=True).text
    enabled = admin.get(f"{APPS}?state=on", partial=True).text
    nothing = admin.get(f"{APPS}?q=submarine", partial=True).text

    assert titles(found) == ["Sample fleet notes"]
    assert titles(enabled) == ["Fleet"]
    assert titles(nothing) == []
    assert "“submarine” is in no title and no summary." in nothing


def test_the_preview_says_what_comes_along_before_it_comes(admin: Browser) -> None:
    aside = admin.get(f"{APPS}/sample_rental/preview", partial=True).text

    assert "Enabling Rental also enables" in aside
    assert "Fleet and Rental" in aside
    assert "Rental needs it" in aside
    assert "2 new tables" in aside


def test_enabling_brings_what_is_needed_and_says_so(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    answer = admin.post(f"{APPS}/sample_rental/enable")

    assert answer.headers["location"] == f"{APPS}?app=sample_rental"
    assert lifecycle.states(samples, here) == {"core": True, "sample_fleet": True, "sample_rental": True}
    assert "Fleet, Rental enabled." in admin.get(APPS).text
    assert "Fleet, Rental enabled." not in admin.get(APPS).text


def test_a_menu_appears_with_its_app_and_vanishes_with_it(admin: Browser) -> None:
    admin.post(f"{APPS}/sample_rental/enable")
    shown = admin.get("/settings").text
    admin.post(f"{APPS}/sample_rental/disable")
    hidden = admin.get("/settings").text

    assert "Vehicles to lend" in shown
    assert "Vehicles to lend" not in hidden


def test_disabling_keeps_the_data_and_enabling_shows_it_again(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")

    admin.post(f"{APPS}/sample_fleet/disable")
    states = lifecycle.states(samples, here)
    admin.post(f"{APPS}/sample_fleet/enable")

    assert states == {"core": True, "sample_fleet": False}
    assert plates(samples, here) == ["POOL-1"]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("sample_fleet/disable", "Fleet is needed by Rental."),
        ("sample_fleet_notes/disable", "Sample fleet notes is not enabled."),
        ("sample_rental/remove", "Rental is still enabled."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(admin: Browser, path: str, sentence: str) -> None:
    admin.post(f"{APPS}/sample_rental/enable")

    answer = admin.post(f"{APPS}/{path}", {"typed": "sample_rental"})

    assert answer.status_code == 409
    assert sentence in answer.text


def test_removing_shows_what_goes_and_needs_the_name_typed(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")
    admin.post(f"{APPS}/sample_fleet/disable")

    shown = admin.get(f"{APPS}/sample_fleet/remove").text
    mistyped = admin.post(f"{APPS}/sample_fleet/remove", {"typed": "fleet"})

    rows = re.findall(r'<th scope="row">(\w+)</th><td[^>]*>([^<]+)</td><td class="num">(\d+)</td>', shown)
    assert rows == [
        ("sample_fleet_trip", "the whole table", "0"),
        ("sample_fleet_vehicle", "the whole table", "1"),
        ("core_company", "fleet_budget", "0"),
    ]
    assert mistyped.status_code == 409
    assert "the name typed is another one" in mistyped.text
    assert "sample_fleet" in lifecycle.states(samples, here)


def test_what_was_removed_comes_back_from_its_archive(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")
    admin.post(f"{APPS}/sample_fleet/disable")

    admin.post(f"{APPS}/sample_fleet/remove", {"typed": "sample_fleet"})
    gone = lifecycle.states(samples, here)
    history = admin.get(f"{APPS}/history").text
    archive = re.search(r"/settings/apps/archives/(\d+)/bring-back", history)
    assert archive is not None
    file = admin.get(f"{APPS}/archives/{archive.group(1)}")
    admin.post(f"{APPS}/archives/{archive.group(1)}/bring-back")

    assert gone == {"core": True}
    assert file.headers["content-type"] == "application/zip"
    assert file.content.startswith(b"PK")
    assert plates(samples, here) == ["POOL-1"]


def test_an_archive_that_is_not_there_is_a_404(admin: Browser) -> None:
    assert admin.get(f"{APPS}/archives/12345").status_code == 404
    assert admin.post(f"{APPS}/archives/12345/bring-back").status_code == 404


def test_the_history_names_who_did_it(admin: Browser, samples: Platform, here: WorkspaceEntry) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")

    page = admin.get(f"{APPS}/history").text

    assert "Camille Roche" in page
    with samples.env(here, reason="test") as env:
        assert env.session.scalars(select(env[AddonEvent].action)).all() == ["enabled"]


def test_who_extends_this_lists_each_addition_in_order(admin: Browser) -> None:
    admin.post(f"{APPS}/sample_fleet/enable")
    admin.post(f"{APPS}/sample_fleet_notes/enable")

    page = admin.get(f"{APPS}/extends?app=sample_fleet_notes").text

    row = page.split('<th scope="row" class="strong nowrap">sample_fleet.vehicle</th>')[1].split("</tr>")[0]
    assert re.findall(r'<span class="pill[^"]*">([^<]+)</span>', row) == [
        "sample_fleet",
        "sample_fleet_notes__fleet",
    ]


def test_a_double_click_on_enable_does_it_once(
    admin: Browser, samples: Platform, here: WorkspaceEntry
) -> None:
    first = admin.post(f"{APPS}/sample_fleet/enable")
    second = admin.post(f"{APPS}/sample_fleet/enable")

    assert first.status_code == 303
    assert second.status_code in (303, 409)
    assert plates(samples, here) == ["POOL-1"]
    with samples.env(here, reason="test") as env:
        assert env.session.scalars(select(env[AddonEvent].action)).all() == ["enabled"]


def test_an_app_whose_code_is_gone_is_shown_disabled_and_removed(
    admin: Browser, samples: Platform, here: WorkspaceEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of an enabled app is deleted, and the server started again."""
    admin.post(f"{APPS}/sample_fleet/enable")
    admin.post(f"{APPS}/sample_fleet_notes/enable")
    monkeypatch.delitem(samples.discovered.addons, "sample_fleet_notes")
    monkeypatch.setattr(samples, "_sets", {})

    shown = admin.get(f"{APPS}?app=sample_fleet_notes").text
    admin.post(f"{APPS}/sample_fleet/disable")  # everything else stays manageable
    admin.post(f"{APPS}/sample_fleet_notes/disable")
    removal = admin.get(f"{APPS}/sample_fleet_notes/remove").text
    admin.post(f"{APPS}/sample_fleet_notes/remove", {"typed": "sample_fleet_notes"})

    assert "The code of sample_fleet_notes is missing." in shown
    assert "Put its folder or package back" in shown
    assert "sample_fleet_vehicle" in removal
    assert lifecycle.states(samples, here) == {"core": True, "sample_fleet": False}
