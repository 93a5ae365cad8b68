"""``passerelle check-addon`` names what would harm or mislead: each fault in a small bad addon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.api import writing_closed
from core.checks.addon import check
from core.orm.money import FloatGiven, exact_names
from core.registry.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.env import Env
    from core.platform import Platform

HOOKS = """
from decimal import Decimal
from sqlalchemy import Float, String, text
from sqlalchemy.orm import Mapped, mapped_column
from core.api import Grant, Menu, MenuGroup, Model, Money, Role, Slot, hookimpl, page

class Truck(Model, name="truck"):
    plate: Mapped[str] = mapped_column(String(20))
    price: Mapped[Decimal] = mapped_column({column})

@page("/trucks/map")
def trucks_map(env, request): ...

@hookimpl
def declare_models():
    return [Truck]

@hookimpl
def declare_roles():
    return [{roles}]

@hookimpl
def declare_routes():
    return [trucks_map]

@hookimpl
def declare_menus():
    return [MenuGroup("fleet", "Fleet"), Menu("Map", "/trucks/map", group="fleet"), {menu}]

{more}
"""
SOUND = {
    "column": "Money",
    "roles": 'Role("acme_trucks.user", "Driver", grants=(Grant(Truck),))',
    "menu": 'Menu("Trucks", "acme_trucks.truck", group="fleet", role="acme_trucks.user")',
    "more": "",
}
MEANT = " Did you mean 'acme_trucks.truck'?"
FLEET = (
    'from core.api import Manifest\nmanifest = Manifest(name="acme_trucks", version="1.0",'
    ' summary="Trucks.", category="Fleet"{more})\n'
)
BAD = {
    "a model no role opens": (
        {"roles": ""} | {"menu": 'Menu("Trucks", "acme_trucks.truck")'},
        "No role opens the model acme_trucks.truck: grant it in declare_roles, to read at least.",
    ),
    "a menu to a model": (
        {"menu": 'Menu("Trucks", "acme_trucks.truk")'},
        "The menu 'Trucks' leads to 'acme_trucks.truk', which is not there." + MEANT,
    ),
    "a menu to a list": (
        {"menu": 'Menu("Trucks", "acme_trucks.truck:sold")'},
        "The menu 'Trucks' leads to 'acme_trucks.truck:sold', which is not there." + MEANT,
    ),
    "a menu to a page": (
        {"menu": 'Menu("Trucks", "/trucks/mop")'},
        "The menu 'Trucks' leads to '/trucks/mop', which is not there. Did you mean '/trucks/map'?",
    ),
    "a menu under nothing": (
        {"menu": 'Menu("Trucks", "acme_trucks.truck", under="/lorries-of-the-company")'},
        "The menu 'Trucks' leads to '/lorries-of-the-company', which is not there.",
    ),
    "a menu for a role": (
        {"menu": 'Menu("Trucks", "acme_trucks.truck", role="acme_trucks.boss")'},
        "The menu 'Trucks' is for the role 'acme_trucks.boss', which nobody declares.",
    ),
    "float money": (
        {"column": "Float"},
        "acme_trucks_truck.price is a float: store Money, Price, Quantity or Rate, which are exact.",
    ),
    "a Decimal of a float": (
        {"more": "VAT = Decimal(0.2)"},
        "Decimal() of a float is not exact: write the number as text.",
    ),
    "raw SQL": (
        {"more": 'def all_of(env): return env.session.execute(text("SELECT * FROM acme_trucks_truck"))'},
        "Raw SQL passes the rules by: use select() on models, env.bulk_* or env.system().",
    ),
    "raw SQL without text()": (
        {"more": 'def all_of(env): return env.session.connection().exec_driver_sql("SELECT 1")'},
        "Raw SQL passes the rules by: use select() on models, env.bulk_* or env.system().",
    ),
}
ABOUT_DECLARATIONS = (
    "No role",
    "The menu",
    "is a float",
    "Decimal()",
    "Raw SQL",
    "The wire",
    "Templates stand",
)


def sentences(platform: Platform) -> set[str]:
    """Findings about what the addon declares, without those about its translations, README and so on."""
    found = {finding.sentence for finding in check(platform.discovered["acme_trucks"], platform.discovered)}
    return {sentence for sentence in found if any(part in sentence for part in ABOUT_DECLARATIONS)}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_addon_is_told_exactly_what_is_wrong(started: Callable[..., Platform], fault: str) -> None:
    changes, told = BAD[fault]

    platform = started(acme_trucks={"hooks.py": HOOKS.format(**SOUND | changes)})

    assert sentences(platform) == {told}


def test_a_sound_addon_has_a_category_and_a_menu_group_of_its_own(started: Callable[..., Platform]) -> None:
    manifest = FLEET.format(more=', categories=(("Fleet", "Vehicles and drivers"),)')

    platform = started(acme_trucks={"hooks.py": HOOKS.format(**SOUND), "manifest.py": manifest})

    assert platform.discovered.refused == {}
    assert platform.discovered.categories == {"Fleet": "Vehicles and drivers"}
    assert sentences(platform) == set()


def test_a_category_or_menu_group_that_nobody_declares_is_refused(started: Callable[..., Platform]) -> None:
    manifest = FLEET.format(more="")
    menus = '@hookimpl\ndef declare_menus():\n    return [Menu("A", "/", group="f")]'
    hooks = f"from core.api import Menu, hookimpl\n{menus}"

    platform = started(acme_trucks={"manifest.py": manifest}, acme_vans={"hooks.py": hooks})

    assert {name: error.message for name, error in platform.discovered.refused.items()} == {
        "acme_trucks": "Addon 'acme_trucks' has the category 'Fleet', which nobody declares.",
        "acme_vans": "The menu 'A' is in the group 'f', which nobody declares.",
    }


def test_a_wire_to_an_addon_that_is_not_there_and_a_template_in_a_foreign_folder_are_named(
    started: Callable[..., Platform], tmp_path: Path
) -> None:
    folder = tmp_path / "acme_trucks"
    wire = 'from core.api import Wire\nwire = Wire(needs=("cor",))\n'
    for name, text in {"wires/sales/__init__.py": wire, "templates/core/base.html": "<p></p>"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    platform = started(acme_trucks={"hooks.py": HOOKS.format(**SOUND)})

    assert sentences(platform) == {
        "The wire 'sales' needs 'cor', which is not there. Did you mean 'core'?",
        "Templates stand in templates/acme_trucks/.",
    }


def test_no_shipped_addon_has_anything_to_repair() -> None:
    found = discover()

    addons = [addon for addon in found.addons.values() if addon.name != "core"]
    findings = [str(finding) for addon in addons for finding in check(addon, found)]

    assert findings == []


@pytest.mark.addons("catalog", "erp_accounting")
def test_every_exact_column_refuses_a_float_with_a_sentence(env: Env) -> None:
    """Given every model of what is enabled: no amount, price, quantity or rate is written from a float."""
    tried = [(model, name) for model in env.registry.models.values() for name in exact_names(model)]
    assert len(tried) > 40

    for model, name in tried:
        with pytest.raises(FloatGiven, match=f"{name} was given 0.1 as a float"):
            prepare_one(env, model(**{name: 0.1}))

    product = env.registry.model("catalog.product")
    with pytest.raises(FloatGiven, match="sale_price was given"):
        env.add(product, name="Lamp", sale_price=0.1)
    env.session.rollback()
    with pytest.raises(FloatGiven):
        env.bulk_update(product, product.id > 0, {"sale_price": 0.1})
    with pytest.raises(FloatGiven):
        env.bulk_insert(product, [{"name": "Lamp", "sale_price": 0.1}])


def prepare_one(env: Env, record: Any) -> None:
    """What the session does with a new record before it is written."""
    try:
        with writing_closed(record):  # also what only services write
            env.session.add(record)
            env.session.flush()
    finally:
        env.session.expunge_all()
