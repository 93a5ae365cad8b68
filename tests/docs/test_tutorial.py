from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from core.platform import Platform

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "tutorial").glob("[1-9]-*.md"))
BLOCK = re.compile(r"^<!-- (?P<order>.+?) -->\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r'^(?P<how>after|replace) "(?P<text>.+)" in (?P<path>\S+)$', re.DOTALL)


def test_every_page_of_the_tutorial_works(tmp_path: Path, platform: Platform) -> None:
    reader = Reader(tmp_path, platform.server.url.replace("postgresql+psycopg://", "postgresql://"))

    for page in PAGES:
        for order, text in BLOCK.findall(page.read_text(encoding="utf-8")):
            reader.follow(page.name, order, text)

    assert len(PAGES) == 8
    assert reader.commands == 14


class Reader:
    """Does what a page says, in a folder of its own."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.commands = 0
        self.environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PASSERELLE_DATABASE_URL": database,
            "PASSERELLE_TEST_DATABASE_URL": database,
            "PASSERELLE_DATA": str(folder / "data"),
            "COLUMNS": "200",
        }
        for name in list(self.environment):
            if name.startswith("PYTEST_"):
                del self.environment[name]

    def follow(self, page: str, order: str, text: str) -> None:
        if order.startswith("run"):
            for line in text.strip().splitlines():
                self.run(page, line, self.folder / order.removeprefix("run").removeprefix(" in ").strip())
        elif order.startswith("file "):
            self.path(order).parent.mkdir(parents=True, exist_ok=True)
            self.path(order).write_text(text, encoding="utf-8")
        elif order.startswith("append "):
            self.path(order).write_text(self.path(order).read_text(encoding="utf-8") + text, encoding="utf-8")
        elif order.startswith("translate "):
            self.translate(self.path(order), text)
        elif place := PLACE.match(order):
            self.change(page, place["how"], place["text"], self.folder / place["path"], text)
        else:
            pytest.fail(f"{page}: nobody can follow '{order}'")

    def path(self, order: str) -> Path:
        return self.folder / order.split(" ", 1)[1]

    def change(self, page: str, how: str, wanted: str, path: Path, text: str) -> None:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        found = [
            n
            for n, line in enumerate(lines)
            if (line.rstrip("\n") == wanted if how == "replace" else wanted in line)
        ]
        assert found, f"{page}: {path.name} has no line '{wanted}'"
        start = found[0] if how == "replace" else found[0] + 1
        lines[start : found[0] + 1] = [text]
        path.write_text("".join(lines), encoding="utf-8")

    def translate(self, path: Path, text: str) -> None:
        with path.open("rb") as file:
            catalog = read_po(file, locale="fr")
        for line in text.strip().splitlines():
            source, _equals, target = line.partition(" = ")
            message = catalog.get(source)
            assert message is not None, f"nobody says '{source}'"
            message.string = target
        with path.open("wb") as file:
            write_po(file, catalog, omit_header=False)

    def run(self, page: str, line: str, folder: Path) -> None:
        self.commands += 1
        command = shlex.split(line)
        module = {
            "passerelle": ["-m", "core.cli"],
            "pytest": ["-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider"],
        }
        done = subprocess.run(  # noqa: S603 - the tutorial's own commands
            [sys.executable, *module[command[0]], *command[1:]],
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{page}: {line}\n{done.stdout}\n{done.stderr}"
