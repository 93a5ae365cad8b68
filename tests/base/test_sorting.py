from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from core.views.access import views_for
from core.views.joins import Joins
from core.views.query import ListQuery
from core.views.state import ListState
from tests.base.factories import a_party
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("catalog")


@pytest.mark.parametrize("model", ["base.party", "catalog.product"])
def test_a_list_by_name_reads_an_index(env: Env, model: str) -> None:
    for number in range(50):
        a_party(env, name=f"Party {number}")
        a_product(env, name=f"Product {number}")
    declared = views_for(env, model).list
    query = ListQuery(env, declared, ListState(sort="name"), ())
    orders, _ends = query.orders(Joins(query.model, "UTC"))
    statement = (
        query.env.session.query(query.model.id).order_by(*(order.clause for order in orders)).limit(20)
    )
    sent = str(statement.statement.compile(env.scope.connection, compile_kwargs={"literal_binds": True}))
    env.scope.connection.execute(text("SET LOCAL enable_seqscan = off"))
    env.scope.connection.execute(text("SET LOCAL enable_sort = off"))

    plan = "\n".join(env.scope.connection.scalars(text(f"EXPLAIN {sent}")))

    assert f"ix_{model.replace('.', '_')}_by_name" in plan
