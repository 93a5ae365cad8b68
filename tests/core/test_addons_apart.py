"""Addons cannot harm each other: of two that declare the same, the later one is left out and says why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import AddonError
from core.registry import hookspecs
from core.registry.discovery import discover
from core.registry.manifest import Manifest
from core.web.app import create_app
from tests.core.conftest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.platform import Platform

HEAD = """
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from core.api import *
from litestar import get
"""
ON_COMPANY = """
class Added(Company, extends=True):
    {body}

@hookimpl
def declare_models():
    return [Added]
"""
OWN = """
class Truck(Model, name="truck"):
    name: Mapped[str] = mapped_column(String(20))

@hookimpl
def declare_models():
    return [Truck]
"""
LISTED = """
@hookimpl
def declare_{hook}():
    return [{item}]
"""
COLUMN = ON_COMPANY.format(body="shoe_size: Mapped[str | None] = mapped_column(String(9))")
ROUTE = """
@page("/trucks/{{{value}}}")
def trucks(env, request, {name}): ...
""" + LISTED.format(hook="routes", item="trucks")
LINK = (
    '{column}: Mapped[int | None] = reference("core.user", nullable=True);'
    ' boss = link("core.user", key="{column}")'
)
REPORT = OWN + LISTED.format(
    hook="reports", item='Report("acme.sheet", Truck, "Sheet", "core/document.typ", data=dict, filename=str)'
)
ENDPOINT = """
from msgspec import Struct

class Answer(Struct): ...

@hookimpl
def declare_endpoints():
    return [Endpoint("acme.weigh", "Weigh", Answer, Answer, print, "base.user")]
"""

TWICE = {
    "column": (COLUMN, COLUMN, "'shoe_size' on core.company"),
    "column under another attribute": (
        COLUMN,
        ON_COMPANY.format(body='size: Mapped[str | None] = mapped_column("shoe_size", String(9))'),
        "'shoe_size' on core.company",
    ),
    "link": (
        ON_COMPANY.format(body=LINK.format(column="chief_id")),
        ON_COMPANY.format(body=LINK.format(column="head_id")),
        "'boss' on core.company",
    ),
    "method": (
        ON_COMPANY.format(body="def margin(self): return 1"),
        ON_COMPANY.format(body="def margin(self): return 2"),
        "'margin' on core.company",
    ),
    "constraint": (
        ON_COMPANY.format(body='__constraints__ = (Index("busy", "name"),)'),
        ON_COMPANY.format(body='__constraints__ = (Index("busy", "country"),)'),
        "the constraint ix_core_company_busy of core_company",
    ),
    "trigger": (
        ON_COMPANY.format(body='__triggers__ = (Trigger("guard", "BEFORE UPDATE", "RETURN NEW;"),)'),
        ON_COMPANY.format(body='__triggers__ = (Trigger("guard", "BEFORE INSERT", "RETURN NEW;"),)'),
        "the trigger guard of core_company",
    ),
    "list": (
        LISTED.format(hook="views", item='List(Company, name="mine", columns=("name",))'),
        LISTED.format(hook="views", item='List(Company, name="mine", columns=("country",))'),
        "the list 'mine' of 'core.company'",
    ),
    "form": (
        LISTED.format(hook="views", item="Form(Company)"),
        LISTED.format(hook="views", item="Form(Company)"),
        "the form of 'core.company'",
    ),
    "dashboard": (
        LISTED.format(hook="views", item='Dashboard("trucks", "Trucks")'),
        LISTED.format(hook="views", item='Dashboard("trucks", "Lorries")'),
        "the dashboard 'trucks'",
    ),
    "action of a form": (
        LISTED.format(hook="views", item='FormExtension(Company, actions=(Action("wash", print, "Wash"),))'),
        LISTED.format(hook="views", item='FormExtension(Company, actions=(Action("wash", print, "Rinse"),))'),
        "the action 'wash' of 'core.company.form'",
    ),
    "field of a form": (
        LISTED.format(hook="views", item='FormExtension(Company, fields=(Field("version"),))'),
        LISTED.format(hook="views", item='FormExtension(Company, fields=(Field("version"),))'),
        "the field 'version' of 'core.company.form'",
    ),
    "column of a list": (
        LISTED.format(hook="views", item='ListExtension(Company, columns=(Column("version"),))'),
        LISTED.format(hook="views", item='ListExtension(Company, columns=(Column("version"),))'),
        "the column 'version' of 'core.company.list:'",
    ),
    "route": (
        ROUTE.format(value="size:int", name="size"),
        ROUTE.format(value="number:int", name="number"),
        "the route GET /trucks/{}",
    ),
    "route of the platform": (
        "",
        '@page("/settings")\ndef mine(env, request): ...\n' + LISTED.format(hook="routes", item="mine"),
        "the route GET /settings",
    ),
    "report": (
        REPORT,
        REPORT,
        "the report acme.sheet",
    ),
    "endpoint": (ENDPOINT, ENDPOINT, "the endpoint acme.weigh"),
    "event": (
        LISTED.format(hook="events", item='("truck.washed", "Washed")'),
        LISTED.format(hook="events", item='("truck.washed", "Rinsed")'),
        "the event truck.washed",
    ),
}


@pytest.mark.parametrize("what", TWICE)
def test_the_later_of_two_addons_that_declare_the_same_is_refused_in_one_sentence(
    started: Callable[..., Platform], what: str
) -> None:
    first, second, told = TWICE[what]

    platform = started(acme_a={"hooks.py": HEAD + first}, acme_b={"hooks.py": HEAD + second})

    earlier = "core" if what == "route of the platform" else "acme_a"
    assert {name: error.message for name, error in platform.discovered.refused.items()} == {
        "acme_b": f"Addon 'acme_b' cannot be loaded: addon '{earlier}' already declares {told}."
    }
    assert set(platform.discovered.addons) == {"core", "acme_a"}
    if what.startswith("route"):
        create_app(platform)  # the server starts


def test_a_shipped_addon_is_never_the_later_one_whatever_it_is_called(
    started: Callable[..., Platform],
) -> None:
    """A partner's addon comes before "base" by its letters, not by when it was found."""
    body = "name_of_party: Mapped[str | None] = mapped_column('fleet_budget', String(9))"

    platform = started(
        acme_a={"hooks.py": HEAD + ON_COMPANY.format(body=body)},
        beside=[Path(__file__).parents[1] / "addons"],
        only=["sample_fleet"],
    )

    assert set(platform.discovered.refused) == {"acme_a"}
    assert "addon 'sample_fleet' already declares 'fleet_budget'" in str(
        platform.discovered.refused["acme_a"]
    )


