"""The examples are real documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from addons.erp_accounting import demo
from addons.erp_accounting.models import Invoice, InvoiceState
from addons.erp_accounting.services import verification

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("l10n_fr")


def test_the_examples_hold_every_invariant(env: Env) -> None:
    demo.load(env)

    posted = select(func.count()).where(env[Invoice].state == InvoiceState.POSTED)
    assert env.session.scalars(posted).one() == len(demo.SALES) + len(demo.BILLS)
    assert list(verification.findings(env)) == []
