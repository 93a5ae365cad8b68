"""What was deleted, read from the audit trail: nobody removes anything from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import or_, select

from core.errors import Invalid
from core.i18n import _
from core.rest.answers import Answer, ok
from core.rest.reading import instant, limit_of
from core.security import guard
from core.security.evaluate import Answer as Decision
from core.security.evaluate import decide
from core.security.models import Audit
from core.views.keyset import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.rest.schemas import Shape

ALLOWED = frozenset({"updated_since", "after", "limit"})


def read_deleted(env: Env, shape: Shape, query: Mapping[str, str]) -> Answer:
    """Answer with ids of deleted records and when, in the order in which they went; and where to read on.

    Of the companies in sight. A record rule is asked about the values that the record had; where they do not
    decide it, the record is not told: rights come first.
    """
    for name in query.keys() - ALLOWED:
        raise Invalid(fields={name: _("There is no such filter.")})
    limit, audit = limit_of(query), env[Audit]
    found = select(audit.id, audit.record_id, audit.at, audit.changes).where(
        audit.model == shape.name,
        audit.action == "delete",
        or_(audit.company_id.is_(None), audit.company_id.in_(env.company_ids)),
    )
    if since := query.get("updated_since"):
        found = found.where(audit.at > instant(since))
    if after := query.get("after"):
        found = found.where(audit.id > _position(after))
    with guard.trusted(env.session):
        rows = env.session.execute(found.order_by(audit.id).limit(limit + 1)).all()
    items = [
        {"model": shape.name, "id": row.record_id, "deleted_at": row.at}
        for row in rows[:limit]
        if _was_visible(env, shape, row.changes)
    ]
    following = pack([rows[limit - 1].id]) if len(rows) > limit else None
    return ok({"items": items, "next": following})


def _position(after: str) -> int:
    values = unpack(after, 1)
    if values is None or not isinstance(values[0], int) or isinstance(values[0], bool):
        raise Invalid(fields={"after": _("This is not the 'next' of an answer to the same question.")})
    return values[0]


def _was_visible(env: Env, shape: Shape, changes: Mapping[str, Any]) -> bool:
    """Whether the rules showed the record as it was; the company is looked at before."""
    session = guard.session_of(env)
    plan = session.plan.models[shape.name]
    if any(owner.conditions["r"] for _key, owner in session.plan.owners(plan.shape)):
        return False
    if not plan.conditions["r"]:
        return True
    criterion = or_(*(where(env, shape.model) for where in plan.conditions["r"] or ()))

    def value(column: Any) -> Any:
        key = str(column._annotations.get("proxy_key", ""))
        if key not in plan.shape.audited or key not in shape.attributes:
            raise LookupError(key)
        old = changes.get(key, [None])
        if old is None or old[0] is None:
            return None
        try:
            return msgspec.convert(old[0], shape.attributes[key].type, strict=False)
        except msgspec.ValidationError as error:
            raise LookupError(key) from error

    return decide(criterion, value) is Decision.YES
