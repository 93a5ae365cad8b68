"""What is still open in a month that is about to be closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import func, or_, select

from addons.erp_accounting.checking import Check
from addons.erp_accounting.models import (
    Account,
    BankLine,
    Entry,
    EntryState,
    Invoice,
    InvoiceKind,
    InvoiceState,
    LineState,
    LockException,
    OpenItem,
    Payment,
    PaymentState,
    locks,
)
from addons.erp_accounting.queries.balances import fiscal_year, movements
from addons.erp_accounting.services import fiscal_years, ledgers, tax_returns
from addons.erp_accounting.services.terms import month_end
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.erp_accounting.models import FiscalYear
    from core.api import Env

SUSPENSE = "suspense"
"""The tag of accounts that hold what nobody has placed yet."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month on its way to being closed."""

    start: date
    end: date
    checks: Sequence[Check]
    locks: dict[str, date | None]
    """sales, purchases, everything, hard."""
    year: FiscalYear | None
    """The fiscal year that ends with the month, if one does and it is written down."""
    ends_year: bool

    @property
    def left(self) -> int:
        """How many things have to be done yet."""
        return sum(1 for check in self.checks if check.count and not check.optional)

    def locked(self, scope: str) -> bool:
        """Whether a lock date covers the month."""
        days = [self.locks["hard"], self.locks["everything"], self.locks.get(scope)]
        return any(day is not None and day >= self.end for day in days)


def month(env: Env, start: date) -> Month:
    """The month that begins on `start`: what is left to do, what is locked."""
    end = month_end(start)
    books = ledgers.of(env)
    others = chain.from_iterable(env.hooks.closing_checks(env=env, start=start, end=end))
    return Month(
        start,
        end,
        [*_own(env, start, end), *others],
        {
            "sales": books.lock_sales,
            "purchases": books.lock_purchases,
            "everything": books.lock_all,
            "hard": books.lock_hard,
        },
        fiscal_years.written(env, end),
        fiscal_year(env, end)[1] == end,
    )


