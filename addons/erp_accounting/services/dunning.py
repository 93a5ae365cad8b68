"""Remind customers of late invoices: who is due for which level, what it says, and sending it once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from addons.base.models import MessageKind, Party
from addons.base.models.keys import email_key
from addons.base.services import timeline
from addons.erp_accounting.models import (
    DunningHold,
    DunningLevel,
    DunningNotice,
    Invoice,
    InvoiceKind,
    InvoiceState,
    Ledger,
    OpenItem,
    locks,
)
from addons.erp_accounting.services import dunning_fees
from core.api import (
    ZERO,
    Attachment,
    RuleBroken,
    _,
    format_date,
    format_money,
    in_company,
    print_report,
    send_mail,
    using,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env


MARK = re.compile(r"\{\w+\}")


class NothingToRemind(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("No reminder is due for {party}.", party=name),
            hint=_("It was sent already, paid in the meantime, or is stopped."),
        )


class NoAddress(RuleBroken):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("{party} has no e-mail address.", party=name), hint=_("Add it on the contact's page.")
        )


@dataclass(slots=True)
class Late:
    """A late invoice, what of it is late, and the level it has reached."""

    invoice: Invoice
    due: date
    days: int
    amount: Decimal
    level: DunningLevel | None
    sent: DunningLevel | None
    """The highest level that went out for it."""

    @property
    def is_next(self) -> bool:
        """Whether a reminder is due for it."""
        return self.level is not None and (self.sent is None or self.level.days > self.sent.days)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A late invoice that no reminder names, and why."""

    invoice: Invoice
    reason: str


@dataclass(slots=True)
class Reminder:
    """What is late of a customer in one currency, and the next thing to do about it."""

    party: Party
    currency: str
    late: list[Late] = field(default_factory=list)
    held: str = ""
    """Why nothing goes out, if so."""
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def level(self) -> DunningLevel | None:
        """The highest level among the invoices that are due for one."""
        levels = [one.level for one in self.late if one.is_next and one.level is not None]
        return max(levels, key=lambda level: level.days, default=None)

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.late), ZERO)

    @property
    def days(self) -> int:
        return max((one.days for one in self.late), default=0)

    @property
    def is_due(self) -> bool:
        return self.level is not None and not self.held


def levels(env: Env) -> list[DunningLevel]:
    """The company's levels, the first one first."""
    model = env[DunningLevel]
    rows = env.session.scalars(
        select(model).where(model.company_id == env.company_id, model.active).order_by(model.days)
    )
    return list(rows)


def reminders(env: Env, day: date | None = None, party_id: int | None = None) -> list[Reminder]:
    """Each customer with late invoices, by currency, the largest sum first; disputed ones are left out, with
    their reason."""
    today = day or env.today()
    known = levels(env)
    sent = _sent(env)
    disputed, stopped = _held(env, today)
    found: dict[tuple[int, str], Reminder] = {}
    for invoice, due, amount in _late_invoices(env, today, party_id):
        key = (invoice.party_id, invoice.currency)
        if key not in found:
            found[key] = Reminder(invoice.party, invoice.currency, held=stopped.get(invoice.party_id, ""))
        if invoice.id in disputed:
            found[key].left_out.append(LeftOut(invoice, disputed[invoice.id]))
            continue
        days = (today - due).days
        reached = [level for level in known if level.days <= days]
        found[key].late.append(
            Late(invoice, due, days, amount, reached[-1] if reached else None, sent.get(invoice.id))
        )
    return sorted(found.values(), key=lambda one: (not one.is_due, -one.total, one.party.name))


def _late_invoices(env: Env, today: date, party_id: int | None) -> list[tuple[Invoice, date, Decimal]]:
    """Posted customer invoices with instalments past due: the oldest day and the late amount of each."""
    item, invoice = env[OpenItem], env[Invoice]
    statement = (
        select(invoice, func.min(item.due_date), func.sum(item.residual_currency))
        .join(item, (item.entry_id == invoice.entry_id) & (item.account_id == invoice.account_id))
        .where(
            invoice.company_id == env.company_id,
            invoice.kind == InvoiceKind.CUSTOMER_INVOICE,
            invoice.state == InvoiceState.POSTED,
            item.due_date < today,
            item.residual_currency > 0,
        )
        .group_by(invoice.id)
        .order_by(func.min(item.due_date), invoice.id)
    )
    if party_id is not None:
        statement = statement.where(invoice.party_id == party_id)
    return [(row[0], row[1], row[2]) for row in env.session.execute(statement)]


def _sent(env: Env) -> dict[int, DunningLevel]:
    model, level = env[DunningNotice], env[DunningLevel]
    rows = env.session.execute(
        select(model.invoice_id, level)
        .join(level, level.id == model.level_id)
        .where(model.company_id == env.company_id)
        .order_by(level.days)
    )
    return {row[0]: row[1] for row in rows}


def _held(env: Env, today: date) -> tuple[dict[int, str], dict[int, str]]:
    """Invoice id -> why it is left out, customer id -> why nothing is sent."""
    model = env[DunningHold]
    rows = env.session.scalars(
        select(model).where(
            model.company_id == env.company_id, or_(model.until.is_(None), model.until >= today)
        )
    ).all()
    disputed = {row.invoice_id: row.reason for row in rows if row.invoice_id}
    return disputed, {row.party_id: row.reason for row in rows if row.invoice_id is None}


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder in the customer's language."""

    subject: str
    body: str


