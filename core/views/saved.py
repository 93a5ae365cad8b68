"""Ways of looking at a list that people keep: private or shared, pinned as tabs, one of them the default."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sqlalchemy import select

from core.errors import AddonError, Invalid
from core.i18n.text import _
from core.orm.sorting import people_order
from core.views.fields import field_of
from core.views.models import SavedView
from core.views.state import parse_state

if TYPE_CHECKING:
    from core.env import Env


def saved_views(env: Env, model: str, list_name: str = "") -> list[SavedView]:
    """The person's own saved views of a list, then those shared by others, by name."""
    found = env.kept(SavedView, model=model, list_name=list_name)
    mine = [view for view in found if view.shared or view.user_id == env.user.id]
    return sorted(mine, key=lambda view: (view.shared, people_order(view.name), view.id))


def keep(
    env: Env, model: str, list_name: str, name: str, query: str, *, shared: bool = False, pinned: bool = True,
    default: bool = False,
) -> SavedView:  # fmt: skip
    """Keep a query by a name; the person's own view of that name is replaced. One default at most."""
    name = name.strip()
    if not name:
        raise Invalid(fields={"name": _("Give the view a name.")})
    if len(name) > 80:
        raise Invalid(fields={"name": _("Write 80 characters or fewer.")})
    view = env[SavedView]
    own = select(view).where(view.model == model, view.list_name == list_name, view.user_id == env.user.id)
    known = env.session.scalars(own.where(view.name == name)).first()
    if default:
        for other in env.session.scalars(own.where(view.default)):
            other.default = False
    values = {"query": query, "shared": shared, "pinned": pinned, "default": default}
    if known is not None:
        for attribute, value in values.items():
            setattr(known, attribute, value)
        env.session.flush()
        return known
    return env.add(SavedView, model=model, list_name=list_name, name=name, user_id=env.user.id, **values)


def forget(env: Env, view_id: int) -> SavedView:
    """Delete a view of one's own."""
    view = env.get(SavedView, view_id)
    env.session.delete(view)
    env.session.flush()
    return view


def refuse_telling(env: Env, view: SavedView) -> None:
    """Raise Invalid for a view to be shared whose filters hold values of a field that not everyone sees."""
    model = env.registry.models.get(view.model)
    if model is None:
        return
    for text in parse_state(parse_qs(view.query)).filters:
        try:
            meta = field_of(model, text.partition(":")[0])
        except AddonError:
            continue  # no such field: the list leaves it out too
        if meta.groups:
            raise Invalid(
                fields={"shared": _("Not everyone may see {field}.", field=meta.label)},
                hint=_("Keep the view for yourself, or take this filter away."),
            )


def default_query(views: list[SavedView], user_id: int | None) -> SavedView | None:
    """The view that the list opens with for this person."""
    return next((view for view in views if view.default and view.user_id == user_id), None)
