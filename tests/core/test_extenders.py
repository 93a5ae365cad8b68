from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.checks import hook_reference
from core.errors import NotFound
from core.registry import extenders

if TYPE_CHECKING:
    from core.env import Env
    from core.platform import Platform


def test_a_model_names_who_declares_it_and_what_it_holds(env: Env) -> None:
    first, *_others = extenders.of(env.registry, "core.company")

    assert first.addon == "core"
    assert first.what.startswith("Company declares active, country, currency")
    assert first.place.startswith("core/builtin/models/company.py:")


def test_a_hook_names_its_implementations_in_the_order_they_run(env: Env) -> None:
    found = extenders.of(env.registry, "declare_models")

    assert [line.addon for line in found][:1] == ["core"]
    assert {line.what for line in found} == {"declare_models"}


def test_a_name_nobody_has_is_refused_with_the_way_to_write_one(env: Env) -> None:
    with pytest.raises(NotFound, match=r"base\.party"):
        extenders.of(env.registry, "core.nothing")


def test_every_hook_has_its_fixed_lines(platform: Platform) -> None:
    lacking = {
        f"{owner}.{spec.name}": spec.missing
        for owner, module in hook_reference.modules(platform.discovered)
        for spec in hook_reference.specs(owner, module)
        if spec.missing
    }

    assert lacking == {}


def test_the_reference_describes_a_hook_as_its_specification_does(platform: Platform) -> None:
    text = hook_reference.reference(platform.discovered)

    assert "### workspace_ready\n\n```python\nworkspace_ready(env: Env) -> None\n```" in text
    assert "- **When**: once per workspace, in the transaction that ends the wizard." in text
