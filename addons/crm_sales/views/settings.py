"""Pipelines with their stages, reasons for losing, teams."""

from __future__ import annotations

from addons.crm_sales.models import LostReason, Pipeline, Stage, StageChange, Team
from core.api import Form, Lines, List, Section, Tab, _

SETTING_VIEWS = (
    List(Pipeline, columns=("name", "position", "active"), default_sort="position"),
    Form(
        Pipeline,
        title="name",
        sections=(Section("", ("name",), ("position", "active")),),
        tabs=(
            Tab(
                _("Stages"),
                Lines("stages", ("name", "probability", "required_fields")),
                name="stages",
            ),
        ),
        timeline=False,
    ),
    List(
        Stage,
        columns=("name", "pipeline", "probability", "position", "required_fields"),
        default_sort="position",
    ),
    Form(
        Stage,
        title="name",
        sections=(Section("", ("name", "pipeline"), ("probability", "position", "required_fields")),),
        timeline=False,
    ),
    List(LostReason, columns=("name", "active"), default_sort="name"),
    Form(LostReason, title="name", sections=(Section("", ("name",), ("active",)),), timeline=False),
    List(Team, columns=("name", "leader", "active"), default_sort="name"),
    Form(
        Team,
        title="name",
        sections=(Section("", ("name", "leader"), ("members", "active")),),
        timeline=False,
    ),
    List(
        StageChange,
        columns=("at", "opportunity", "from_stage", "to_stage", "to_state", "seconds", "user"),
        default_sort="-at",
        filters=("opportunity", "to_stage", "user"),
        create=False,
    ),
)
