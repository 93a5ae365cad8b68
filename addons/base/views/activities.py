"""Activities as a list and a calendar."""

from __future__ import annotations

from addons.base.models import Activity, File, Message
from addons.base.services import activities
from core.api import Action, Ask, Calendar, Column, Form, List, Preset, Section, _

ACTIVITY_VIEWS = (
    List(
        Activity,
        columns=(
            "summary",
            "kind",
            "record_name",
            "party",
            "due_on",
            "assignee",
            Column("done_at", hidden=True),
        ),
        filters=("assignee", "kind", "due_on"),
        default_sort="due_on",
        presets=(
            Preset("open", _("To do"), filters=("done_at:none",)),
            Preset("done", _("Done"), sort="-done_at"),
        ),
        create=False,
        empty=_("Plan activities on contacts, opportunities and documents; they are listed here."),
    ),
    Calendar(Activity, start="due_on", title="summary"),
    Form(
        Activity,
        title="summary",
        sections=(
            Section("", ("summary", "kind", "due_on", "assignee"), ("party", "record_name", "done_at")),
            Section(_("Note"), ("note", "outcome")),
        ),
        actions=(
            Action(
                "complete",
                activities.complete,
                _("Mark as done"),
                primary=True,
                icon="check",
                visible=lambda activity: activity.is_open,
                ask=(Ask("outcome", _("Outcome"), kind="long", required=False),),
                done=_("Activity done."),
            ),
        ),
        readonly=lambda activity: not activity.is_open,
        deletable=lambda activity: activity.is_open,
        timeline=False,
    ),
    List(
        Message,
        columns=("at", "kind", "record_name", "party", "author"),
        default_sort="-at",
        filters=("kind", "topic", "party", "author"),
        create=False,
    ),
    List(
        File,
        columns=("name", "media_type", "size", "author", "created_at"),
        default_sort="-created_at",
        create=False,
    ),
)
