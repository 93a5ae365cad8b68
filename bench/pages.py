"""What a browser downloads, and what a worker keeps in memory after a thousand pages."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import psutil

from bench.lists import a_clerk
from bench.measure import Number
from bench.workspace import workspace
from core.platform import data_folder
from core.testing.web import serving

if TYPE_CHECKING:
    from bench.measure import Bench
    from core.db.directory import WorkspaceEntry
    from core.platform import Platform

PAGES = (
    "/app/base/party/",
    "/app/base/party/new",
    "/settings/apps",
    "/settings",
    "/app/base/party/?all=1&sort=name",
)
_ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_FONT_LATER = "latin-ext"


def memory(bench: Bench, platform: Platform) -> None:
    """Resident megabytes of one server process with all addons, the shared database left out."""
    names = [name for name in platform.discovered.addons if name != "core"]
    with workspace(platform, names) as entry, serving(platform.server.url, str(data_folder())) as port:
        token = a_clerk(platform, entry, "base.admin").token
        for n in range(bench.rows(1000)):
            _get(port, entry, token, PAGES[n % len(PAGES)])
        bench.report(Number("memory of one worker", _resident(), "MiB", target=200.0))


def weight(bench: Bench, platform: Platform) -> None:
    """Kilobytes sent, compressed: the first list with all it needs, then each page."""
    with workspace(platform, ["base"]) as entry, serving(platform.server.url, str(data_folder())) as port:
        token = a_clerk(platform, entry, "base.admin").token
        page = _get(port, entry, token, PAGES[0])
        total = len(page)
        for address in sorted(set(_ASSET.findall(_plain(page)))):
            if _FONT_LATER not in address:
                total += len(_get(port, entry, token, address))
        again = max(len(_get(port, entry, token, path)) for path in PAGES)
        bench.report(Number("page weight, first list", total / 1024, "KB", target=250.0))
        bench.report(Number("page weight, heaviest page after", again / 1024, "KB", target=15.0))


def _get(port: str, entry: WorkspaceEntry, token: str, path: str) -> bytes:
    headers = {
        "Host": f"{entry.name}.localhost:{port}",
        "Cookie": f"session={token}",
        "Accept-Encoding": "br, gzip",
    }
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers)) as answer:
        return bytes(answer.read())


def _plain(page: bytes) -> str:
    import brotli

    return bytes(brotli.decompress(page)).decode()


def _resident() -> float:
    """The largest of our own server processes; PostgreSQL is counted by nobody."""
    children = psutil.Process(os.getpid()).children(recursive=True)
    servers = [child for child in children if "core.cli" in " ".join(child.cmdline())]
    return max(child.memory_info().rss for child in servers) / 1024 / 1024
