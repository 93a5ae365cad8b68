"""Who is late, what is done next about it, and sending it."""

from __future__ import annotations

from addons.base.models import Party
from addons.erp_accounting import jobs
from addons.erp_accounting.services import dunning
from core.api import Env, Fragment, Page, Redirect, Request, _, action, page

INVOICING = "erp_accounting.invoicing"
HERE = "/accounting/reminders"


@page(HERE, access=INVOICING)
def overview(env: Env) -> Page:
    """Every customer with late invoices and the next reminder."""
    found = dunning.reminders(env)
    due = [one for one in found if one.is_due]
    context = {"here": HERE, "reminders": found, "due": len(due), "nightly": dunning.at_night(env)}
    return Page("erp_accounting/reminders.html", context)


@page(HERE + "/{party_id:int}/{currency:str}", access=INVOICING)
def preview(env: Env, party_id: int, currency: str) -> Fragment:
    """Exactly what would be sent."""
    party = env.get(Party, party_id)
    found = [one for one in dunning.reminders(env, party_id=party_id) if one.currency == currency]
    if not found or found[0].level is None:
        raise dunning.NothingToRemind(party.name)
    context = {
        "here": HERE,
        "reminder": found[0],
        "letter": dunning.letter(env, found[0]),
        "language": dunning.language(env, party),
    }
    return Fragment("erp_accounting/_reminder.html", context)


@action(HERE, access=INVOICING)
def send(env: Env, request: Request) -> Redirect:
    """Send those that are ticked, in the background."""
    chosen = [one.split(":", 1) for one in request.form.all("reminder") if one.count(":") == 1]
    chosen = [pair for pair in chosen if pair[0].isdecimal()]
    if not chosen:
        return Redirect(HERE, toast=_("Choose at least one reminder."))
    env.defer(jobs.send_reminders, chosen=chosen)
    return Redirect(HERE, toast=_("{n} reminders are on their way.", n=len(chosen)))


ROUTES = (overview, preview, send)
