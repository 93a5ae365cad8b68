"""The consents of a contact, at the side of its page."""

from __future__ import annotations

from typing import Any

from addons.base.models import ConsentChannel, ConsentSource, ConsentStatus, ConsentWording, Party
from addons.base.queries.consents import panel
from addons.base.services import consents
from core.api import CoreError, Env, Fragment, Invalid, Request, _, action

TEMPLATE = "base/_consents.html"


@action("/consents/{party_id:int}")
def note(env: Env, request: Request, party_id: int) -> Fragment:
    """Add an entry to the log; the panel is drawn again."""
    party = env.get(Party, party_id)
    try:
        wording = env.get(ConsentWording, request.form.integer("wording", 0) or 0)
        consents.note(
            env,
            party,
            wording,
            _one_of(ConsentChannel, request.form.get("channel"), "channel"),
            _one_of(ConsentStatus, request.form.get("status"), "status"),
            _one_of(ConsentSource, request.form.get("source"), "source"),
            evidence=request.form.get("evidence"),
        )
    except CoreError as error:
        fields = error.fields if isinstance(error, Invalid) else {"status": str(error)}
        context = panel(env, party) | {"errors": dict(fields), "typed": request.form.as_dict(), "open": True}
        return Fragment(TEMPLATE, {"record": party, "context": context}, status=422)
    return Fragment(TEMPLATE, {"record": party, "context": panel(env, party)}, events={"saved": ""})


def _one_of(kind: Any, value: str, name: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(fields={name: _("Choose one of the list.")}) from error


ROUTES = (note,)
