"""What the person may see: asked of the Env in one place, so that every screen gives the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from core.errors import NotAllowed, NotFound
from core.i18n.text import _
from core.orm.exposure import exposure_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.env import Env
    from core.security.access import Access
    from core.views.catalog import ModelViews
    from core.views.declare import Action
    from core.views.fields import FieldMeta


def may(env: Env, operation: str, model: type[Any]) -> bool:
    """Whether some role of the person grants the operation ("create", "read", "update", "delete") at all."""
    return env.access.allows(model, operation[0])


def readable(env: Env, meta: FieldMeta) -> bool:
    """Whether the person holds every field group on the way to a value, and may read each model it
    crosses."""
    if env.access.absent and not in_use(env, meta):
        return False
    if meta.groups and not all(env.access.shows(group) for group in meta.groups):
        return False
    if meta.hops and not may(env, "read", meta.owner):
        return False
    return meta.target is None or may(env, "read", meta.target)


def in_use(env: Env, meta: FieldMeta) -> bool:
    """Whether no attribute on the way to a value belongs to an app that is not used here."""
    owner = meta.model
    for name in meta.path.split("."):
        if env.access.is_absent(owner, name):
            return False
        link = inspect(owner).relationships.get(name)
        owner = owner if link is None else link.mapper.class_
    return True


def only_readable(env: Env, metas: Iterable[FieldMeta]) -> list[FieldMeta]:
    """The fields the person may read."""
    return [meta for meta in metas if readable(env, meta)]


def views_for(env: Env, name: str) -> ModelViews:
    """The views of a model by name, for someone who may read it.

    Raise NotFound when no enabled addon has the model, NotAllowed when no role of the person reads it.
    """
    from core.views.catalog import views_of

    catalog = views_of(env.registry)
    views = catalog.models.get(name)
    if views is None:
        raise NotFound(_("There is no such page here."))
    if not may(env, "read", views.model):
        raise NotAllowed(
            _("You cannot see {things}.", things=labels(views.model)),
            hint=_("An administrator can give you a role that includes it."),
        )
    return views


def label(model: type[Any]) -> str:
    """What one such record is called: "Opportunity"."""
    return str(model.__label__) if model.__label__ else model.__name__


def labels(model: type[Any]) -> str:
    """What several are called: "Opportunities"."""
    return str(model.__labels__) if model.__labels__ else f"{label(model)}s"


def may_act(env: Env, action: Action) -> bool:
    """Whether the person holds the role an action asks for."""
    return _holds(env.access, action)


def may_run(access: Access, model: type[Any], action: Action) -> bool:
    """Whether some roles include an action: the role it asks for, and changing such records at all.

    Records that only services write are changed by nothing but actions: there reading them is enough, and the
    service checks the rest.
    """
    needed = "r" if exposure_of(model).is_service_managed else "u"
    return _holds(access, action) and access.allows(model, needed)


def _holds(access: Access, action: Action) -> bool:
    return not action.role or access.everything or action.role in access.roles
