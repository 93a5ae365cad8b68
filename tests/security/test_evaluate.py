from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import and_, false, func, not_, or_, select, true

from core.security.evaluate import Answer, decide
from sample_vault.models import Deal
from tests.security.factories import a_deal

if TYPE_CHECKING:
    from tests.security.conftest import Vault

CRITERIA: dict[str, Any] = {
    "equal": lambda d, v: d.owner_id == v.ana,
    "not equal": lambda d, v: d.owner_id != v.ana,
    "equal to null": lambda d, v: d.parent_id == v.ana,
    "is null": lambda d, v: d.parent_id.is_(None),
    "is not null": lambda d, v: d.parent_id.is_not(None),
    "in": lambda d, v: d.company_id.in_([v.here, 5]),
    "in nothing": lambda d, v: d.company_id.in_([]),
    "not in": lambda d, v: d.company_id.not_in([v.here]),
    "less": lambda d, v: d.amount < 10,
    "at least": lambda d, v: d.amount >= Decimal("500.00"),
    "text": lambda d, v: d.title == "Forklift",
    "text order": lambda d, v: d.title > "A",
    "or": lambda d, v: or_(d.owner_id == v.ben, d.amount > 10),
    "and": lambda d, v: and_(d.owner_id == v.ana, d.amount < 10),
    "not": lambda d, v: not_(d.owner_id == v.ana),
    "not of null": lambda d, v: not_(d.parent_id == 3),
    "not of and": lambda d, v: not_(and_(d.parent_id == 3, d.owner_id == v.ana)),
    "null or true": lambda d, v: or_(d.parent_id == 3, d.owner_id == v.ana),
    "null and true": lambda d, v: and_(d.parent_id == 3, d.owner_id == v.ana),
    "null and false": lambda d, v: not_(and_(d.parent_id == 3, d.owner_id == v.ben)),
    "true": lambda d, v: true(),
    "false": lambda d, v: or_(false(), d.amount < 10),
    "own or subquery": lambda d, v: or_(d.owner_id == v.ana, d.id.in_(select(d.id))),
    "subquery": lambda d, v: d.id.in_(select(d.id)),
    "function": lambda d, v: func.length(d.title) == 8,
    "columns": lambda d, v: d.amount > d.margin,
    "arithmetic": lambda d, v: d.amount + 1 > 501,
}
LEFT_TO_THE_DATABASE = {"text order", "subquery", "function", "arithmetic", "not in", "in nothing"}


@pytest.mark.parametrize("name", list(CRITERIA))
def test_memory_and_database_decide_alike(vault: Vault, name: str) -> None:
    record = a_deal(vault)
    model: Any = vault.system[Deal]
    vault.system.session.refresh(record)
    criterion = CRITERIA[name](model, vault)

    answer = decide(criterion, lambda column: record.__dict__[column._annotations["proxy_key"]])

    found = vault.system.session.scalar(select(model.id).where(model.id == record.id, criterion))
    if answer is Answer.UNDECIDED:
        assert name in LEFT_TO_THE_DATABASE
    else:
        assert (answer is Answer.YES) is (found is not None)
