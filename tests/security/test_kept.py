"""Rows that rarely change stay in memory, under everybody's rules, and no older than the transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core.builtin.models import Company
from core.env import Who
from core.errors import NotAllowed
from core.security.models import User
from core.security.refusals import FieldRefused
from core.testing.statements import counting
from sample_vault.models import Deal, Label, Rate
from tests.security.conftest import VAULT

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.testing.workspaces import Workspaces


@dataclass(frozen=True)
class Rates:
    """A workspace of two companies whose transactions commit, with one rate in each."""

    platform: Platform
    entry: WorkspaceEntry
    here: int
    there: int
    low: int
    foreign: int
    ana: int

    def system(self) -> AbstractContextManager[Env]:
        return self.platform.env(self.entry)

    def as_(self, *roles: str, companies: tuple[int, ...] = ()) -> AbstractContextManager[Env]:
        """A transaction of a user, which knows the registry's version as a request does."""
        chosen = companies or (self.here,)
        who = Who(self.ana, "Ana", "ana@example.com", roles=frozenset(roles))
        with self.system() as env:
            version = env.scope.version
        return self.platform.env(
            self.entry,
            user=who,
            company_id=chosen[0],
            company_ids=chosen,
            version=version,
            registry=env.registry,
        )

    def seller(self, **options: Any) -> AbstractContextManager[Env]:
        return self.as_("sample_vault.seller", **options)


@pytest.fixture
def rates(vaults: Workspaces) -> Rates:
    entry = vaults.fresh(VAULT)
    with vaults.platform.env(entry) as env:
        here, there = env.company.id, env.add(Company, name="Kervran").id
        low = env.add(Rate, name="Low", company_id=here, discount=Decimal("7.77"), marks=["a"])
        foreign = env.add(Rate, name="Foreign", company_id=there)
        ana = env.add(User, name="Ana", email="ana@example.com")
        return Rates(vaults.platform, entry, here, there, low.id, foreign.id, ana.id)


def names(env: Env) -> list[str]:
    return [rate.name for rate in env.kept(Rate)]


def test_the_database_is_asked_once_for_all_transactions(rates: Rates) -> None:
    with rates.seller() as env:
        assert names(env) == ["Low"]

    with rates.seller() as env, counting(rates.platform.server.engine) as sent:
        assert names(env) == ["Low"]
        assert env.get(Rate, rates.low).name == "Low"
        assert env.session.get(env[Rate], rates.low) is env.get(Rate, rates.low)

    assert sent.touching("sample_vault_rate") == []


def test_a_record_that_is_asked_for_by_id_is_kept_too(rates: Rates) -> None:
    with rates.seller() as env:
        env.get(Rate, rates.low)

    with rates.seller() as env, counting(rates.platform.server.engine) as sent:
        assert env.get(Rate, rates.low).marks == ["a"]

    assert sent.touching("sample_vault_rate") == []


def test_each_user_is_given_the_rows_of_their_companies(rates: Rates) -> None:
    with rates.system() as env:
        assert names(env) == ["Low", "Foreign"]

    with rates.seller() as env:
        assert names(env) == ["Low"]
        assert env.session.get(env[Rate], rates.foreign) is None
    with rates.seller(companies=(rates.there,)) as env:
        assert names(env) == ["Foreign"]
    with rates.seller(companies=(rates.here, rates.there)) as env:
        assert names(env) == ["Low", "Foreign"]


def test_who_may_not_read_the_model_is_refused_although_it_is_in_memory(rates: Rates) -> None:
    with rates.system() as env:
        assert names(env) == ["Low", "Foreign"]

    with rates.as_("base.user") as env:
        with pytest.raises(NotAllowed):
            env.kept(Rate)
        with pytest.raises(NotAllowed):
            env.get(Rate, rates.low)


def test_a_hidden_field_stays_hidden_in_what_is_kept(rates: Rates) -> None:
    with rates.as_("sample_vault.boss") as env:
        assert [rate.discount for rate in env.kept(Rate)] == [Decimal("7.77")]

    with rates.seller() as env:
        (rate,) = env.kept(Rate)
        assert "discount" not in vars(rate)
        with pytest.raises(FieldRefused):
            _ = rate.discount
        with env.system("look") as system:
            assert system.get(Rate, rates.low).discount == Decimal("7.77")
        with pytest.raises(FieldRefused):
            _ = rate.discount


def test_the_next_transaction_sees_what_another_one_changed(rates: Rates) -> None:
    with rates.seller() as env:
        assert names(env) == ["Low"]

    with rates.as_("sample_vault.boss") as env:
        env.get(Rate, rates.low).name = "Lower"
        env.session.add(env[Rate](name="High"))
        assert names(env) == ["Lower", "High"]
    with rates.seller() as env:
        assert names(env) == ["Lower", "High"]

    with rates.as_("sample_vault.boss") as env:
        env.bulk_update(Rate, env[Rate].name == "High", {"name": "Highest"})
        env.bulk_insert(Rate, [{"name": "Middle", "marks": []}])
        env.session.delete(env.get(Rate, rates.low))
        assert names(env) == ["Highest", "Middle"]
    with rates.seller() as env:
        assert names(env) == ["Highest", "Middle"]
        assert env.session.get(env[Rate], rates.low) is None

    with rates.as_("sample_vault.boss") as env:
        env.bulk_delete(Rate, env[Rate].name == "Middle")
    with rates.seller() as env:
        assert names(env) == ["Highest"]


