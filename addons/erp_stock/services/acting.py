"""Let a person move goods without letting them write stock and costs.

Moving goods changes rows that nobody may write by hand, and reads costs that the warehouse may not see. So a
service
first asks whether the person may do this to the document, and then works elevated, in the same transaction.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from addons.erp_stock.models import kept
from core.api import Model, NotAllowed, _, writing_closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound=Model)


class MayNot(NotAllowed):
    def __init__(self, env: Env, document: Model) -> None:
        roles = ", ".join(str(role.label) for role in env.access.granting(document.model_name, "u"))
        super().__init__(
            _("You may not change {document}.", document=document.display_name),
            hint=_("Ask an administrator for one of these roles: {roles}.", roles=roles),
        )


def acting(
    reason: str, *, locks: bool = False
) -> Callable[[Callable[Concatenate[Env, D, P], R]], Callable[Concatenate[Env, D, P], R]]:
    """Run a service on a document elevated, when the person may update it; give back what the person may
    see. It may write the document and its lines in every condition.

    locks: the service reads the document again, by its id and locked, before it looks at anything else.
    """

    def decorate(service: Callable[Concatenate[Env, D, P], R]) -> Callable[Concatenate[Env, D, P], R]:
        @wraps(service)
        def act(env: Env, document: D, *arguments: P.args, **options: P.kwargs) -> R:
            if not env.access.allows(document.model_name, "u"):
                raise MayNot(env, document)
            env.session.flush()
            model, id_ = type(document), document.id
            with env.system(reason) as system:
                kept.keep(system)
                found = document if locks else system.session.get_one(model, id_)
                with writing_closed(found):
                    result = service(system, found, *arguments, **options)
                    system.session.flush()
            return cast("R", _seen(env, result))

        return cast("Callable[Concatenate[Env, D, P], R]", act)

    return decorate


def _seen(env: Env, result: Any) -> Any:
    """A record as the person's own session reads it."""
    if isinstance(result, Model):
        return env.session.get(type(result), result.id)
    if isinstance(result, list):
        return [_seen(env, item) for item in result]
    return result
