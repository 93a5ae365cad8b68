"""Register payments: partial, of several invoices, with credit left over or a difference written off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.models import (
    Account,
    Direction,
    Entry,
    Invoice,
    Journal,
    JournalKind,
    OpenItem,
    Payment,
    PaymentState,
)
from addons.erp_accounting.services import entries, ledgers, settlement
from addons.erp_accounting.services.rates import rate_on
from addons.erp_accounting.services.under_way import refuse_shown, under_way
from core.api import ZERO, RuleBroken, _, round_money, writing_closed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.base.models import Party
    from addons.erp_accounting.models import Allocation
    from core.api import Env


class NotPayable(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} cannot be paid: nothing is open.", invoice=invoice.title),
            hint=_("Post it first, or look at its payments."),
        )


class PaidTogether(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("One payment settles invoices of one customer or supplier, in one currency."),
            hint=_("Register one payment for each of them."),
        )


class AmountNotPositive(RuleBroken):
    def __init__(self) -> None:
        super().__init__(_("The amount must be above zero."), hint=_("Enter what was received or sent."))


class NoBankAccount(RuleBroken):
    def __init__(self, journal: str) -> None:
        super().__init__(
            _("The journal {journal} has no account.", journal=journal),
            hint=_("Choose its bank or cash account under Accounting, Journals."),
        )


class NoCredit(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{party} has no credit to use.", party=invoice.party_name or invoice.party.name),
            hint=_("Register a payment instead."),
        )


class NotPostedPayment(RuleBroken):
    def __init__(self, payment: Payment) -> None:
        super().__init__(
            _("{payment} is {state}.", payment=payment.title, state=payment.state.label),
            hint=_("Only a posted payment can be reversed."),
        )


def register(
    env: Env,
    invoices: Sequence[Invoice],
    *,
    amount: Decimal | None = None,
    date: date | None = None,
    journal: Journal | None = None,
    currency: str = "",
    write_off: bool = False,
    memo: str = "",
) -> Payment:
    """Post a payment of invoices of one party and settle them, oldest due first.

    amount: in `currency` (the invoices' own by default; the company's is converted at the rate of the day);
    all that is open when it is left out. What is more than open stays as credit; what is less leaves the
    rest open, or is written off.
    """
    env.lock(*invoices)
    first = _same_kind(invoices)
    day = date or env.today()
    entry_ids = [invoice.entry_id for invoice in invoices if invoice.entry_id]
    every = settlement.items_of(env, entry_ids, first.account_id)
    items = [item for item in every if item.is_open]
    if not items:
        raise NotPayable(first)
    money = currency or first.currency
    owed = sum((item.residual_currency for item in items), ZERO)
    incoming = owed > 0
    home = env.company.currency
    rate = rate_on(env, first.currency, day) if first.currency != home else None
    wanted = abs(owed)
    if money != first.currency:
        if money != home or rate is None:
            raise PaidTogether
        wanted = round_money(wanted * rate, home)
    paid = wanted if amount is None else amount
    if paid <= 0:
        raise AmountNotPositive
    payment = _post(
        env,
        direction=Direction.IN if incoming else Direction.OUT,
        party_id=first.party_id,
        account_id=_party_account(first),
        journal=journal,
        day=day,
        amount=paid,
        currency=money,
        rate=rate if money == first.currency else None,
        write_off=wanted - paid if write_off else ZERO,
        memo=memo,
    )
    assert payment.entry_id is not None  # noqa: S101 - posting has just set it
    own = settlement.items_of(env, [payment.entry_id], payment.account_id)
    settlement.settle(env, [*items, *own], rate=rate if money != first.currency else None)
    settlement.note_settled(env, invoices, every, day=day)
    return payment


def _same_kind(invoices: Sequence[Invoice]) -> Invoice:
    first = invoices[0]
    for invoice in invoices:
        if not invoice.is_posted:
            raise NotPayable(invoice)
        if (invoice.party_id, invoice.currency, invoice.account_id) != (
            first.party_id,
            first.currency,
            first.account_id,
        ):
            raise PaidTogether
    return first


def _party_account(invoice: Invoice) -> int:
    assert invoice.account_id is not None  # noqa: S101 - every posted invoice has one
    return invoice.account_id


def advance(
    env: Env,
    party: Party,
    amount: Decimal,
    *,
    direction: Direction = Direction.IN,
    date: date | None = None,
    journal: Journal | None = None,
    currency: str = "",
    memo: str = "",
) -> Payment:
    """A payment without an invoice: it stays as credit of the party until it is applied."""
    if amount <= 0:
        raise AmountNotPositive
    day = date or env.today()
    money = currency or env.company.currency
    return _post(
        env,
        direction=direction,
        party_id=party.id,
        account_id=ledgers.account_id(env, "receivable" if direction is Direction.IN else "payable"),
        journal=journal,
        day=day,
        amount=amount,
        currency=money,
        rate=rate_on(env, money, day) if money != env.company.currency else None,
        write_off=ZERO,
        memo=memo,
    )


def post(env: Env, payment: Payment) -> None:
    """Post a payment that was entered as a draft; it stays as credit until it is applied."""
    env.lock(payment)
    if payment.state is not PaymentState.DRAFT:
        raise NotPostedPayment(payment)
    if payment.amount <= 0:
        raise AmountNotPositive
    home = env.company.currency
    rate = rate_on(env, payment.currency, payment.date) if payment.currency != home else None
    with writing_closed(payment):
        if payment.account_id is None:
            purpose = "receivable" if payment.direction is Direction.IN else "payable"
            payment.account_id = ledgers.account_id(env, purpose)
        _book(env, payment, env.get(Journal, payment.journal_id), rate)
    env.hooks.payment_posted(env=env, payment=payment)


def _post(
    env: Env,
    *,
    direction: Direction,
    party_id: int,
    account_id: int,
    journal: Journal | None,
    day: date,
    amount: Decimal,
    currency: str,
    rate: Decimal | None,
    write_off: Decimal,
    memo: str,
) -> Payment:
    book = journal or entries.journal_of(env, JournalKind.BANK)
    payment = env[Payment](
        company_id=env.company_id,
        direction=direction,
        state=PaymentState.DRAFT,
        date=day,
        party_id=party_id,
        journal_id=book.id,
        account_id=account_id,
        amount=amount,
        currency=currency,
        write_off=write_off,
        memo=memo,
    )
    _book(env, payment, book, rate)
    with writing_closed(payment):
        env.session.add(payment)
    env.hooks.payment_posted(env=env, payment=payment)
    return payment


def _book(env: Env, payment: Payment, journal: Journal, rate: Decimal | None) -> None:
    """Bank against the party's account; a written-off difference is one line more of the same entry."""
    account = under_way(env, journal) or journal.account_id
    if account is None:
        raise NoBankAccount(journal.name)
    sign = 1 if payment.direction is Direction.IN else -1
    home = env.company.currency

    def line(account: int, amount: Decimal, party: int | None = None) -> entries.Posting:
        company = round_money(amount * rate, home) if rate else amount
        return entries.signed(
            account,
            sign * company,
            party=party,
            label=payment.memo,
            currency=payment.currency,
            amount_currency=sign * amount,
        )

    assert payment.account_id is not None  # noqa: S101 - callers have chosen it
    lines = [
        line(account, payment.amount),
        line(payment.account_id, -payment.amount, payment.party_id),
    ]
    if payment.write_off:
        loss = sign * payment.write_off > 0
        account = ledgers.account_id(env, "write_off_loss" if loss else "write_off_gain")
        lines += [
            line(account, payment.write_off),
            line(payment.account_id, -payment.write_off, payment.party_id),
        ]
    entry = entries.post_new(env, journal=journal, date=payment.date, lines=lines, label=payment.memo)
    payment.entry, payment.number = entry, entry.number
    payment.state = PaymentState.POSTED


