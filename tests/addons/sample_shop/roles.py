"""Who may do what with the shop."""

from __future__ import annotations

from core.api import Grant, Role, _
from sample_shop.models import Customer, Deal, Line, Tag

ROLES = (
    Role(
        "sample_shop.clerk",
        _("Clerk"),
        implies=("base.user",),
        grants=(
            Grant(Customer, "cr", where=lambda _env, model: model.name != "Secret customer"),
            Grant(Deal, "crud", where=lambda _env, model: model.urgent.is_(False)),
            Grant(Line, "crud"),
            Grant(Tag, "r"),
        ),
    ),
    Role(
        "sample_shop.manager",
        _("Manager"),
        implies=("sample_shop.clerk",),
        field_groups=("sample_shop.secret",),
    ),
)
