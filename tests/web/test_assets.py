"""What the browser loads: named by content, small, and complete."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.web.app import source_folders
from core.web.assets import sprite
from core.web.assets.store import SCRIPTS, STATIC, STYLE_SHEETS

if TYPE_CHECKING:
    from core.platform import Platform
    from core.web.app import Application
    from tests.web.browsers import Browser

FIRST_PAGE = 250 * 1024
LATER_PAGE = 15 * 1024


def test_an_asset_is_kept_for_a_year_because_its_name_changes_with_its_content(
    app: Application, admin: Browser
) -> None:
    asset = app.site.assets.named("app.css")

    answer = admin.client.get(asset.url, headers={"Accept-Encoding": "br, gzip"})
    old = admin.client.get("/static/app.0123456789ab.css")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "br"
    assert re.fullmatch(r"/static/app\.[0-9a-f]{12}\.css", asset.url)
    assert old.status_code == 404


def test_the_first_page_and_the_next_ones_stay_within_their_weight(app: Application, admin: Browser) -> None:
    page = admin.client.get("/settings/apps", headers={"Accept-Encoding": "gzip"})
    wanted = ("app.css", "app.js", "htmx.js", "icons.svg", "mark.svg", "inter-latin-wght-normal.woff2")

    shared = sum(len(app.site.assets.named(name).encoded("gzip")[0]) for name in wanted)
    own = int(page.headers["content-length"])

    assert own < LATER_PAGE
    assert shared + own < FIRST_PAGE


def test_every_style_sheet_and_script_is_served() -> None:
    sheets = {f"css/{file.name}" for file in (STATIC / "css").iterdir()}
    scripts = {f"js/{file.name}" for file in (STATIC / "js").iterdir()}

    assert sheets == {name for name in STYLE_SHEETS if name.startswith("css/")}
    assert scripts == set(SCRIPTS)


def test_every_icon_that_is_used_exists(platform: Platform) -> None:
    pack = STATIC / "vendor" / "tabler-icons.json.xz"

    assert sprite.unknown(source_folders(platform), pack) == set()


def test_the_style_sheet_names_only_fonts_that_are_served(app: Application) -> None:
    style = app.site.assets.named("app.css").content.decode()

    addresses = set(re.findall(r"url\((/[^)]+)\)", style))

    assert len(addresses) == 2
    assert all(app.site.assets.at(address.removeprefix("/static/")) for address in addresses)
