"""Put the sources together at start, name each by its content, and keep it compressed in memory."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import brotli

from core.web.assets.sprite import sprite

if TYPE_CHECKING:
    from collections.abc import Iterable

STATIC = Path(__file__).parent.parent / "static"
PREFIX = "/static/"

STYLE_SHEETS = (
    "vendor/tabler.css",
    "css/tokens.css",
    "css/type.css",
    "css/layout.css",
    "css/shell.css",
    "css/buttons.css",
    "css/forms.css",
    "css/search.css",
    "css/tabs.css",
    "css/marks.css",
    "css/menus.css",
    "css/panels.css",
    "css/record.css",
    "css/tables.css",
    "css/lines.css",
    "css/timeline.css",
    "css/kanban.css",
    "css/calendar.css",
    "css/charts.css",
    "css/apps.css",
    "css/customer.css",
    "css/bank.css",
    "css/bridge.css",
    "css/setup.css",
    "css/letter.css",
    "css/login.css",
    "css/states.css",
    "css/toasts.css",
    "css/palette.css",
    "css/records.css",
)
"""In the order of the cascade: later files refine earlier ones."""

SCRIPTS = (
    "js/passerelle.js",
    "js/requests.js",
    "js/answers.js",
    "js/toasts.js",
    "js/menus.js",
    "js/dialogs.js",
    "js/tabs.js",
    "js/density.js",
    "js/selection.js",
    "js/combobox.js",
    "js/facets.js",
    "js/saving.js",
    "js/lines.js",
    "js/records.js",
    "js/kanban.js",
    "js/bank.js",
    "js/palette.js",
    "js/keyboard.js",
    "js/setup.js",
    "js/notifications.js",
)

ON_DEMAND = {"sortable.js": "vendor/sortable.js"}
FONTS = ("fonts/inter-latin-wght-normal.woff2", "fonts/inter-latin-ext-wght-normal.woff2")
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as the browser gets it."""

    path: str
    """With the fingerprint: ``app.3f2a91c0.css``."""
    content: bytes
    media_type: str
    gzipped: bytes | None
    brotlied: bytes | None

    @property
    def url(self) -> str:
        """Where it is served."""
        return PREFIX + self.path

    def encoded(self, accept_encoding: str) -> tuple[bytes, str]:
        """The smallest form that the browser understands, and its content encoding."""
        offered = {part.split(";")[0].strip() for part in accept_encoding.split(",")}
        if self.brotlied is not None and "br" in offered:
            return self.brotlied, "br"
        if self.gzipped is not None and "gzip" in offered:
            return self.gzipped, "gzip"
        return self.content, ""


class Assets:
    """All of them, by the plain name a template uses and by the fingerprinted one the browser asks for."""

    def __init__(self) -> None:
        self._by_name: dict[str, Asset] = {}
        self._by_path: dict[str, Asset] = {}

    def add(self, name: str, content: bytes) -> Asset:
        """Name by content and compress."""
        stem, _, ending = name.rpartition(".")
        digest = blake2b(content, digest_size=6).hexdigest()
        packed = ending != "woff2"
        asset = Asset(
            path=f"{stem}.{digest}.{ending}",
            content=content,
            media_type=TYPES[ending],
            gzipped=gzip.compress(content, 9, mtime=0) if packed else None,
            brotlied=brotli.compress(content, quality=9) if packed else None,
        )
        self._by_name[name] = self._by_path[asset.path] = asset
        return asset

    def url(self, name: str) -> str:
        """Where the browser finds an asset. KeyError for an unknown name."""
        return self._by_name[name].url

    def named(self, name: str) -> Asset:
        """The asset by its plain name."""
        return self._by_name[name]

    def at(self, path: str) -> Asset | None:
        """The asset the browser asks for."""
        return self._by_path.get(path)


def build(sources: Iterable[Path]) -> Assets:
    """Make all assets; ``sources`` are the folders of core and of the addons, searched for icons in use."""
    assets = Assets()
    for name in FONTS:
        assets.add(name.removeprefix("fonts/"), (STATIC / name).read_bytes())
    assets.add("icons.svg", sprite(sources, STATIC / "vendor" / "tabler-icons.json.xz").encode())
    assets.add("mark.svg", (STATIC / "mark.svg").read_bytes())
    for name, source in ON_DEMAND.items():
        assets.add(name, (STATIC / source).read_bytes())
    assets.add("app.css", _style_sheet(assets).encode())
    assets.add("htmx.js", (STATIC / "vendor/htmx.js").read_bytes())
    assets.add("app.js", "".join(_isolated(name) for name in SCRIPTS).encode())
    return assets


def _style_sheet(assets: Assets) -> str:
    text = "\n".join(_COMMENT.sub("", (STATIC / name).read_text(encoding="utf-8")) for name in STYLE_SHEETS)
    text = re.sub(r"\n\s*", "\n", text)
    for font in FONTS:
        name = font.removeprefix("fonts/")
        text = text.replace(f"/static/{font}", assets.url(name))
    return text


def _isolated(name: str) -> str:
    """One source file, with its names kept to itself."""
    return f"{{\n{(STATIC / name).read_text(encoding='utf-8')}}}\n"