def first_open(env: Env) -> date:
    """The first month that is not locked for everything; the last one when nothing is locked yet."""
    books = ledgers.of(env)
    locked = max((day for day in (books.lock_all, books.lock_hard) if day), default=None)
    if locked is None:
        return (env.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    return (locked + timedelta(days=1)).replace(day=1)


def _own(env: Env, start: date, end: date) -> list[Check]:
    return [
        *_drafts(env, start, end),
        _payments(env, end),
        _bank(env, end),
        _suspense(env, end),
        _gaps(env, start, end),
        _received(env, end),
        _tax(env, end),
        _exceptions(env),
    ]


def _count(env: Env, model: Any, *conditions: Any) -> int:
    rows = select(func.count(model.id)).where(model.company_id == env.company_id, *conditions)
    return int(env.session.scalars(rows).one())


def _drafts(env: Env, start: date, end: date) -> list[Check]:
    entry, invoice, payment = env[Entry], env[Invoice], env[Payment]
    days = f"{start}..{end}"
    found = []
    for name, label, kinds, listed in (
        (
            "customer_drafts",
            _("Customer invoices and credit notes that are drafts"),
            (InvoiceKind.CUSTOMER_INVOICE, InvoiceKind.CUSTOMER_CREDIT_NOTE),
            "customers",
        ),
        (
            "supplier_drafts",
            _("Supplier invoices and credit notes that are drafts"),
            (InvoiceKind.SUPPLIER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE),
            "suppliers",
        ),
    ):
        number = _count(
            env,
            invoice,
            invoice.state == InvoiceState.DRAFT,
            invoice.kind.in_(kinds),
            or_(invoice.date.between(start, end), invoice.date.is_(None) & (invoice.created_at <= end)),
        )
        query = urlencode([("list", listed), ("f", "state:draft")])
        found.append(Check(name, str(label), number, f"/app/erp_accounting/invoice/?{query}"))
    number = _count(env, entry, entry.state == EntryState.DRAFT, entry.date.between(start, end))
    query = urlencode([("f", "state:draft"), ("f", f"date:{days}")])
    url = f"/app/erp_accounting/entry/?{query}"
    found.append(Check("entry_drafts", str(_("Journal entries that are drafts")), number, url))
    number = _count(env, payment, payment.state == PaymentState.DRAFT, payment.date.between(start, end))
    url = f"/app/erp_accounting/payment/?{query}"
    found.append(Check("payment_drafts", str(_("Payments that are drafts")), number, url))
    return found


def _payments(env: Env, end: date) -> Check:
    """Money that came or went and pays nothing yet."""
    item, payment = env[OpenItem], env[Payment]
    count, amount = env.session.execute(
        select(func.count(item.id), func.coalesce(func.sum(func.abs(item.residual)), ZERO))
        .join(payment, (payment.entry_id == item.entry_id) & (payment.account_id == item.account_id))
        .where(item.company_id == env.company_id, item.date <= end, item.residual != 0)
    ).one()
    label = str(_("Payments not matched with an invoice"))
    return Check("payments", label, count, "/app/erp_accounting/payment/", amount, optional=True)


def _bank(env: Env, end: date) -> Check:
    """Lines of bank statements that nobody has explained."""
    line = env[BankLine]
    count, amount = env.session.execute(
        select(func.count(line.id), func.coalesce(func.sum(func.abs(line.amount)), ZERO)).where(
            line.company_id == env.company_id, line.state == LineState.OPEN, line.date <= end
        )
    ).one()
    url = "/app/erp_accounting/bank_line/?" + urlencode([("f", "state:open")])
    return Check("bank", str(_("Lines of bank statements not matched")), count, url, amount)


def _tax(env: Env, end: date) -> Check:
    """Whether value added tax is declared, where the company declares it here."""
    returns = tax_returns.filed(env)
    late = bool(returns) and returns[-1].end < end
    return Check("tax", str(_("Tax return to be filed")), int(late), "/accounting/vat-return", optional=True)


def _suspense(env: Env, end: date) -> Check:
    """Amounts on suspense accounts."""
    account = env[Account]
    accounts = env.session.scalars(
        select(account)
        .where(account.company_id == env.company_id, account.tags.contains(SUSPENSE))
        .order_by(account.code)
    ).all()
    moved = movements(env, None, end)
    left = [(one, moved[one.id].balance) for one in accounts if one.id in moved and moved[one.id].balance]
    url = f"/accounting/general-ledger?account={left[0][0].id}&to={end}" if left else ""
    amount = sum((abs(balance) for _account, balance in left), ZERO)
    return Check("suspense", str(_("Suspense accounts that are not zero")), len(left), url, amount)


def _gaps(env: Env, start: date, end: date) -> Check:
    """Numbers missing in the journals of the month's year."""
    entry = env[Entry]
    rows = env.session.execute(
        select(func.max(entry.sequence), func.count(entry.id))
        .where(
            entry.company_id == env.company_id,
            entry.state == EntryState.POSTED,
            entry.year.in_({start.year, end.year}),
        )
        .group_by(entry.journal_id, entry.year)
    )
    missing = sum(int(last or 0) - int(count) for last, count in rows)
    return Check("gaps", str(_("Numbers missing in a journal")), missing, "/accounting/integrity")


def _received(env: Env, end: date) -> Check:
    """Goods that came without an invoice."""
    account = ledgers.of(env).goods_received_id
    moved = movements(env, None, end).get(account or 0)
    balance = moved.balance if moved else ZERO
    url = f"/accounting/general-ledger?account={account}&to={end}"
    label = str(_("Goods received, not invoiced"))
    return Check("received", label, 1 if balance else 0, url, abs(balance), optional=True)


def _exceptions(env: Env) -> Check:
    """Exceptions from lock dates that still let somebody pass."""
    model = env[LockException]
    number = _count(env, model, model.ended_at.is_(None), model.until > locks.clock())
    url = "/app/erp_accounting/lock_exception/?" + urlencode([("f", "ended_at:none")])
    return Check(
        "exceptions", str(_("Exceptions from lock dates that still run")), number, url, optional=True
    )
