"""The documents of a record, as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import NotFound
from core.i18n import _
from core.reports.render import render
from core.security.trail import note
from core.views.access import views_for
from core.views.forms import reports_of_form
from core.web.pages import page
from core.web.results import File

if TYPE_CHECKING:
    from core.env import Env


@page("/app/{addon:str}/{model:str}/{record_id:int}/print/{report:str}")
def print_record(env: Env, addon: str, model: str, record_id: int, report: str) -> File:
    """A document of a record, shown by the browser; only those its form offers. The audit says who
    printed."""
    views = views_for(env, f"{addon}.{model}")
    record = env.get(views.model, record_id)
    declared = next((one for one in reports_of_form(env, views) if one.name == report), None)
    if declared is None:
        raise NotFound(
            _("{name} has no such document.", name=record.display_name),
            hint=_("Its page shows what can be printed."),
        )
    made = render(env, declared.name, record)
    note(env, "print", record, report=declared.name)
    return File(made.content, made.filename, "application/pdf", inline=True)


ROUTES = [print_record]