def letter(env: Env, reminder: Reminder) -> Letter:
    """Fill the words of the level; what stands in braces is replaced, nothing else."""
    level = reminder.level
    if level is None:
        raise NothingToRemind(reminder.party.name)
    locale = language(env, reminder.party)
    french = locale.startswith("fr")
    with using(locale):
        values = {
            "{customer}": reminder.party.name,
            "{company}": env.company.name,
            "{total}": format_money(reminder.total, reminder.currency),
            "{days}": str(reminder.days),
            "{fee}": format_money(level.fee, env.company.currency),
            "{invoices}": "\n".join(_of_invoice(one) for one in reminder.late),
        }
    subject = level.subject_fr if french and level.subject_fr else level.subject
    body = level.body_fr if french and level.body_fr else level.body
    return Letter(*(MARK.sub(lambda mark: values.get(mark[0], mark[0]), words) for words in (subject, body)))


def _of_invoice(one: Late) -> str:
    amount = format_money(one.amount, one.invoice.currency)
    return f"{one.invoice.number}, {format_date(one.due)}: {amount}"


def language(env: Env, party: Party) -> str:
    """The customer's own, else the company's."""
    return party.locale or env.company.locale or env.locale


def send(env: Env, party: Party, currency: str, *, day: date | None = None) -> list[DunningNotice]:
    """Mail the reminder that is due, with the statement of account, and note it on the customer's page.

    The customer's row is held meanwhile: two runs at once send one mail. NothingToRemind when none is due.
    """
    held = env.get(Party, party.id, lock=True)
    found = [one for one in reminders(env, day, held.id) if one.currency == currency]
    if not found or not found[0].is_due:
        raise NothingToRemind(held.name)
    reminder = found[0]
    level = reminder.level
    assert level is not None  # noqa: S101 - is_due says so
    if not email_key(held.email):
        raise NoAddress(held.name)
    written = letter(env, reminder)
    today = day or env.today()
    account_id = reminder.late[-1].invoice.account_id
    fee = dunning_fees.book(env, held, level, account_id=account_id, day=today)
    paper = print_report(env, "erp_accounting.account_statement", held, locale=language(env, held))
    mail_id = send_mail(
        env,
        to=[held.email or ""],
        subject=written.subject,
        text=written.body,
        attachments=[Attachment(paper.filename, "application/pdf", paper.content)],
        reply_to=env.user.email or None,
        record=held,
    )
    model = env[DunningNotice]
    notices = [
        model(
            company_id=env.company_id,
            date=today,
            party_id=held.id,
            fee_entry_id=fee.id if fee else None,
            level_id=one.level.id,
            invoice_id=one.invoice.id,
            open_amount=one.amount,
            currency=currency,
            mail_id=mail_id,
        )
        for one in reminder.late
        if one.is_next and one.level is not None
    ]
    env.session.add_all(notices)
    numbers = ", ".join(one.invoice.number or "" for one in reminder.late)
    timeline.log(
        env,
        held,
        f"{_('{level} for {numbers}', level=level.name, numbers=numbers)}\n\n{written.body}",
        party=held,
        kind=MessageKind.MAIL,
        subject=written.subject[:200],
        topic="erp_accounting",
        tone="warn",
    )
    env.session.flush()
    return notices


def send_all(env: Env, chosen: Sequence[tuple[int, str]] | None = None, *, day: date | None = None) -> int:
    """Send every reminder that is due, or those chosen; give how many mails were written.

    Whoever has no address, or was reminded in the meantime, is passed over. Run again, it sends nothing
    twice.
    """
    wanted = None if chosen is None else {(party_id, currency) for party_id, currency in chosen}
    count = 0
    for one in reminders(env, day):
        if not one.is_due or (wanted is not None and (one.party.id, one.currency) not in wanted):
            continue
        try:
            with env.session.begin_nested():
                send(env, one.party, one.currency, day=day)
        except (NothingToRemind, NoAddress):
            continue
        count += 1
    return count


def at_night(env: Env) -> bool:
    """Whether the company lets reminders go out every night."""
    ledger = locks.books_of(env)
    return bool(ledger and ledger.reminders_nightly)


def due_at_night(env: Env) -> Iterator[tuple[Env, int, str]]:
    """Each reminder that is due and can be sent, in the companies that wish it at night: the company's Env,
    the customer and the currency."""
    model = env[Ledger]
    wishing = (
        select(model.company_id)
        .where(model.reminders_nightly, model.company_id.in_(env.company_ids))
        .order_by(model.company_id)
    )
    for company_id in env.session.scalars(wishing).all():
        inside = in_company(env, company_id)
        for one in reminders(inside):
            if one.is_due and email_key(one.party.email):
                yield inside, one.party.id, one.currency


def stop(env: Env, invoice: Invoice, *, reason: str, until: date | None = None) -> DunningHold:
    """No reminder for a disputed invoice until the day, or until the stop is deleted."""
    hold = env.add(
        DunningHold,
        company_id=env.company_id,
        party_id=invoice.party_id,
        invoice_id=invoice.id,
        reason=reason,
        until=until,
    )
    timeline.log(env, invoice, _("Reminders stopped: {reason}", reason=reason), party=invoice.party)
    return hold