def reverse(env: Env, payment: Payment, *, date: date | None = None) -> Entry:
    """Take a payment back, as for a returned cheque: its invoices are open again and a reversal is posted."""
    settlement.hold_settled(env, _settled(env, payment))
    env.lock(payment)
    if payment.state is not PaymentState.POSTED or payment.entry_id is None:
        raise NotPostedPayment(payment)
    refuse_shown(env, payment.entry_id, payment.title)
    settlement.undo(env, _settled(env, payment), date=date)
    reversal = settlement.mirror(env, env.get(Entry, payment.entry_id), date=date)
    with writing_closed(payment):
        payment.state = PaymentState.REVERSED
    return reversal


def _settled(env: Env, payment: Payment) -> list[Allocation]:
    """What a payment settled, and the discounts and write-offs that were made together with it."""
    if payment.entry_id is None:
        return []
    found = settlement.allocations_of(env, [payment.entry_id])
    return [*found, *settlement.adjustments_of(env, payment.number or "")]


def apply_credit(env: Env, invoice: Invoice, credit: OpenItem, *, amount: Decimal | None = None) -> None:
    """Settle an invoice with a payment or credit note of the same party that is still open."""
    settlement.hold(env, [invoice.entry_id, credit.entry_id])
    if not invoice.is_posted or invoice.entry_id is None:
        raise NotPayable(invoice)
    found = settlement.items_of(env, sorted({invoice.entry_id, credit.entry_id}), invoice.account_id)
    items = [item for item in found if item.entry_id == invoice.entry_id or item.id == credit.id]
    rate = None
    if invoice.currency != credit.currency:
        foreign = credit.currency if invoice.currency == env.company.currency else invoice.currency
        rate = rate_on(env, foreign, max(credit.date, invoice.date or credit.date))
    settlement.settle(env, items, rate=rate, limit=amount)
    settlement.refresh_invoices(env, [invoice.entry_id, credit.entry_id])


