"""Declare value added tax: fill in the boxes, settle the accounts, carry a credit forward.

A return declares what came due since the first one that was filed, less what has been declared: whatever is
posted late, paid back or unreconciled enters the next return by itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import JournalKind, ReturnState, TaxReturn
from addons.erp_accounting.queries.taxes import Taxes, taxes, taxes_of
from addons.erp_accounting.services import entries, ledgers, settlement
from core.api import ZERO, RuleBroken, _, currency_quantum

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_accounting.models import AccountedTax
    from addons.erp_accounting.taxforms import TaxForm
    from core.api import Env


class AlreadyFiled(RuleBroken):
    def __init__(self, until: date) -> None:
        super().__init__(
            _("Tax is already declared until {until}.", until=until),
            hint=_("Choose days after it, or cancel that return."),
        )


class NotTheLastReturn(RuleBroken):
    def __init__(self, title: str) -> None:
        super().__init__(
            _("A later return follows {title}.", title=title), hint=_("Cancel the last return first.")
        )


@dataclass(frozen=True, slots=True)
class Box:
    """One line of a return. kind: "" for what is declared, "total" for a sum, "grand" for what is to be paid
    or carried. part: "operations", "due" or "deductible"."""

    box: str
    label: str
    part: str
    base: Decimal | None = None
    tax: Decimal | None = None
    kind: str = ""


@dataclass(slots=True)
class Declaration:
    """A return as it would be filed today."""

    form: TaxForm | None
    start: date
    end: date
    taxes: Taxes
    brought: Decimal
    boxes: list[Box] = field(default_factory=list)
    payable: Decimal = ZERO
    credit: Decimal = ZERO

    def box(self, name: str) -> Box:
        """A line by its box."""
        return next(one for one in self.boxes if one.box == name)


def form_of(env: Env) -> TaxForm | None:
    """The form of the company's country; None: one line a tax."""
    country = env.company.country
    offered = chain.from_iterable(env.hooks.declare_tax_forms())
    return next((form for form in offered if form.country == country), None)


def filed(env: Env) -> list[TaxReturn]:
    """The company's filed returns in order."""
    model = env[TaxReturn]
    return list(
        env.session.scalars(
            select(model)
            .where(model.company_id == env.company_id, model.state == ReturnState.FILED)
            .order_by(model.start)
        )
    )


