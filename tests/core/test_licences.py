"""What others made is under a licence that may ship, and is written down."""

from __future__ import annotations

import json
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.checks import components, licences
from core.cli.main import app

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the check reads, in a folder of its own."""
    for name in (*components.PINS, components.VENDORED, licences.DECISION):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for one in components.vendored(ROOT):
        for name in one.files:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
    return tmp_path


def sentences(root: Path) -> set[str]:
    return {finding.sentence for finding in licences.check(root)}


def pin(root: Path, name: str) -> None:
    path = root / "requirements.txt"
    path.write_text(path.read_text(encoding="utf-8") + f"{name}==1.0\n", encoding="utf-8")


def test_everything_pinned_or_copied_here_has_a_licence_that_may_ship(checkout: Path) -> None:
    assert sentences(checkout) == set()


@pytest.mark.parametrize(
    ("licence", "refusal"),
    [
        ("GPL-3.0-only", "some-package is under GPL-3.0-only, which this project cannot ship: take another."),
        ("AGPL-3.0-or-later", "some-package is under AGPL-3.0-or-later, which this project cannot ship"),
        (
            "MIT AND GPL-2.0-only",
            "some-package is under MIT AND GPL-2.0-only, which this project cannot ship",
        ),
        ("LGPL-3.0-only", "some-package is under LGPL-3.0-only: say in docs/decisions/0020-libraries.md why"),
        ("", "some-package does not say its licence"),
        ("MIT OR GPL-2.0-only", None),
        ("Apache-2.0 AND BSD-2-Clause", None),
    ],
)
def test_a_package_counts_by_its_free_half_and_copyleft_needs_a_reason(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, licence: str, refusal: str | None
) -> None:
    pin(checkout, "some-package")
    monkeypatch.setitem(components._DECLARED, "some-package", licence)

    found = sentences(checkout)

    assert [one for one in found if not one.startswith(refusal or "\0")] == []
    assert len(found) == (refusal is not None)


def test_a_package_that_is_not_installed_has_no_licence_to_read(checkout: Path) -> None:
    pin(checkout, "not-installed-anywhere")

    assert len(sentences(checkout)) == 1


def test_a_copied_file_or_font_that_nobody_wrote_down_is_named(checkout: Path) -> None:
    font, script = "addons/base/static/base/pretty.woff2", "core/web/static/vendor/alpine.js"
    for name in (font, script):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    (checkout / "core/web/static/vendor/htmx.js").unlink()

    found = {(finding.path, finding.sentence.partition(":")[0]) for finding in licences.check(checkout)}

    assert found == {
        (font, "This file of others is not in core/vendored.toml"),
        (script, "This file of others is not in core/vendored.toml"),
        ("core/vendored.toml", "core/web/static/vendor/htmx.js is listed, but there is no such file."),
    }


def test_the_bill_of_materials_names_what_runs_with_version_and_licence(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"

    answer = CliRunner().invoke(app, ["sbom", "--write", str(target)])

    assert answer.exit_code == 0, answer.output
    bill = json.loads(target.read_text(encoding="utf-8"))
    found = {part["name"]: part["version"] for part in bill["components"]}
    runtime = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = {name: version for name, version in components._PIN.findall(runtime) if _is_here(name)}
    copied = {one.name: one.version for one in components.vendored(ROOT) if one.name != "axe-core"}
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert found == pinned | copied
    assert [part["name"] for part in bill["components"] if not part["licenses"]] == []


def _is_here(name: str) -> bool:
    """Some packages are pinned for another system, or for what is built from source."""
    try:
        return name != "setuptools" and bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False
