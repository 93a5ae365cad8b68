"""Many rows by arrays are the same rows as one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from addons.base.models import Message, Party

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")

TEXTS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=40
).filter(lambda text: bool(text.strip()))
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS}, optional={"note": st.none() | TEXTS, "is_customer": st.booleans()}
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_whatever_stands_in_them(env: Env, rows: list[dict[str, Any]]) -> None:
    together = env.bulk_insert(Party, rows)
    alone = [env.add(Party, **row).id for row in rows]

    model = env[Party]
    columns = (model.name, model.note, model.is_customer, model.name_key, model.active, model.kind)

    def read(ids: list[int]) -> list[Any]:
        found = {
            row.id: tuple(row)[1:]
            for row in env.session.execute(
                select(model.id, *columns, model.search_tokens).where(model.id.in_(ids))
            )
        }
        return [found[number] for number in ids]

    assert read(together) == read(alone)


def test_columns_of_json_and_defaults_are_filled(env: Env) -> None:
    rows = [
        {"model": "base.party", "record_id": n, "body": f"{n}", "source": source}
        for n, source in enumerate([{"text": 'a "b" \\ \n é'}, None, {"list": [1, None]}])
    ]

    ids = env.bulk_insert(Message, rows)

    kept = [env.get(Message, number) for number in ids]
    assert [message.record_id for message in kept] == [0, 1, 2]
    assert [message.source for message in kept] == [row["source"] for row in rows]
    assert {message.company_id for message in kept} == {env.company_id}
    assert all(message.created_at and message.at for message in kept)
