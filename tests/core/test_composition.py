from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.builtin.models import Company, SettingValue

if TYPE_CHECKING:
    from core.env import Env


def test_a_record_is_read_back_as_it_was_written(env: Env) -> None:
    company = env.add(Company, name="Kervran", currency="EUR")

    env.session.expire_all()

    assert env.get(Company, company.id).name == "Kervran"
    assert company.version == 1


def test_a_series_of_numbers_has_no_gap(env: Env) -> None:
    taken = [env.next_number("invoice", "2026") for _ in range(3)]

    assert taken == [1, 2, 3]
    assert env.next_number("invoice", "2027") == 1


def test_a_setting_of_the_company_wins_over_the_workspace(env: Env) -> None:
    env.set_setting("sales.validity", 30, workspace=True)
    env.set_setting("sales.validity", 15)

    assert env.setting("sales.validity") == 15
    assert len(env.session.scalars(select(env[SettingValue])).all()) == 2
