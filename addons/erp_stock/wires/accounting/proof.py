"""Stock value = inventory account, per company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from addons.erp_accounting.models import Entry, EntryLine, EntryState, Ledger
from addons.erp_stock.models import Layer
from core.api import ZERO, Company, Finding, _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from core.api import Env


def findings(env: Env) -> Iterator[Finding]:
    """One finding for each company whose layers and inventory account differ."""
    company = env[Company]
    names = dict(env.session.execute(select(company.id, company.name)).all())
    layers, booked = _layers(env), _booked(env)
    for id_ in sorted(layers.keys() | booked.keys()):
        value, balance = layers.get(id_, ZERO), booked.get(id_, ZERO)
        if value != balance:
            detail = _("stock value {value}, inventory account {balance}", value=value, balance=balance)
            yield Finding("stock.ledger", names.get(id_, str(id_)), str(detail))


def difference(env: Env) -> Decimal:
    """What the books of the current company lack of its stock value."""
    return _layers(env).get(env.company.id, ZERO) - _booked(env).get(env.company.id, ZERO)


def _layers(env: Env) -> dict[int, Decimal]:
    layer = env[Layer]
    query = select(layer.company_id, func.sum(layer.value)).group_by(layer.company_id)
    return dict(env.session.execute(query).all())


def _booked(env: Env) -> dict[int, Decimal]:
    line, entry, ledger = env[EntryLine], env[Entry], env[Ledger]
    query = (
        select(ledger.company_id, func.sum(line.debit - line.credit))
        .join(line, line.account_id == ledger.inventory_id)
        .join(entry, entry.id == line.entry_id)
        .where(entry.state == EntryState.POSTED)
        .group_by(ledger.company_id)
    )
    return dict(env.session.execute(query).all())