def test_what_was_rolled_back_is_never_kept(rates: Rates) -> None:
    def fail() -> None:
        with rates.as_("sample_vault.boss") as env:
            env.get(Rate, rates.low).name = "Never"
            env.session.flush()
            assert names(env) == ["Never"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with rates.seller() as env:
        assert names(env) == ["Low"]


def test_an_old_copy_cannot_overwrite_a_newer_row(rates: Rates) -> None:
    from core.errors import Stale

    with rates.as_("sample_vault.boss") as slow:
        assert names(slow) == ["Low"]
        with rates.as_("sample_vault.boss") as quick:
            quick.get(Rate, rates.low).name = "Quick"
        slow.get(Rate, rates.low).name = "Slow"
        with pytest.raises(Stale):
            slow.session.flush()
        slow.session.rollback()

    with rates.seller() as env:
        assert names(env) == ["Quick"]


def test_a_list_changed_in_place_does_not_change_what_is_kept(rates: Rates) -> None:
    with rates.seller() as env:
        env.get(Rate, rates.low).marks.append("mine")

    with rates.seller() as env:
        assert env.get(Rate, rates.low).marks == ["a"]


def test_a_setting_is_read_once_and_followed_when_it_changes(rates: Rates) -> None:
    with rates.system() as env:
        env.set_setting("sample_vault.colours", ["red"])
    with rates.seller() as env:
        env.setting("sample_vault.colours").append("mine")

    with rates.seller() as env, counting(rates.platform.server.engine) as sent:
        assert env.setting("sample_vault.colours") == ["red"]
    assert sent.touching("core_setting") == []

    with rates.system() as env:
        env.set_setting("sample_vault.colours", ["blue"])
        assert env.setting("sample_vault.colours") == ["blue"]
    with rates.seller() as env:
        assert env.setting("sample_vault.colours") == ["blue"]


def test_readers_at_the_same_time_never_go_back(rates: Rates) -> None:
    rounds = 12

    def write() -> None:
        for n in range(rounds):
            with rates.as_("sample_vault.boss") as env:
                env.get(Rate, rates.low, lock=True).name = f"{n:03}"

    def read() -> list[str]:
        seen = []
        for _ in range(rounds * 2):
            with rates.seller() as env:
                seen.append(names(env)[0])
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        pool.submit(write).result()
        for reader in readers:
            seen = [name for name in reader.result() if name != "Low"]
            assert seen == sorted(seen)
    with rates.seller() as env:
        assert names(env) == [f"{rounds - 1:03}"]


def test_the_elevated_side_takes_over_what_the_user_has_read(rates: Rates) -> None:
    with rates.system() as env:
        deal_id = env.add(Deal, title="Forklift", owner_id=rates.ana, company_id=rates.here).id

    with rates.seller() as env:
        mine = env.get(Deal, deal_id)
        with counting(rates.platform.server.engine) as sent, env.system("rename") as system:
            theirs = system.get(Deal, deal_id)
            assert (theirs is mine, theirs.title) == (False, "Forklift")
            theirs.title = "Crane"
        assert len(sent.touching("SELECT")) == 0
        with counting(rates.platform.server.engine) as sent:
            assert (mine.title, mine.version) == ("Crane", 2)
        assert sent == []
        with pytest.raises(FieldRefused):
            _ = mine.margin

    with rates.system() as env:
        assert env.session.scalars(select(env[Deal].title)).all() == ["Crane"]


def test_what_the_elevated_side_takes_out_of_sight_is_read_again(rates: Rates) -> None:
    from sqlalchemy.orm.exc import ObjectDeletedError

    with rates.system() as env:
        deal_id = env.add(
            Deal, title="Forklift", owner_id=rates.ana, amount=Decimal(99), company_id=rates.here
        ).id

    with rates.seller() as env:
        mine = env.get(Deal, deal_id)
        with env.system("hand over") as system:
            system.get(Deal, deal_id).owner_id = None
        with pytest.raises(ObjectDeletedError):
            _ = mine.title


def test_what_goes_with_its_owner_is_forgotten_too(rates: Rates) -> None:
    with rates.system() as env:
        label = env.add(Label, text="Autumn")
        env.add(Rate, name="Autumn rate", label_id=label.id, company_id=rates.here)
    with rates.seller() as env:
        assert [rate.name for rate in env.kept(Rate, label_id=label.id)] == ["Autumn rate"]

    with rates.system() as env:
        env.session.delete(env.get(Label, label.id))

    with rates.seller() as env:
        assert env.kept(Rate, label_id=label.id) == []
