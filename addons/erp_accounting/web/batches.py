"""Choose what a SEPA file pays or collects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.erp_accounting.models import BankAccount, Direction
from addons.erp_accounting.services import sepa
from core.api import CoreError, Env, Fields, Invalid, Page, Redirect, Request, RuleBroken, _, action, page

if TYPE_CHECKING:
    from collections.abc import Sequence

INVOICING = "erp_accounting.invoicing"
HERE = "/accounting/batches/new"


@dataclass
class Typed:
    direction: Direction
    day: date
    bank: int | None = None
    until: date | None = None
    chosen: set[int] = field(default_factory=set)


@page(HERE, access=INVOICING)
def choose(env: Env, request: Request) -> Page:
    """Open bills or invoices, those that are due marked."""
    direction = _direction(request.query)
    typed = Typed(direction, sepa.usual_day(env, direction))
    found = sepa.candidates(env, direction)
    typed.chosen = {one.item.id for one in found if not one.missing and one.item.due_date <= env.today()}
    return _page(env, typed, found, None)


@action(HERE, access=INVOICING)
def create(env: Env, request: Request) -> Page | Redirect:
    """Make the batch; refused, the choice stays on the screen."""
    direction = _direction(request.form)
    typed = Typed(direction, sepa.usual_day(env, direction), request.form.integer("bank_account"))
    typed.chosen = {int(one) for one in request.form.all("item") if one.isdecimal()}
    try:
        typed.day = date.fromisoformat(request.form.get("execution_date"))
        bank = env.get(BankAccount, typed.bank or 0) if typed.bank else None
        if bank is None:
            raise Invalid(fields={"bank_account": _("Choose an account in euros with an IBAN.")})
        with env.session.begin_nested():
            batch = sepa.create(env, direction, bank, sorted(typed.chosen), typed.day)
    except ValueError:
        problem: CoreError = Invalid(fields={"execution_date": _("Choose a day.")})
    except (Invalid, RuleBroken) as error:
        problem = error
    else:
        return Redirect(f"/app/erp_accounting/payment_batch/{batch.id}", toast=_("Batch created."))
    return _page(env, typed, sepa.candidates(env, direction), problem)


def _direction(fields: Fields) -> Direction:
    return Direction.IN if fields.get("direction") == "in" else Direction.OUT


def _page(env: Env, typed: Typed, found: Sequence[sepa.Candidate], problem: CoreError | None) -> Page:
    model = env[BankAccount]
    banks = env.session.scalars(
        select(model)
        .where(
            model.company_id == env.company_id,
            model.active,
            model.iban.is_not(None),
            model.currency == sepa.EURO,
        )
        .order_by(model.id)
    ).all()
    context: dict[str, Any] = {
        "here": HERE,
        "typed": typed,
        "found": found,
        "banks": [(bank.id, bank.title) for bank in banks],
        "problem": problem,
        "errors": dict(problem.fields) if isinstance(problem, Invalid) else {},
        "today": env.today(),
    }
    return Page("erp_accounting/batch.html", context, status=422 if problem else 200)


ROUTES = (choose, create)