def unreconcile(env: Env, invoice: Invoice, *, date: date | None = None) -> None:
    """Undo everything that settled an invoice: it is open again, its payments are credit again."""
    if invoice.entry_id is None:
        raise NotPayable(invoice)
    allocations = settlement.allocations_of(env, [invoice.entry_id])
    if not allocations:
        raise settlement.NothingOpen
    settlement.undo(env, allocations, date=date)


def write_off(
    env: Env, invoice: Invoice, *, date: date | None = None, account: Account | None = None
) -> Entry:
    """Give up what is still open of an invoice: a loss, or a gain on a supplier's."""
    env.lock(invoice)
    if not invoice.is_posted or invoice.entry_id is None or not invoice.open_amount:
        raise NotPayable(invoice)
    items = settlement.items_of(env, [invoice.entry_id], invoice.account_id)
    lines = []
    total = ZERO
    for item in items:
        if item.is_open:
            total += item.residual
            lines.append(
                entries.signed(
                    item.account_id,
                    -item.residual,
                    party=item.party_id,
                    currency=item.currency,
                    amount_currency=-item.residual_currency,
                )
            )
    purpose = "write_off_loss" if total > 0 else "write_off_gain"
    target = account.id if account else ledgers.account_id(env, purpose)
    entry = entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=date or env.today(),
        lines=[*lines, entries.signed(target, total)],
        label=str(_("Write-off of {number}", number=invoice.number or "")),
        origin=invoice.number or "",
    )
    own = settlement.items_of(env, [entry.id], invoice.account_id)
    settlement.settle(env, [*items, *own], because=entry)
    settlement.refresh_invoices(env, [invoice.entry_id], day=date)
    return entry


def usual_bank(env: Env) -> Journal:
    """The bank journal a payment is proposed on."""
    return entries.journal_of(env, JournalKind.BANK)


def apply_oldest_credit(env: Env, invoice: Invoice) -> None:
    """Settle an invoice with what its party has as credit, oldest first."""
    if not invoice.is_posted or invoice.account_id is None:
        raise NotPayable(invoice)
    usable = [
        item
        for item in settlement.open_lines(env, invoice.party_id, invoice.account_id)
        if item.amount * invoice.kind.party_sign < 0 and item.currency == invoice.currency
    ]
    if not usable:
        raise NoCredit(invoice)
    for credit in usable:
        if invoice.open_amount:
            apply_credit(env, invoice, credit)


def give_up(env: Env, invoice: Invoice) -> None:
    """Write off what is open, today."""
    write_off(env, invoice)


def undo_payments(env: Env, invoice: Invoice) -> None:
    """Open an invoice again, today."""
    unreconcile(env, invoice)


def take_back(env: Env, payment: Payment, *, date: date | None = None) -> None:
    """Reverse a payment, as its form asks for it."""
    reverse(env, payment, date=date)
