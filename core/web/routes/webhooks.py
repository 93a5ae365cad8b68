"""*Settings > Webhooks*: which other systems are told of what, and what became of each delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.errors import Invalid
from core.i18n import _
from core.web.forms import Checked
from core.web.pages import action, page
from core.web.results import Page, Redirect
from core.webhooks import delivery as deliveries
from core.webhooks.events import events_of
from core.webhooks.models import DeliveryStatus, Webhook, WebhookDelivery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.web.request import Request

HOME = "/settings/webhooks"
SHOWN = 50
VERBS = (("created", _("created")), ("updated", _("changed")), ("deleted", _("deleted")))


@page(HOME, access="admin")
def webhooks(env: Env, request: Request) -> Page:
    """Show the webhooks and the latest deliveries."""
    return _page(env, request, {}, {})


def _page(
    env: Env, request: Request, values: Mapping[str, Any], errors: Mapping[str, str], secret: str = ""
) -> Page:
    hook, told = env[Webhook], env[WebhookDelivery]
    wanted = request.query.get("status")
    query = select(told).options(selectinload(told.webhook)).order_by(told.id.desc()).limit(SHOWN)
    if wanted in {status.value for status in DeliveryStatus}:
        query = query.where(told.status == wanted)
    kinds = sorted(
        (
            (name, str(model.__labels__ or name))
            for name, model in env.registry.models.items()
            if model.addon != "core"
        ),
        key=lambda pair: pair[1].casefold(),
    )
    context = {
        "hooks": env.session.scalars(select(hook).order_by(hook.name)).all(),
        "rows": env.session.scalars(query).all(),
        "wanted": wanted,
        "statuses": list(DeliveryStatus),
        "kinds": kinds,
        "events": sorted(events_of(env.registry).items()),
        "verbs": VERBS,
        "values": values,
        "errors": errors,
        "secret": secret,
    }
    return Page("core/settings/webhooks.html", context, status=422 if errors else 200)


@action(HOME, access="admin")
def add(env: Env, request: Request) -> Page:
    """Add a webhook and show its secret, once."""
    form = Checked(request.form)
    name = form.text("name", _("Write the name of the other system."), most=100)
    url = form.text("url", _("Write the address to send to."), most=1000)
    kind, verb = request.form.get("kind") or "*", request.form.get("verb") or "*"
    event = kind if kind in events_of(env.registry) else "*" if kind == verb == "*" else f"{kind}.{verb}"
    values = request.form.as_dict()
    try:
        form.done()
        _made, secret = deliveries.add(env, name=name, url=url, events=[event])
    except Invalid as error:
        return _page(env, request, values, error.fields)
    return _page(env, request, {}, {}, secret)


@action(HOME + "/{hook_id:int}/switch", access="admin")
def switch(env: Env, hook_id: int) -> Redirect:
    """Pause a webhook, or let it go on."""
    hook = env.get(Webhook, hook_id)
    deliveries.switch(env, hook, active=not hook.active)
    told = _("{name} goes on.", name=hook.name) if hook.active else _("{name} is paused.", name=hook.name)
    return Redirect(HOME, toast=told)


@action(HOME + "/{hook_id:int}/remove", access="admin")
def remove(env: Env, hook_id: int) -> Redirect:
    """Remove a webhook with its deliveries."""
    return Redirect(HOME, toast=_("{name} removed.", name=deliveries.remove(env, hook_id)))


@action(HOME + "/deliveries/{delivery_id:int}/replay", access="admin")
def replay(env: Env, delivery_id: int) -> Redirect:
    """Deliver once more."""
    deliveries.replay(env, env.get(WebhookDelivery, delivery_id, lock=True))
    return Redirect(HOME, toast=_("The delivery is on its way again."))


ROUTES = (webhooks, add, switch, remove, replay)
