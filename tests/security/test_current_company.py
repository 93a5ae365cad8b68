from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.platform import in_company
from core.security.refusals import OtherCompany
from sample_vault.models import Label, LabelTotal
from tests.security.conftest import refused

if TYPE_CHECKING:
    from tests.security.conftest import Vault


def test_of_a_row_per_company_only_the_current_ones_is_there_whoever_asks(vault: Vault) -> None:
    label = vault.system.add(Label, text="urgent").id
    for company, amount in ((vault.here, 10), (vault.there, 20)):
        in_company(vault.system, company).add(LabelTotal, label_id=label, amount=Decimal(amount))
    places = (vault.here, vault.there)
    system = [in_company(vault.system, company) for company in places]
    envs = [
        vault.boss(companies=places),
        vault.boss(companies=places[::-1]),
        vault.as_(vault.eve, "base.admin", companies=places),
    ]

    seen = [env.session.scalars(select(env[LabelTotal].amount)).all() for env in envs]
    joined = [env.session.scalars(select(env[Label].id).join(env[Label].total)).all() for env in envs]
    linked = [env.get(Label, label).total for env in envs]
    changed = envs[0].bulk_update(LabelTotal, envs[0][LabelTotal].label_id == label, {"amount": Decimal(11)})

    unguarded = [one.get(Label, label).total for one in system]

    assert seen == [[10], [20], [10]]
    assert [total and total.amount for total in linked] == [11, 20, 10]
    assert [total and total.amount for total in unguarded] == [11, 20]
    assert joined == [[label]] * 3
    assert changed == 1
    with envs[0].within(vault.there):
        assert envs[0].session.scalars(select(envs[0][LabelTotal].amount)).all() == [20]
    assert envs[0].session.scalars(select(envs[0][LabelTotal].amount)).all() == [11]
    with refused(OtherCompany, inside=envs[0]):
        envs[0].add(LabelTotal, label_id=label, company_id=vault.there)
    with refused(OtherCompany, inside=envs[0]):
        envs[0].bulk_insert(
            LabelTotal, [{"label_id": label, "company_id": vault.there, "amount": Decimal(1)}]
        )
