"""How far a customer is trusted is seen by those who take orders and keep the books, and by nobody else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from core.security import tokens
from tests.erp_orders.factories import a_customer

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

SIGN = "77731"
PEOPLE = {
    "Idriss": (("base.user",), False),
    "Camille": (("erp_orders.user",), True),
    "Nora": (("erp_accounting.viewer",), True),
}


@pytest.mark.addons("erp_orders", "erp_accounting")
def test_a_credit_limit_is_on_no_page_export_or_answer_for_who_only_knows_contacts(
    workspace: LiveWorkspace, visitor: Callable[..., Visitor]
) -> None:
    with workspace.env() as env:
        party = a_customer(env, name="Maison Verdier", credit_limit=Decimal(SIGN)).id

    seen = {}
    for name, (roles, _expected) in PEOPLE.items():
        person = visitor(name, roles=list(roles))
        assert person.person is not None
        with workspace.env(user=person.person.who()) as env:
            bearer = {"Authorization": f"Bearer {tokens.create(env, 'Till', ['read'])}"}
        page = person.get(f"/app/base/party/{party}?view=details")
        answer = person.http.get(f"/api/v1/base.party/{party}", headers=bearer)
        exported = person.get("/app/base/party/export?format=csv&all=1")
        assert (page.status_code, answer.status_code) == (200, 200), name
        plain = page.text.replace(" ", "").replace("\u202f", "").replace(",", "")
        seen[name] = (SIGN in plain, "credit_limit" in answer.json(), SIGN in exported.text)

    assert {name: one[:2] for name, one in seen.items()} == {
        name: (expected, expected) for name, (_roles, expected) in PEOPLE.items()
    }
    assert not seen["Idriss"][2]
