"""Who reads the host of a request: never whoever writes a link."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPOKEN = {"host", "origin", "base_url", "url_for", "server"}
"""Of a request, or of what a handler makes of one."""
HEADERS = {"host", "origin", "forwarded", "referer", "hx-current-url"}
REQUESTS = {"request", "http", "state", "call", "came", "scope", "connection"}
KNOWN = {
    "core/db/application.py": "the host of the database",
    "core/web/middleware.py": "finds the workspace by it",
    "core/web/incoming.py": "hands it on to the two below",
    "core/web/request.py": "declares it",
    "core/web/csrf.py": "compares it with the Origin header",
    "core/web/htmx.py": "the page htmx is on, of which path and query count",
    "core/web/shell.py": "the list a record was opened from: path and query",
    "core/web/records/form_pages.py": "the list a record was opened from: path and query",
    "addons/erp_purchase/wires/stock/supplying.py": "a request to buy, and what it comes from",
    "addons/erp_stock/services/supply.py": "a request for goods, and what it comes from",
    "core/web/routes/setup.py": "keeps it once as the address, shown in Settings",
}


def reads_of_the_host(path: Path) -> set[str]:
    """What a file asks a request about where it was sent to."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in SPOKEN:
            of = node.value
            name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
            if name in REQUESTS:
                found.add(f"{name}.{node.attr}")
        asked: list[ast.expr] = []
        if isinstance(node, ast.Subscript):
            asked = [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            asked = node.args[:1]
        for key in asked:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                header = key.value.casefold()
                if header in HEADERS or header.startswith("x-forwarded"):
                    found.add(header)
    return found


def test_no_link_is_made_of_the_host_of_a_request() -> None:
    read = {
        str(path.relative_to(ROOT)): reads_of_the_host(path)
        for part in ("core", "addons", "northwind")
        for path in sorted((ROOT / part).rglob("*.py"))
        if "testing" not in path.parts
    }

    assert {path: found for path, found in read.items() if found and path not in KNOWN} == {}
    assert [path for path in KNOWN if not read[path]] == ["core/web/request.py"]


def test_the_check_sees_each_way_of_reading_it(tmp_path: Path) -> None:
    written = tmp_path / "page.py"
    written.write_text(
        "link = f'{request.origin}/x'\nlink = http.base_url\nlink = env.request.host\n"
        "link = request.headers['Host']\nlink = request.headers.get('X-Forwarded-Host', '')\n"
    )

    assert reads_of_the_host(written) == {
        "request.origin",
        "http.base_url",
        "request.host",
        "host",
        "x-forwarded-host",
    }
