"""What ``passerelle check-addon`` finds in what an addon declares.

Names that lead nowhere, models that nobody may open, statements as text, numbers that are not exact.
"""

from __future__ import annotations

import ast
import difflib
import re
from typing import TYPE_CHECKING

from sqlalchemy import Float

from core.checks import Finding
from core.registry.compose import Registry
from core.security.access import roles_of
from core.soundness import fault_of, places_of
from core.views.catalog import views_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from core.registry.addon import Addon
    from core.registry.discovery import Discovered
    from core.views.catalog import Catalog

_EXECUTES = {"execute", "scalar", "scalars"}


def check(addon: Addon, discovered: Discovered, root: Path) -> list[Finding]:
    """Return what to repair in what the addon lists in its hooks, wires included."""
    place = (addon.path / "hooks.py").relative_to(root).as_posix()
    unknown = [
        f"The wire '{wire.name}' needs '{needed}', which is not there.{_meant(needed, discovered.addons)}"
        for wire in addon.wires
        for needed in wire.needs
        if needed not in discovered.addons
    ]
    if unknown:
        return [Finding(place, 1, sentence) for sentence in unknown]
    names = {addon.name, *(needed for wire in addon.wires for needed in wire.needs)}
    if error := fault_of(discovered, names, addon.name):
        return [Finding(place, 1, str(error))]
    registry = Registry(discovered, names)
    sentences = [*_unopened(registry, addon), *_inexact(registry, addon), *_menus(registry, addon)]
    return [Finding(place, 1, sentence) for sentence in sentences]


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def _unopened(registry: Registry, addon: Addon) -> Iterator[str]:
    """A model that no role grants is seen by administrators only, usually because it was forgotten."""
    granted = {grant.model.model_name for role in roles_of(registry).values() for grant in role.grants}
    for name in registry.models:
        if name.startswith(f"{addon.name}.") and name not in granted:
            yield f"No role opens the model {name}: grant it in declare_roles, to read at least."


def _inexact(registry: Registry, addon: Addon) -> Iterator[str]:
    for (table, column), unit in registry.column_units.items():
        if unit.partition("__")[0] != addon.name:
            continue
        if isinstance(registry.metadata.tables[table].columns[column].type, Float):
            yield f"{table}.{column} is a float: store Money, Price, Quantity or Rate, which are exact."


def _menus(registry: Registry, addon: Addon) -> Iterator[str]:
    """Entries of the side bar that lead to a view, page, role or neighbour that is not there."""
    catalog, roles = views_of(registry), roles_of(registry)
    pages = {address for _method, address in places_of(registry)}
    for unit, menu in registry.declared("declare_menus"):
        if unit.partition("__")[0] != addon.name or not hasattr(menu, "view"):
            continue
        for view in filter(None, (menu.view, menu.under)):
            if not _leads(catalog, pages, view):
                known = pages if view.startswith("/") else set(catalog.models)
                yield f"The menu '{menu.label}' leads to '{view}', which is not there.{_meant(view, known)}"
        if menu.role and menu.role not in roles:
            yield f"The menu '{menu.label}' is for the role '{menu.role}', which nobody declares."


def _leads(catalog: Catalog, pages: set[str], view: str) -> bool:
    if view.startswith("/"):
        address = view.partition("?")[0].rstrip("/")
        return any(re.fullmatch(re.escape(page).replace(r"\{\}", "[^/]+"), address) for page in pages)
    if "/" in view:
        return view.rpartition("/")[2] in catalog.dashboards
    model, _colon, name = view.partition(":")
    return model in catalog.models and (not name or name in catalog.models[model].lists)


def raw_sql(path: Path, root: Path) -> list[Finding]:
    """Statements written as text: they pass the rules, the companies and the audit by."""
    place = path.relative_to(root).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "sqlalchemy"
        for alias in node.names
        if alias.name == "text"
    }
    sentence = "Raw SQL passes the rules by: use select() on models, env.bulk_* or env.system()."
    return [
        Finding(place, node.lineno, sentence)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_raw(node, imported)
    ]


def _is_raw(call: ast.Call, imported: set[str]) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in imported
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr == "exec_driver_sql":
        return True
    if function.attr == "text":
        return ast.unparse(function.value).rpartition(".")[2] in {"sqlalchemy", "sa"}
    first = call.args[0] if call.args else None
    literal = isinstance(first, ast.JoinedStr) or (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )
    return function.attr in _EXECUTES and literal


def float_money(path: Path, root: Path) -> list[Finding]:
    """Amounts that are made from binary fractions: 0.1 is none."""
    place = path.relative_to(root).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).rpartition(".")[2] == "Decimal"
            and any(isinstance(getattr(one, "value", None), float) for one in node.args)
        ):
            sentence = "Decimal() of a float is not exact: write the number as text."
            found.append(Finding(place, node.lineno, sentence))
        if isinstance(node, ast.AnnAssign) and "Mapped[float" in ast.unparse(node.annotation):
            found.append(Finding(place, node.lineno, "A column of floats is not exact: use Mapped[Decimal]."))
    return found
