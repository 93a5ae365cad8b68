"""Register what was received or sent and share it out over the open items of one customer or supplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import (
    Direction,
    JournalKind,
    OpenItem,
    Payment,
    PaymentState,
)
from addons.erp_accounting.services import adjusting, entries, ledgers, settlement
from addons.erp_accounting.services.entries import signed
from addons.erp_accounting.services.payments import AmountNotPositive, NoBankAccount, NotPayable, PaidTogether
from addons.erp_accounting.services.rates import rate_on
from addons.erp_accounting.services.under_way import under_way
from core.api import ZERO, NotFound, RuleBroken, _, format_money, round_money, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_accounting.models import Account, Invoice, Journal
    from core.api import Env


class TooMuchAllocated(RuleBroken):
    def __init__(self, wanted: str, there: str) -> None:
        super().__init__(
            _("{wanted} is allocated, but only {there} is there.", wanted=wanted, there=there),
            hint=_("Lower an amount, or enter what was really received or sent."),
        )


class MoreThanOpen(RuleBroken):
    def __init__(self, document: str, open_amount: str) -> None:
        super().__init__(
            _("{document} is open for {amount} only.", document=document, amount=open_amount),
            hint=_("Allocate at most that: what is left of the payment stays as credit."),
        )


class TooMuchCredit(RuleBroken):
    def __init__(self, used: str, wanted: str) -> None:
        super().__init__(
            _("{used} of credit is used for {wanted}.", used=used, wanted=wanted),
            hint=_("Use less of the credit, or allocate more."),
        )


class NothingAllocated(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("There is neither a payment nor anything allocated."),
            hint=_("Enter an amount, or choose what the credit settles."),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What one open item gets (or, when it is credit, gives): positive, in its currency."""

    item: int
    amount: Decimal = ZERO
    discount: bool = False
    """Deduct the early-payment discount of its invoice too."""
    write_off: bool = False
    """Give up what is left after that."""


@dataclass(slots=True)
class _Target:
    item: OpenItem
    wish: Wish
    adjusted: Decimal = ZERO
    """Discount and write-off, positive."""


@dataclass(slots=True)
class _Source:
    """Credit or the payment itself, and how much of it is left to use."""

    item: OpenItem
    left: Decimal


def allocate(
    env: Env,
    party: Party,
    wishes: Sequence[Wish],
    *,
    direction: Direction,
    amount: Decimal = ZERO,
    date: date | None = None,
    journal: Journal | None = None,
    currency: str = "",
    memo: str = "",
    write_off_account: Account | None = None,
    write_off_rest: bool = False,
) -> Payment | None:
    """Post a payment of `amount` and settle each wish with it and with the credit that is used.

    direction: IN settles what the party owes with what it paid; OUT the reverse. What is not allocated stays
    as credit, or is written off with `write_off_rest`. An amount of zero uses credit alone: no payment then.
    All or nothing: refused, it writes nothing.
    """
    if amount < 0:
        raise AmountNotPositive
    day = date or env.today()
    items = _locked(env, party, wishes)
    money, account = _common(env, items, currency, direction)
    side = 1 if direction is Direction.IN else -1
    targets, sources = _sort(items, wishes, side)
    used, wanted = _sum(source.left for source in sources), _sum(one.wish.amount for one in targets)
    _check_sums(money, amount, used, wanted)
    rest = amount + used - wanted if write_off_rest else ZERO
    adjustments = [(target, adjusting.adjustment(env, target.item, target.wish, day)) for target in targets]
    if not (amount or wanted or any(found for _target, found in adjustments)):
        raise NothingAllocated
    for target, found in adjustments:
        target.adjusted = found.amount if found else ZERO
    payment = None
    if amount:
        written_off = _sum(target.adjusted for target in targets) - rest
        payment = _pay(
            env, party, direction, day, journal, amount, money, account, written_off=written_off, memo=memo
        )
        assert payment.entry_id is not None  # noqa: S101 - posting has just set it
        (own,) = settlement.items_of(env, [payment.entry_id], account)
        sources.append(_Source(own, amount))
    origin = payment.number or "" if payment else ""
    for target, found in adjustments:
        if found:
            adjusting.book(env, target.item, found, day, write_off_account, origin)
    _settle(env, targets, sources)
    if rest:
        adjusting.keep(env, sources[-1].item, rest, day, write_off_account, origin)
    touched = {source.item.entry_id for source in sources} | {target.item.entry_id for target in targets}
    settlement.refresh_invoices(env, touched, day=day)
    return payment


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _locked(env: Env, party: Party, wishes: Sequence[Wish]) -> list[OpenItem]:
    """The items that are wished for, held until the transaction ends, oldest due first."""
    model = env[OpenItem]
    ids = [wish.item for wish in wishes if wish.amount or wish.discount or wish.write_off]
    if len(set(ids)) != len(ids):
        raise NothingAllocated
    settlement.hold(env, env.session.scalars(select(model.entry_id).where(model.id.in_(ids))))
    found = list(
        env.session.scalars(
            select(model)
            .where(model.id.in_(ids), model.party_id == party.id, model.company_id == env.company_id)
            .order_by(model.due_date, model.id)
            .with_for_update(of=model)
            .execution_options(populate_existing=True)
        )
    )
    if len(found) != len(ids):
        raise NotFound(
            _("One of the open amounts is not of {party}.", party=party.name),
            hint=_("Choose the customer or supplier again."),
        )
    return found


