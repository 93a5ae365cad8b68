"""Write the invoices that come back when their day has come, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.services import timeline
from addons.erp_accounting.models import Recurrence, RecurrenceRun
from addons.erp_accounting.services import correcting, invoices
from addons.erp_accounting.services.terms import add_months
from core.api import CoreError, Invalid, _, in_company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from addons.erp_accounting.models import Invoice
    from core.api import Env

AT_ONCE = 120
"""Days of one recurrence written in one run, when it begins far in the past."""


def days_due(recurrence: Recurrence, today: date) -> Iterator[date]:
    """The days not written yet up to today, counted from the first so that the 31st comes back."""
    for number in range(recurrence.done, recurrence.done + AT_ONCE):
        day = add_months(recurrence.first_on, number * recurrence.months)
        if day > today or (recurrence.until is not None and day > recurrence.until):
            return
        yield day


def write(env: Env, recurrence: Recurrence, today: date | None = None) -> list[Invoice]:
    """Write what is due of one recurrence. Its row is held meanwhile: two at once write it once."""
    held = env.get(Recurrence, recurrence.id, lock=True)
    written = []
    for day in list(days_due(held, today or env.today())):
        invoice = correcting.again(env, held.invoice)
        invoice.date = day
        env.add(
            RecurrenceRun,
            company_id=held.company_id,
            recurrence_id=held.id,
            day=day,
            invoice_id=invoice.id,
        )
        held.done += 1
        timeline.log(env, invoice, _("Written by {name}", name=held.name), party=invoice.party)
        if held.post:
            invoices.post(env, invoice)
        written.append(invoice)
    held.problem = ""
    env.session.flush()
    return written


def write_all(env: Env, today: date | None = None) -> int:
    """Write what is due in the companies at hand; what is refused is told and tried again."""
    model = env[Recurrence]
    count = 0
    due = select(model).where(model.active, model.company_id.in_(env.company_ids)).order_by(model.id)
    for recurrence in env.session.scalars(due).all():
        inside = in_company(env, recurrence.company_id)
        try:
            with inside.session.begin_nested():
                count += len(write(inside, recurrence, today))
        except CoreError as error:
            recurrence.problem = f"{error.message} {error.hint or ''}".strip()[:500]
            env.session.flush()
    return count


def write_now(env: Env, recurrence: Recurrence) -> None:
    """Write what is due, as its form asks for it."""
    write(env, recurrence)


def repeat(
    env: Env, invoice: Invoice, *, months: Decimal | int = 1, first_on: date | None = None, post: bool = False
) -> Recurrence:
    """Begin to repeat a customer invoice."""
    if not 1 <= months <= 120 or months != int(months):
        raise Invalid(fields={"months": _("Choose 1 to 120 whole months.")})
    return env.add(
        Recurrence,
        company_id=env.company_id,
        name=f"{invoice.party.name} {invoice.number or ''}".strip()[:100],
        invoice_id=invoice.id,
        months=int(months),
        first_on=first_on or env.today(),
        post=bool(post),
    )
