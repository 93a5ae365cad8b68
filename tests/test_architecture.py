from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.checks import files, hook_reference, templates, translations
from core.checks.__main__ import domains
from core.checks.addon import check
from core.registry.discovery import discover

ROOT = Path(__file__).parents[1]
ADDONS = sorted(path.parent.name for path in (ROOT / "addons").glob("*/manifest.py"))


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}


def test_the_layers_of_core_and_addons_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own tool

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ADDONS)
def test_an_addon_passes_the_checks_partners_run(name: str) -> None:
    discovered = discover()

    assert [str(finding) for finding in check(discovered[name], discovered)] == []


def test_crm_and_erp_meet_only_in_a_bridge() -> None:
    strange = {
        f"{path.relative_to(ROOT)} imports {module}"
        for name in ADDONS
        for side, other in (("crm_", "erp_"), ("erp_", "crm_"))
        if name.startswith(side)
        for path in (ROOT / "addons" / name).rglob("*.py")
        for module in imports_of(path)
        if module.startswith((f"addons.{other}", "addons.bridge_"))
    }

    assert strange == set()


def test_every_sentence_is_translated() -> None:
    lacking = [f for name, folder in domains().items() for f in translations.check(folder, name, ROOT)]

    assert [str(finding) for finding in lacking] == []


def test_templates_obey_the_content_security_policy() -> None:
    found = [f for part in ("core", "addons") for f in templates.check(ROOT / part, ROOT)]

    assert [str(finding) for finding in found] == []


def test_no_file_is_long_and_no_column_has_a_type_of_its_own() -> None:
    found = [f for part in ("core", "addons", "tests") for f in files.lengths(ROOT / part, ROOT)]
    found += [f for part in ("core", "addons") for f in files.native_types(ROOT / part, ROOT)]

    assert [str(finding) for finding in found] == []


def test_the_hook_reference_is_what_the_specifications_say() -> None:
    written = (ROOT / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")

    assert written == hook_reference.reference(discover()), (
        "Run: passerelle hooks --write docs/reference/hooks.md"
    )


def test_every_hook_has_its_fixed_lines_and_names_addons_that_exist() -> None:
    wrong = {}
    for owner, module in hook_reference.modules(discover()):
        for spec in hook_reference.specs(owner, module):
            users = {user.strip() for user in spec.used_by.split(",")}
            unknown = {user for user in users if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", user)} - set(ADDONS)
            if spec.missing or {u for u in unknown if not u.startswith("sample_")}:
                wrong[f"{owner}.{spec.name}"] = (spec.missing, unknown)

    assert wrong == {}


def test_what_the_project_needs_is_pinned_exactly() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = {line.split("==")[0] for line in text.splitlines() if "==" in line}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("\n]", 1)[0]
    wanted = {
        re.split(r"[\[>=<]", name)[0].lower().replace("_", "-") for name in re.findall(r'"([^"]+)"', block)
    }

    assert wanted - pinned == set()


def test_what_is_imported_is_asked_for_by_name() -> None:
    """A package that comes with another one may leave with it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = [
        *project["project"]["dependencies"],
        *chain(*project["project"]["optional-dependencies"].values()),
    ]
    named = {
        "shipped": {canonicalize_name(Requirement(text).name) for text in shipped},
        "tests": {canonicalize_name(Requirement(text).name) for text in project["dependency-groups"]["dev"]},
    }
    distributions = packages_distributions()
    missing = set()
    for part in ("core", "addons", "tests", "bench", "northwind"):
        for path in (ROOT / part).rglob("*.py"):
            for top in {name.partition(".")[0] for name in imports_of(path)} & distributions.keys():
                asked = named["shipped"] | (named["tests"] if part != "addons" else set())
                origins = {canonicalize_name(name) for name in distributions[top]}
                if not origins & (asked | {"passerelle"}):
                    missing.add((top, path.relative_to(ROOT).as_posix()))

    assert missing == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_the_hashes_of_its_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[^#\s].*(?:\n +.*)*", text, re.MULTILINE)

    assert "://" not in text
    assert pins
    assert [
        pin
        for pin in pins
        if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [^\n\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+", pin)
    ] == []


TOOLS = {"checks", "testing"}
"""What partners test and check their addons with: it serves nobody's request."""


def test_the_size_of_the_core_is_known() -> None:
    """Code lines without blanks, comments and docstrings; past the goal a decision record says why."""
    lines: Counter[bool] = Counter()
    for path in (ROOT / "core").rglob("*.py"):
        if "versions" not in path.parts:
            lines[path.relative_to(ROOT / "core").parts[0] in TOOLS] += code_lines(path)

    assert lines[False] < 30_000, f"core has {lines[False]} code lines: write a decision record"
    assert lines[True] < 2_000, f"its tools have {lines[True]} code lines: write a decision record"


def test_every_decision_has_a_number_of_its_own() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]

    assert sorted(set(numbers)) == numbers
    assert [
        page.name for page in pages if not page.read_text("utf-8").startswith(f"# {page.name[:4]} ")
    ] == []


def code_lines(path: Path) -> int:
    source = path.read_text(encoding="utf-8")
    docs: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            docs.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = enumerate(source.splitlines(), 1)
    return sum(
        1
        for number, line in lines
        if line.strip() and not line.strip().startswith("#") and number not in docs
    )
