"""General ledger, partner ledger and aged balances as sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.models import Account, AccountType, OpenItem
from addons.erp_accounting.queries import ledger, partners
from addons.erp_accounting.queries.balances import ORDINARY, STANDING, accounts, trial_balance
from addons.erp_accounting.reports.periods import period_choices
from addons.erp_accounting.reports.sheet import Choice, FinancialSheet
from addons.erp_accounting.reports.statements import days, ledger_url
from core.api import ZERO, Head, Row, _, format_date, format_money, people_order

if TYPE_CHECKING:
    from addons.erp_accounting.queries.ledger import LedgerPage
    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env


def general_ledger_sheet(env: Env, wanted: Asked, *, limit: int = ledger.PAGE) -> FinancialSheet:
    """One account line by line; without an account, all that moved."""
    if wanted.account is None:
        return _all_accounts(env, wanted)
    account = env.get(Account, wanted.account)
    kinds = ORDINARY if wanted.ordinary else STANDING
    page = ledger.general_ledger(
        env, account, wanted.start, wanted.end, after=wanted.after, limit=limit, kinds=kinds
    )
    sheet = _ledger_sheet(env, wanted, "general-ledger", account.title, page, by="party")
    sheet.choices.insert(0, _account_choice(env, wanted))
    return sheet


def _all_accounts(env: Env, wanted: Asked) -> FinancialSheet:
    sheet = FinancialSheet(
        "general-ledger",
        str(_("General ledger")),
        days(wanted.start, wanted.end),
        env.company.currency,
        [Head(str(_("Account"))), Head(str(_("Debit")), "money"), Head(str(_("Credit")), "money")],
        choices=[_account_choice(env, wanted), *period_choices(wanted)],
        empty=str(_("Nothing was posted in these days.")),
    )
    for row in trial_balance(env, wanted.start, wanted.end):
        if row.account and (row.debit or row.credit):
            url = ledger_url(row.account, wanted.start, wanted.end)
            sheet.rows.append(Row((row.account.title, row.debit, row.credit), url=url))
    return sheet


def _account_choice(env: Env, wanted: Asked) -> Choice:
    options = tuple((str(account.id), account.title) for account in accounts(env))
    value = "" if wanted.account is None else str(wanted.account)
    return Choice("account", str(_("Account")), value, (("", str(_("All accounts"))), *options), "select")


def partner_ledger_sheet(env: Env, wanted: Asked, *, limit: int = ledger.PAGE) -> FinancialSheet:
    """One customer or supplier line by line; without one, all that have open items."""
    kinds = [AccountType.RECEIVABLE, AccountType.PAYABLE]
    if wanted.party is None:
        return _all_partners(env, wanted)
    party = env.get(Party, wanted.party)
    page = ledger.partner_ledger(
        env,
        party.id,
        partners.party_accounts(env, kinds),
        wanted.start,
        wanted.end,
        after=wanted.after,
        limit=limit,
    )
    sheet = _ledger_sheet(env, wanted, "partner-ledger", party.name, page, by="account")
    sheet.choices.insert(0, _party_choice(env, wanted, party))
    return sheet


def _all_partners(env: Env, wanted: Asked) -> FinancialSheet:
    sheet = FinancialSheet(
        "partner-ledger",
        str(_("Partner ledger")),
        str(_("Customers and suppliers with open amounts at {day}", day=format_date(wanted.end))),
        env.company.currency,
        [
            Head(str(_("Customer or supplier"))),
            Head(str(_("Owed to you")), "money"),
            Head(str(_("Owed by you")), "money"),
        ],
        choices=[_party_choice(env, wanted, None), *period_choices(wanted)],
        empty=str(_("Nobody owes anything.")),
    )
    owed = {row.party_id: row for row in partners.aged(env, AccountType.RECEIVABLE, wanted.end)}
    owing = {row.party_id: row for row in partners.aged(env, AccountType.PAYABLE, wanted.end)}
    names = {key: row.name for key, row in (*owed.items(), *owing.items())}
    for party_id in sorted(names, key=lambda key: people_order(names[key])):
        mine = owed[party_id].total if party_id in owed else ZERO
        theirs = owing[party_id].total if party_id in owing else ZERO
        query = urlencode({"party": party_id or "", "from": wanted.start, "to": wanted.end})
        url = f"/accounting/partner-ledger?{query}" if party_id else ""
        sheet.rows.append(Row((names[party_id] or str(_("Without a name")), mine, theirs), url=url))
    return sheet


def _party_choice(env: Env, wanted: Asked, party: Party | None) -> Choice:
    item, model = env[OpenItem], env[Party]
    known = env.session.execute(
        select(model.id, model.name)
        .where(model.id.in_(select(item.party_id).where(item.company_id == env.company_id)))
        .order_by(model.name)
        .limit(500)
    )
    options = {str(row.id): row.name for row in known}
    if party is not None:
        options[str(party.id)] = party.name
    value = "" if wanted.party is None else str(wanted.party)
    return Choice(
        "party", str(_("Customer or supplier")), value, (("", str(_("All"))), *options.items()), "select"
    )


def _ledger_sheet(
    env: Env, wanted: Asked, name: str, title: str, page: LedgerPage, *, by: str
) -> FinancialSheet:
    label = str(_("Customer or supplier")) if by == "party" else str(_("Account"))
    sheet = FinancialSheet(
        name,
        title,
        days(wanted.start, wanted.end),
        env.company.currency,
        [
            Head(str(_("Date")), "date"),
            Head(str(_("Entry"))),
            Head(label),
            Head(str(_("Label"))),
            Head(str(_("Debit")), "money"),
            Head(str(_("Credit")), "money"),
            Head(str(_("Balance")), "money"),
        ],
        choices=period_choices(wanted),
        empty=str(_("Nothing was posted in these days.")),
    )
    opening = str(_("Carried forward") if wanted.after else _("Opening balance"))
    sheet.rows.append(Row((None, opening, None, None, None, None, page.carried), "group"))
    for line, balance in page.lines:
        who = line.party if by == "party" else line.account
        label = line.label or line.entry.label
        if line.currency != sheet.currency and line.amount_currency:
            foreign = format_money(line.amount_currency, line.currency)
            label = f"{label} ({foreign})" if label else foreign
        sheet.rows.append(
            Row(
                (
                    line.date,
                    line.entry.number,
                    who.display_name if who else None,
                    label,
                    line.debit,
                    line.credit,
                    balance,
                ),
                url=f"/app/erp_accounting/entry/{line.entry_id}",
            )
        )
    if page.after:
        query = {"from": wanted.start, "to": wanted.end, "after": page.after}
        query |= {"account": wanted.account} if wanted.account else {"party": wanted.party or ""}
        query |= {"ordinary": 1} if wanted.ordinary else {}
        sheet.next_url = f"/accounting/{name}?{urlencode(query)}"
    closing = (None, str(_("Closing balance")), None, None, page.debit, page.credit, page.closing)
    sheet.rows.append(Row(closing, "grand"))
    return sheet


def aged_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """What is open on a day, by how long it is late."""
    kind = AccountType.PAYABLE if wanted.side == "payable" else AccountType.RECEIVABLE
    rows = partners.aged(env, kind, wanted.end)
    sides = (("receivable", str(_("Customers"))), ("payable", str(_("Suppliers"))))
    sheet = FinancialSheet(
        "aged-balances",
        str(_("Aged receivables") if wanted.side == "receivable" else _("Aged payables")),
        str(_("At {day}", day=format_date(wanted.end))),
        env.company.currency,
        [
            Head(str(_("Supplier") if kind is AccountType.PAYABLE else _("Customer"))),
            Head(str(_("Not due")), "money"),
            Head(str(_("1 to 30 days late")), "money"),
            Head(str(_("31 to 60")), "money"),
            Head(str(_("61 to 90")), "money"),
            Head(str(_("More than 90")), "money"),
            Head(str(_("Total")), "money"),
        ],
        choices=[
            Choice("side", str(_("Who")), wanted.side, sides, "select"),
            Choice("to", str(_("At")), wanted.end.isoformat()),
        ],
        empty=str(_("Nothing is open on that day.")),
    )
    for row in rows:
        query = urlencode({"party": row.party_id or "", "from": wanted.start, "to": wanted.end})
        url = f"/accounting/partner-ledger?{query}" if row.party_id else ""
        name = row.name or str(_("Without a name"))
        sheet.rows.append(Row((name, *row.amounts, row.total), url=url))
    if rows:
        sums = [sum(column, ZERO) for column in zip(*(row.amounts for row in rows), strict=True)]
        sheet.rows.append(Row((str(_("Total")), *sums, sum(sums, ZERO)), "grand"))
    return sheet
