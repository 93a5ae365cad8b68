"""The offers of a request for quotation side by side."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from addons.erp_purchase.models import Quotation, QuotationLine, Request, RequestLine
from addons.erp_purchase.queries import comparison
from addons.erp_purchase.services import requests
from core.api import Env, NotFound, Page, Redirect, _, action, page
from core.api import Request as Asked

READER = "erp_purchase.reader"
BUYER = "erp_purchase.buyer"
NOBODY = "none"


@page("/purchasing/requests/{request_id:int}", access=READER)
def show(env: Env, request_id: int) -> Page:
    """Lines down, vendors across; the best price and the shortest lead time marked."""
    found = _found(env, request_id)
    return Page(
        "erp_purchase/comparison.html",
        {
            "asked": found,
            "table": comparison.of(env, found),
            "currency": env.company.currency,
            "may_choose": found.is_open and env.access.allows(QuotationLine, "u"),
        },
    )


@action("/purchasing/requests/{request_id:int}/choose", access=BUYER)
def choose(env: Env, request: Asked, request_id: int) -> Redirect:
    """Keep what was chosen; ``order`` makes the orders of it."""
    found = _found(env, request_id)
    for line in found.lines:
        value = request.form.get(f"line-{line.id}")
        if value == NOBODY:
            requests.choose_none(env, env.get(RequestLine, line.id))
        elif value:
            requests.choose(env, env.get(QuotationLine, int(value)))
    if request.form.get("do") == "order":
        made = requests.make_orders(env, found)
        if len(made) == 1:
            return Redirect(f"/app/erp_purchase/order/{made[0].id}", toast=str(_("Order drafted.")))
        return Redirect(
            "/app/erp_purchase/order/?f=state:draft", toast=str(_("{n} orders drafted.", n=len(made)))
        )
    return Redirect(f"/purchasing/requests/{request_id}", toast=str(_("Choice kept.")))


@action("/purchasing/requests/{request_id:int}/best", access=BUYER)
def choose_best(env: Env, request_id: int) -> Redirect:
    """Choose the lowest price of each line."""
    found = _found(env, request_id)
    for line in comparison.best_offers(env, found):
        requests.choose(env, line)
    return Redirect(f"/purchasing/requests/{request_id}", toast=str(_("The lowest prices are chosen.")))


def _found(env: Env, request_id: int) -> Request:
    """The request with everything the table shows, in a fixed number of statements."""
    model, quotation, line, asked = env[Request], env[Quotation], env[QuotationLine], env[RequestLine]
    found = env.session.scalars(
        select(model)
        .where(model.id == request_id)
        .options(
            selectinload(model.lines).options(joinedload(asked.product), joinedload(asked.unit)),
            selectinload(model.quotations).options(
                joinedload(quotation.party), selectinload(quotation.lines).joinedload(line.request_line)
            ),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("There is no such request for quotation."), hint=_("Choose one of the list."))
    env.move_to(found.company_id)
    return found


ROUTES = (show, choose, choose_best)
