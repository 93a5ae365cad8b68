"""A company's record without reading it in every request: its changes bump the registry's version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import inspect
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from core.builtin.models import Company

if TYPE_CHECKING:
    from core.env import Env

Kept = tuple[int, dict[int, dict[str, Any]]]
"""A version, and the columns of companies by id as they were then."""


def known(env: Env, company_id: int) -> Company | None:
    """The record, belonging to the Env's session; None when there is none.

    Its columns are kept per workspace and version of the registry. Whoever changes it still meets the
    optimistic
    lock, so an old copy can never overwrite a newer one.
    """
    model = env[Company]
    here = env.session.identity_map.get(inspect(model).identity_key_from_primary_key((company_id,)))
    if here is not None or not env.scope.version:
        return cast("Company | None", here or env.session.get(model, company_id))
    kept: dict[str, Kept] = env.registry.memo("core.companies", lambda _: {})
    version, rows = kept.get(env.workspace.schema, (0, {}))
    if version != env.scope.version:
        rows = {}
        kept[env.workspace.schema] = (env.scope.version, rows)
    if company_id not in rows:
        company = env.session.get(model, company_id)
        if company is not None:
            rows[company_id] = dict(inspect(company).dict)
        return company
    return _made(env, model, rows[company_id])


def _made(env: Env, model: type[Company], values: dict[str, Any]) -> Company:
    """As if it had just been read."""
    company = cast("Company", inspect(model).class_manager.new_instance())
    for attribute in inspect(model).column_attrs:
        if attribute.key in values:
            set_committed_value(company, attribute.key, values[attribute.key])
    make_transient_to_detached(company)
    env.session.add(company)
    return company