def _common(env: Env, items: Sequence[OpenItem], currency: str, direction: Direction) -> tuple[str, int]:
    """The currency and the account that all of them share."""
    if len({item.account_id for item in items}) > 1:
        raise settlement.DifferentAccounts
    money = currency or (items[0].currency if items else env.company.currency)
    if any(item.currency != money for item in items):
        raise PaidTogether
    purpose = "receivable" if direction is Direction.IN else "payable"
    return money, items[0].account_id if items else ledgers.account_id(env, purpose)


def _sort(
    items: Sequence[OpenItem], wishes: Sequence[Wish], side: int
) -> tuple[list[_Target], list[_Source]]:
    """What is to be settled, and how much of each credit is used."""
    wished = {wish.item: wish for wish in wishes}
    targets: list[_Target] = []
    sources: list[_Source] = []
    for item in items:
        wish = wished[item.id]
        left = abs(item.residual_currency)
        if wish.amount < 0 or wish.amount > left:
            raise MoreThanOpen(item.entry.number or "", format_money(left, item.currency))
        if (item.amount or item.amount_currency) * side > 0:
            targets.append(_Target(item, wish))
        elif wish.amount:
            sources.append(_Source(item, wish.amount))
    return targets, sources


def _check_sums(money: str, amount: Decimal, used: Decimal, wanted: Decimal) -> None:
    if wanted > amount + used:
        raise TooMuchAllocated(format_money(wanted, money), format_money(amount + used, money))
    if used > wanted:
        raise TooMuchCredit(format_money(used, money), format_money(wanted, money))


def _pay(
    env: Env,
    party: Party,
    direction: Direction,
    day: date,
    journal: Journal | None,
    amount: Decimal,
    money: str,
    account: int,
    *,
    written_off: Decimal,
    memo: str,
) -> Payment:
    """Bank against the party's account."""
    book = journal or entries.journal_of(env, JournalKind.BANK)
    target = under_way(env, book) or book.account_id
    if target is None:
        raise NoBankAccount(book.name)
    home = env.company.currency
    company = amount if money == home else round_money(amount * rate_on(env, money, day), home)
    side = 1 if direction is Direction.IN else -1
    more = {"label": memo, "currency": money}
    entry = entries.post_new(
        env,
        journal=book,
        date=day,
        lines=[
            signed(target, side * company, amount_currency=side * amount, **more),
            signed(account, -side * company, amount_currency=-side * amount, party=party.id, **more),
        ],
        label=memo,
    )
    payment = env[Payment](
        company_id=env.company_id,
        direction=direction,
        state=PaymentState.POSTED,
        number=entry.number,
        date=day,
        party_id=party.id,
        journal_id=book.id,
        account_id=account,
        amount=amount,
        currency=money,
        write_off=written_off,
        memo=memo,
        entry_id=entry.id,
    )
    with writing_closed(payment):
        env.session.add(payment)
    env.hooks.payment_posted(env=env, payment=payment)
    return payment


def _settle(env: Env, targets: Sequence[_Target], sources: Sequence[_Source]) -> None:
    """Each target takes from the credit that is used first, then from the payment."""
    for target in targets:
        wanted = target.wish.amount
        for source in sources:
            taken = min(wanted, source.left)
            if taken:
                settlement.settle(env, [target.item, source.item], limit=taken)
                source.left -= taken
                wanted -= taken


def pay(
    env: Env,
    invoice: Invoice,
    *,
    amount: Decimal | None = None,
    date: date | None = None,
    journal: Journal | None = None,
    discount: bool = False,
    write_off: bool = False,
    memo: str = "",
) -> Payment | None:
    """Register one payment of one invoice, as its form asks for it: its oldest instalments first."""
    env.lock(invoice)
    if not invoice.is_posted or invoice.entry_id is None or not invoice.open_amount:
        raise NotPayable(invoice)
    items = [
        item for item in settlement.items_of(env, [invoice.entry_id], invoice.account_id) if item.is_open
    ]
    paid = invoice.open_amount if amount is None else amount
    if paid <= 0:
        raise AmountNotPositive
    wishes, left = [], paid
    for item in items:
        found = adjusting.discount_of(env, item) if discount else None
        wanted = abs(item.residual_currency) - (found[1].total if found else ZERO)
        wishes.append(Wish(item.id, min(left, wanted), bool(found), write_off))
        left -= min(left, wanted)
    return allocate(
        env,
        invoice.party,
        wishes,
        direction=Direction.IN if invoice.kind.party_sign > 0 else Direction.OUT,
        amount=paid,
        date=date,
        journal=journal,
        currency=invoice.currency,
        memo=memo or "",
        write_off_rest=bool(write_off and left),
    )