def next_period(env: Env) -> tuple[date, date]:
    """The month after the last return; without one, the last whole month."""
    returns = filed(env)
    if returns:
        start = returns[-1].end + timedelta(days=1)
    else:
        start = (env.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    following = (start.replace(day=28) + timedelta(days=4)).replace(day=1)
    return start, following - timedelta(days=1)


def declare(env: Env, start: date, end: date) -> Declaration:
    """Fill in the boxes for a period. Nothing is written."""
    earlier = [one for one in filed(env) if one.end < start]
    found = taxes(env, min([start, *(one.start for one in earlier)]), end)
    for one in earlier:
        for code, (base, due, deductible) in one.figures.items():
            figure = found.figures[code]
            figure.base -= Decimal(base)
            figure.due -= Decimal(due)
            figure.deductible -= Decimal(deductible)
        for account, balance in one.accounts.items():
            found.accounts[int(account)] -= Decimal(balance)
    brought = earlier[-1].credit if earlier else ZERO
    form = form_of(env)
    result = Declaration(form, start, end, found, brought)
    known = taxes_of(env)
    if form is None:
        _fill_generic(env, result, known)
    else:
        _fill(result, form, known)
    return result


def file(env: Env, start: date, end: date) -> TaxReturn:
    """Declare a period: keep its figures and post the entry that settles its accounts."""
    returns = filed(env)
    if returns and start <= returns[-1].end:
        raise AlreadyFiled(returns[-1].end)
    found = declare(env, start, end)
    entry = _settle(env, found)
    return env.add(
        TaxReturn,
        company_id=env.company_id,
        form=found.form.key if found.form else "",
        start=start,
        end=end,
        brought=found.brought,
        payable=found.payable,
        credit=found.credit,
        boxes=[[one.box, one.label, _text(one.base), _text(one.tax)] for one in found.boxes],
        figures={
            code: [str(one.base), str(one.due), str(one.deductible)]
            for code, one in found.taxes.figures.items()
            if one.base or one.due or one.deductible
        },
        accounts={str(key): str(balance) for key, balance in found.taxes.accounts.items() if balance},
        entry_id=entry,
        filed_at=env.now(),
        filed_by_id=env.user.id,
    )


def cancel(env: Env, declared: TaxReturn) -> None:
    """Take the last return back: its entry is reversed and the period can be declared anew."""
    if filed(env)[-1:] != [declared]:
        raise NotTheLastReturn(declared.title)
    declared.state = ReturnState.CANCELLED
    env.session.flush()
    if declared.entry is not None:
        settlement.mirror(env, declared.entry, date=declared.entry.date)


def _settle(env: Env, found: Declaration) -> int | None:
    lines = [
        entries.signed(account, -balance)
        for account, balance in sorted(found.taxes.accounts.items())
        if balance
    ]
    if found.brought:
        lines.append(entries.signed(ledgers.account_id(env, "tax_credit"), -found.brought))
    if found.payable:
        lines.append(entries.signed(ledgers.account_id(env, "tax_payable"), -found.payable))
    if found.credit:
        lines.append(entries.signed(ledgers.account_id(env, "tax_credit"), found.credit))
    left = sum((line.credit - line.debit for line in lines), ZERO)
    if left:
        purpose = "rounding" if left > 0 else "write_off_gain"
        lines.append(entries.signed(ledgers.account_id(env, purpose), left))
    if not lines:
        return None
    return entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=found.end,
        lines=lines,
        label=str(_("Tax return {start} to {end}", start=found.start, end=found.end)),
    ).id


def _fill(result: Declaration, form: TaxForm, known: dict[str, AccountedTax]) -> None:
    """The boxes of a country's form; what is negative goes where the form takes it back."""
    bases: dict[str, Decimal] = defaultdict(lambda: ZERO)
    rates: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    deducted: dict[str, Decimal] = defaultdict(lambda: ZERO)
    due_from: dict[str, Decimal] = defaultdict(lambda: ZERO)
    deducted_from: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for code, figure in result.taxes.figures.items():
        tax = known[code]
        bases[tax.base_box] += figure.base
        if tax.due_box:
            rates[tax.due_box][0] += figure.base
            rates[tax.due_box][1] += figure.due
        deducted[tax.deductible_box] += figure.deductible
        due_from[tax.base_box] += figure.due
        deducted_from[tax.base_box] += figure.deductible
    whole = {box: _rounded(amount, form.unit) for box, amount in bases.items()}
    owed = {box: (_rounded(base, form.unit), _rounded(tax, form.unit)) for box, (base, tax) in rates.items()}
    back = {box: _rounded(amount, form.unit) for box, amount in deducted.items()}
    taken_due = -sum((tax for _base, tax in owed.values() if tax < 0), ZERO)
    taken_back = -sum((amount for amount in back.values() if amount < 0), ZERO)
    taken_base, taken_untaxed = (
        -sum((min(whole.get(box, ZERO), ZERO) for box, _label in lines), ZERO)
        for lines in (form.taxed, form.untaxed)
    )
    more = {form.base_back: taken_base, form.untaxed_back: taken_untaxed}
    boxes = result.boxes
    for box, label in (*form.taxed, *form.untaxed):
        amount = max(whole.get(box, ZERO), ZERO) + more.get(box, ZERO)
        boxes.append(Box(box, label, "operations", base=amount))
    total = ZERO
    for box, label in form.due:
        base, amount = owed.get(box, (ZERO, ZERO))
        amount = max(amount, ZERO) + (taken_back if box == form.due_back else ZERO)
        total += amount
        boxes.append(Box(box, label, "due", None if box == form.due_back else max(base, ZERO), amount))
    boxes.append(Box(*form.due_total, "due", tax=total, kind="total"))
    for box, (label, origins) in form.due_of.items():
        part = max(sum((due_from[origin] for origin in origins), ZERO), ZERO)
        boxes.append(Box(box, label, "due", tax=_rounded(part, form.unit)))
    minus = ZERO
    for box, label in form.deductible:
        amount = max(back.get(box, ZERO), ZERO) + (taken_due if box == form.deductible_back else ZERO)
        minus += amount
        boxes.append(Box(box, label, "deductible", tax=amount))
    minus += result.brought
    boxes.append(Box(*form.carried, "deductible", tax=result.brought))
    boxes.append(Box(*form.deductible_total, "deductible", tax=minus, kind="total"))
    for box, (label, origins) in form.deductible_of.items():
        part = max(sum((deducted_from[origin] for origin in origins), ZERO), ZERO)
        boxes.append(Box(box, label, "deductible", tax=_rounded(part, form.unit)))
    result.payable, result.credit = max(total - minus, ZERO), max(minus - total, ZERO)
    boxes.append(Box(*form.credit, "result", tax=result.credit))
    boxes.append(Box(*form.carry, "result", tax=result.credit, kind="grand"))
    boxes.append(Box(*form.payable, "result", tax=result.payable, kind="grand"))


