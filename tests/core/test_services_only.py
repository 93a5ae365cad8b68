"""What only services write is refused to everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addons.base.models import Party
from core.api import RuleBroken, ServicesOnly
from tests.base.factories import a_party

if TYPE_CHECKING:
    from core.api import Env


pytestmark = pytest.mark.addons("base")


class Refused(RuleBroken):
    def __init__(self) -> None:
        super().__init__("Kept by services.")


def test_kept_columns_are_refused_until_services_write(env: Env) -> None:
    kept, others = ServicesOnly("sample", Refused), ServicesOnly("another", Refused)
    stored, new = a_party(env, is_customer=False), env[Party](name="Castellane", is_customer=False)

    kept.refuse(env, new, "is_customer")  # what the column begins with anyway
    stored.name = "Castellane Marseille"
    kept.refuse(env, stored, "is_customer")  # another column
    new.is_customer = stored.is_customer = True
    for record, names in ((new, ("is_customer",)), (stored, ("is_customer",)), (new, ()), (stored, ())):
        with pytest.raises(Refused):
            kept.refuse(env, record, *names)

    kept.writing(env)
    kept.refuse(env, stored, "is_customer")
    kept.refuse(env, new)
    assert (kept.is_written(env), others.is_written(env)) == (True, False)
