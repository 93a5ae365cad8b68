"""A customer's figures in the list, at the head and in the form of contacts."""

from __future__ import annotations

from addons.base.models import Party
from core.api import Column, Field, FormExtension, ListExtension, Preset, Section, _

VIEWS = (
    ListExtension(
        Party,
        columns=(
            Column("figures.status", after="name"),
            Column("figures.revenue", sum=True, hidden=True),
            Column("figures.last_purchase", hidden=True),
            Column("figures.overdue", sum=True, hidden=True),
        ),
        filters=("figures.status",),
        presets=(
            Preset(
                "prospects", _("Prospects"), filters=("figures.status:none", "is_supplier:no", "parent:none")
            ),
            Preset(
                "late",
                _("Late customers"),
                filters=("figures.status:late",),
                sort="-figures.overdue",
                columns=("name", "figures.status", "figures.overdue", "email", "phone", "owner"),
            ),
        ),
    ),
    FormExtension(
        Party,
        sections=(
            Section(
                _("Purchases"),
                (Field("figures.status"), Field("figures.last_purchase")),
                (Field("figures.revenue"), Field("figures.overdue")),
                visible=lambda party: party.figures is not None,
            ),
        ),
    ),
)
