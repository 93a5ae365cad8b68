"""Ask for goods that are needed, and follow the answer.

The contract with purchase and production: they implement the hook ``supply_requested``, put the requests of
their route on a document and call ``order``; when a receipt or a production order is planned for it, they
call ``plan``; when the document is given up, ``reopen``. All of these run elevated (``env.system``), and each
may be called again without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from addons.erp_stock.models import (
    OperationKind,
    SupplyRequest,
    SupplyRoute,
    SupplyState,
    kept,
)
from addons.erp_stock.services import shipments, warehouses
from addons.erp_stock.services.acting import acting
from addons.erp_stock.services.quantities import Demand
from core.api import RuleBroken, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.catalog.models import Product
    from addons.erp_stock.models import ReorderRule
    from core.api import Env


class AlreadyOnItsWay(RuleBroken):
    def __init__(self, request: SupplyRequest) -> None:
        super().__init__(
            _("{number} is already {state}.", number=request.number, state=request.state.label),
            hint=_("Cancel {document} instead.", document=request.document)
            if request.document
            else _("Make a new request."),
        )


@dataclass(frozen=True, slots=True)
class Need:
    """So much of a product, in its own unit, is wanted at a place (by default where receipts go)."""

    product: Product
    quantity: Decimal
    wanted_on: date
    route: SupplyRoute = SupplyRoute.PURCHASE
    location_id: int | None = None
    source_location_id: int | None = None
    """For a transfer: from where."""
    origin: str = ""
    key: str | None = None
    """Asked again with the same key while the request is not cancelled, nothing is added."""
    rule: ReorderRule | None = None


def request(env: Env, needs: Sequence[Need]) -> list[SupplyRequest]:
    """Make a request of each need that has none yet, and offer them to whoever answers their route.

    Gives the new ones. A request that nobody takes stays requested, for a person to see.
    """
    kept.keep(env)
    new = [made for need in needs if (made := _make(env, need)) is not None]
    for found in new:
        if found.route is SupplyRoute.TRANSFER:
            _transfer(env, found)
    if new:
        env.hooks.supply_requested(env=env, requests=new)
    return new


def order(env: Env, request: SupplyRequest, document: str) -> None:
    """The request stands on a document that is no promise yet: a request for quotation, a draft order."""
    request = _locked(env, request)
    if request.state is SupplyState.CANCELLED:
        raise AlreadyOnItsWay(request)
    if request.state is SupplyState.REQUESTED:
        request.state = SupplyState.ORDERED
    request.document = document
    env.session.flush()


def plan(env: Env, request: SupplyRequest, document: str) -> None:
    """A receipt or a production order is planned for the request; in the forecast it counts instead of it."""
    request = _locked(env, request)
    if request.state is SupplyState.CANCELLED:
        raise AlreadyOnItsWay(request)
    request.state, request.document = SupplyState.PLANNED, document
    env.session.flush()


def reopen(env: Env, request: SupplyRequest) -> None:
    """The document that answered was given up: the goods are wanted again. Nobody is told by a hook."""
    request = _locked(env, request)
    if request.state is not SupplyState.CANCELLED:
        request.state, request.document = SupplyState.REQUESTED, None
    env.session.flush()


@acting("give up a supply request", locks=True)
def cancel(env: Env, request: SupplyRequest) -> None:
    """Give up a request of which nothing is on its way; whoever has put it on a document is told."""
    request = _locked(env, request)
    if request.state not in {SupplyState.REQUESTED, SupplyState.ORDERED}:
        raise AlreadyOnItsWay(request)
    request.state = SupplyState.CANCELLED
    env.session.flush()
    env.hooks.supply_withdrawn(env=env, request=request)


@acting("offer a supply request again", locks=True)
def offer(env: Env, request: SupplyRequest) -> None:
    """Offer a request again that nobody took, as when purchase was enabled later."""
    request = _locked(env, request)
    if request.state is not SupplyState.REQUESTED:
        raise AlreadyOnItsWay(request)
    env.hooks.supply_requested(env=env, requests=[request])


def _make(env: Env, need: Need) -> SupplyRequest | None:
    location_id = need.location_id or warehouses.operation_type(env, OperationKind.RECEIPT).target_location_id
    record = env[SupplyRequest](
        product=need.product,
        product_id=need.product.id,
        quantity=need.quantity,
        location_id=location_id,
        wanted_on=need.wanted_on,
        route=need.route,
        source_location_id=need.source_location_id,
        origin=need.origin or None,
        key=need.key,
        rule_id=need.rule.id if need.rule else None,
    )
    try:
        with env.session.begin_nested():
            env.session.add(record)
    except IntegrityError:
        if need.key is None:
            raise
        return None  # somebody asked for the same need at the same moment, or before
    return record


def _transfer(env: Env, request: SupplyRequest) -> None:
    shipment = shipments.plan(
        env,
        OperationKind.INTERNAL,
        [Demand(request.product, request.quantity)],
        planned_on=request.wanted_on,
        origin=request.origin or request.number,
        source_id=request.source_location_id,
        target_id=request.location_id,
    )
    plan(env, request, shipment.number)


def _locked(env: Env, request: SupplyRequest) -> SupplyRequest:
    kept.keep(env)
    model = env[SupplyRequest]
    query = (
        select(model)
        .where(model.id == request.id)
        .with_for_update(of=model)
        .execution_options(populate_existing=True)
    )
    return env.session.scalars(query).one()
