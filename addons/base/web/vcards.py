"""Contacts as vCards: one out, a file in."""

from __future__ import annotations

from addons.base.models import Party
from addons.base.services import vcards
from core.api import Env, File, Invalid, NotAllowed, Page, Request, _, action, page

HOME = "/contacts/vcards"


@page("/contacts/{party_id:int}/vcard")
def export(env: Env, party_id: int) -> File:
    """One contact as a card."""
    party = env.get(Party, party_id)
    return File(vcards.write(env, [party]), vcards.filename(party), "text/vcard; charset=utf-8")


@page(HOME)
def upload(env: Env) -> Page:
    """Choose a file of cards."""
    _may(env)
    return Page("base/vcards.html", {"errors": {}, "imported": None})


@action(HOME)
def take_in(env: Env, request: Request) -> Page:
    """Create or complete the contacts of a file."""
    _may(env)
    chosen = request.upload("file")
    try:
        if chosen is None:
            raise Invalid(fields={"file": _("Choose a file.")})
        imported = vcards.take_in(env, vcards.parse(chosen.content))
    except Invalid as error:
        return Page("base/vcards.html", {"errors": dict(error.fields), "imported": None}, status=422)
    return Page("base/vcards.html", {"errors": {}, "imported": imported})


def _may(env: Env) -> None:
    if not env.access.allows(Party, "c"):
        raise NotAllowed(_("You may not create contacts."), hint=_("Ask an administrator for the role."))


ROUTES = (export, upload, take_in)
