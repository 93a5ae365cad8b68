"""The door for another CRM or ERP: one message, one transaction, once.

Who calls is known by the API token: *Settings > Master data* says for which system it writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from addons.base.models import ExternalSystem
from addons.bridge_crm_erp.models import ForeignKind, ForeignLink
from addons.bridge_crm_erp.services.messages import ForeignOrderState, Taken
from core.api import NotAllowed, NotFound, RuleBroken, _

if TYPE_CHECKING:
    from addons.bridge_crm_erp.services.messages import Message
    from core.api import Env, Model


class NobodyTakesIt(RuleBroken):
    def __init__(self, event: str) -> None:
        super().__init__(
            _('Nobody here takes the event "{event}".', event=event),
            hint=_("Orders of another CRM need the app Customer orders; events of another ERP need Sales."),
        )


def take(env: Env, message: Message) -> Taken:
    """Do what a message asks for; refused with a sentence, and nothing is written."""
    system = system_of(env)
    with env.system(f"message of {system.name}") as elevated:
        ours = elevated.get(ExternalSystem, system.id)
        if isinstance(message, ForeignOrderState):
            return _compared(elevated, ours, message)
        taken: Taken | None = elevated.hooks.bridge_receive(env=elevated, system=ours, message=message)
        if taken is None:
            raise NobodyTakesIt(str(message.__struct_config__.tag))
        elevated.session.flush()
        return taken


def system_of(env: Env) -> ExternalSystem:
    """The system whose token is used."""
    model = env[ExternalSystem]
    with env.system("the system behind an API token") as system:
        found = None
        if env.user.token_id is not None:
            found = system.session.scalars(
                select(model).where(model.token_id == env.user.token_id)
            ).one_or_none()
        if found is None:
            raise NotAllowed(
                _("This token belongs to no other system."),
                hint=_("Choose it for a system under Settings > Master data."),
            )
        return found


def find(env: Env, system: ExternalSystem, kind: ForeignKind, key: str) -> ForeignLink | None:
    """The link of a record of another system, locked until the message is done."""
    model = env[ForeignLink]
    query = (
        select(model)
        .where(
            model.system_id == system.id,
            model.kind == kind,
            model.external_id == key,
            model.company_id == env.company_id,
        )
        .with_for_update(of=model)
    )
    return env.session.scalars(query).one_or_none()


def known(env: Env, system: ExternalSystem, kind: ForeignKind, key: str) -> ForeignLink:
    """The same, or NotFound with the way out."""
    found = find(env, system, kind, key)
    if found is None:
        raise NotFound(
            _("{system} has not told of {kind} {key} before.", system=system.name, kind=kind.label, key=key),
            hint=_("Send it first."),
        )
    return found


def keep(
    env: Env,
    system: ExternalSystem,
    kind: ForeignKind,
    key: str,
    record: Model,
    message: Message,
    *,
    number: str,
) -> ForeignLink:
    """Link a record of another system with one of ours; two at once, and the database lets one through."""
    link = env[ForeignLink](
        system_id=system.id,
        kind=kind,
        external_id=key,
        number=number,
        record_model=record.model_name,
        record_id=record.id,
        record_name=record.display_name[:200],
        state=msgspec.to_builtins(message),
        at=env.now(),
    )
    env.session.add(link)
    env.session.flush()
    return link


def heard(env: Env, link: ForeignLink, message: Message) -> None:
    """Remember the last message about a record."""
    link.state, link.at = msgspec.to_builtins(message), env.now()


def taken(record: Model, *, already: bool = False) -> Taken:
    """The answer: which record of ours it is."""
    return Taken(model=record.model_name, id=record.id, name=record.display_name, already=already)


def _compared(env: Env, system: ExternalSystem, message: ForeignOrderState) -> Taken:
    link = known(env, system, ForeignKind.ORDER, message.id)
    told = msgspec.to_builtins(message)
    link.state, link.at = {**link.state, "told": told}, env.now()
    env.session.flush()
    return Taken(model=link.record_model, id=link.record_id, name=link.record_name, already=True)