def _fill_generic(env: Env, result: Declaration, known: dict[str, AccountedTax]) -> None:
    """One line a tax, to the cent."""
    unit = currency_quantum(env.company.currency)
    total = minus = ZERO
    figures = {code: result.taxes.figures[code] for code in known if code in result.taxes.figures}
    boxes = result.boxes
    for code, figure in figures.items():
        if not known[code].reverse_rate and not figure.due and not figure.deductible:
            boxes.append(Box(code, known[code].name, "operations", base=_rounded(figure.base, unit)))
    for code, figure in figures.items():
        if figure.due:
            tax = _rounded(figure.due, unit)
            total += tax
            boxes.append(Box(code, known[code].name, "due", _rounded(figure.base, unit), tax))
    boxes.append(Box("", str(_("Tax owed")), "due", tax=total, kind="total"))
    for code, figure in figures.items():
        if figure.deductible:
            tax = _rounded(figure.deductible, unit)
            minus += tax
            boxes.append(Box(code, known[code].name, "deductible", _rounded(figure.base, unit), tax))
    if result.brought:
        minus += result.brought
        boxes.append(Box("", str(_("Credit brought forward")), "deductible", tax=result.brought))
    boxes.append(Box("", str(_("Tax deducted")), "deductible", tax=minus, kind="total"))
    result.payable, result.credit = max(total - minus, ZERO), max(minus - total, ZERO)
    label = _("Credit carried forward") if result.credit else _("To be paid")
    boxes.append(Box("", str(label), "result", tax=result.credit or result.payable, kind="grand"))


def codes_of(result: Declaration, known: dict[str, AccountedTax], box: str) -> dict[str, set[str]]:
    """Role ("base", "due", "deductible") -> codes of the taxes that stand in a box."""
    found: dict[str, set[str]] = {"base": set(), "due": set(), "deductible": set()}
    for code, tax in known.items():
        if result.form is None:
            if code == box:
                found = {role: {code} for role in found}
            continue
        if box == tax.base_box:
            found["base"].add(code)
        if box == tax.due_box:
            found["due"].add(code)
        if box == tax.deductible_box:
            found["deductible"].add(code)
        if box in result.form.due_of and tax.base_box in result.form.due_of[box][1]:
            found["due"].add(code)
        if box in result.form.deductible_of and tax.base_box in result.form.deductible_of[box][1]:
            found["deductible"].add(code)
    return found


def _rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Half a unit counts as one, away from zero."""
    return (amount / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
