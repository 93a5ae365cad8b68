from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Party
from core.api import aside

if TYPE_CHECKING:
    from core.env import Env
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("base")


def test_what_is_written_aside_is_seen_by_others_before_the_work_ends(workspace: LiveWorkspace) -> None:
    def names(env: Env) -> set[str]:
        found = env.session.scalars(select(env[Party].name).where(env[Party].name.in_(["Beside", "Within"])))
        return set(found)

    def work() -> None:
        with workspace.env() as env:
            env.add(Party, name="Within")
            with aside(env) as beside:
                beside.add(Party, name="Beside")
            with workspace.env() as other:
                told.append(names(other))
            raise ZeroDivisionError

    told: list[set[str]] = []
    with pytest.raises(ZeroDivisionError):
        work()

    with workspace.env() as env:
        assert told == [{"Beside"}]
        assert names(env) == {"Beside"}