@pytest.mark.parametrize(
    "hook", [name for name, spec in vars(hookspecs).items() if name.startswith("declare_")]
)
def test_an_addon_that_raises_while_it_lists_something_is_refused_and_named(
    started: Callable[..., Platform], hook: str
) -> None:
    raising = f"@hookimpl\ndef {hook}():\n    1 / 0\n"

    platform = started(acme_a={"hooks.py": HEAD + raising}, acme_b={"hooks.py": HEAD + OWN})

    assert {name: str(error) for name, error in platform.discovered.refused.items()} == {
        "acme_a": f"Addon 'acme_a' cannot be loaded: ZeroDivisionError in {hook}: division by zero."
    }


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Write empty addons into a folder of their own."""
    before = set(sys.modules)

    def write(folder: str, *names: str) -> Path:
        for name in names:
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / name / "__init__.py").write_text("")
            (tmp_path / folder / name / "manifest.py").write_text(MANIFEST.format(name=name))
        return tmp_path / folder

    yield write
    sys.path[:] = [entry for entry in sys.path if not entry.startswith(str(tmp_path))]
    for module in set(sys.modules) - before:
        del sys.modules[module]


def test_a_folder_named_like_a_shipped_addon_or_another_package_is_refused_and_the_first_stays(
    folders: Callable[..., Path],
) -> None:
    # given a partner's folder with the name of a shipped addon, of the platform, and of an installed package
    mine = folders("mine", "catalog", "core", "email", "acme_fleet")
    shipped = Path(__file__).parents[2] / "addons" / "catalog"

    found = discover(folders=[mine], only=["core", "base", "catalog", "email", "acme_fleet"])

    # then each is left out with both places in its sentence, and what was there first is there still
    assert set(found.addons) == {"core", "base", "catalog", "acme_fleet"}
    assert found["catalog"].path == shipped
    assert set(found.refused) == {str(mine / "catalog"), str(mine / "core"), "email"}
    assert str(found.refused[str(mine / "catalog")]) == (
        f"The addon in {mine / 'catalog'} cannot be loaded: the name 'catalog' is taken by {shipped}."
        " Rename the folder and the name in its manifest."
    )
    assert "the name 'email' is taken by" in found.refused["email"].message


def test_an_addon_that_is_found_twice_is_loaded_once_and_the_other_folder_is_named(
    folders: Callable[..., Path],
) -> None:
    one, other = folders("one", "acme_fleet"), folders("other", "acme_fleet")

    found = discover(folders=[one, other, one], only=["acme_fleet"])

    assert found["acme_fleet"].path == one / "acme_fleet"
    assert {name: str(error) for name, error in found.refused.items()} == {
        str(other / "acme_fleet"): (
            f"The addon in {other / 'acme_fleet'} cannot be loaded: the name 'acme_fleet' is taken by"
            f" {one / 'acme_fleet'}. Rename the folder and the name in its manifest."
        )
    }


def test_two_underscores_would_look_like_a_wire() -> None:
    with pytest.raises(AddonError, match="single underscores"):
        Manifest(name="acme__sales", version="1.0", summary="Looks like a wire of acme.")
