"""A program must give what a form asks a person for, and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from core.env import Who
from core.rest.schemas import shapes
from core.views import saving

if TYPE_CHECKING:
    from core.testing.workspaces import Workspaces


def fixed(spec: Any) -> bool:
    """Asked for on every record, or on none."""
    return not callable(spec.required) and not callable(spec.visible)


def test_the_document_asks_for_what_an_empty_form_asks_for(workspaces: Workspaces) -> None:
    every = set(workspaces.platform.discovered.addons) - {"core", "sample_rights", "sample_shop"}
    who = Who(1, "Ana", "ana@example.com", roles=frozenset({"base.admin"}))
    differing = {}
    tried = set()

    with workspaces.rolled_back(every, user=who) as env:
        for name, shape in shapes(env).items():
            if shape.create is None:
                continue
            tried.add(name)
            empty = saving.begin(env, shape.views)
            specs = saving.specs_of(shape.views)
            missing = saving.missing_fields(env, shape.views, empty)
            form = {key for key, path in shape.writable.items() if path in missing and fixed(specs[path])}
            asked = {
                field.encode_name
                for field in msgspec.structs.fields(shape.create)
                if field.required and field.encode_name not in shape.lines
            }
            if asked != form:
                differing[name] = (asked - form, form - asked)

    assert differing == {}
    assert {"crm_sales.order", "crm_sales.quote", "base.party", "erp_orders.order"} <= tried
