"""The tax return, and the lines behind a box, as sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select

from addons.erp_accounting.models import Account, Entry
from addons.erp_accounting.queries.taxes import taxes_of
from addons.erp_accounting.reports.periods import period_choices
from addons.erp_accounting.reports.sheet import FinancialSheet
from addons.erp_accounting.reports.statements import days
from addons.erp_accounting.services import tax_returns
from core.api import ZERO, Head, Row, _

if TYPE_CHECKING:
    from addons.erp_accounting.reports.sheet import Asked
    from core.api import Env

PARTS = {
    "operations": _("Operations of the period"),
    "due": _("Tax owed"),
    "deductible": _("Tax deducted"),
    "result": _("Result"),
}


def return_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """Every box of the return of a period, as it would be filed today."""
    found = tax_returns.declare(env, wanted.start, wanted.end)
    name = found.form.name if found.form else str(_("Tax return"))
    sheet = FinancialSheet(
        "vat-return",
        name,
        days(wanted.start, wanted.end),
        env.company.currency,
        [
            Head(str(_("Box"))),
            Head(str(_("What"))),
            Head(str(_("Base")), "money"),
            Head(str(_("Tax")), "money"),
        ],
        choices=period_choices(wanted),
    )
    part = ""
    for one in found.boxes:
        if one.part != part:
            part = one.part
            sheet.rows.append(Row((str(PARTS[part]), None, None, None), "group"))
        url = ""
        if one.box and not one.kind and (one.base or one.tax):
            query = {"box": one.box, "from": wanted.start, "to": wanted.end}
            url = f"/accounting/vat-lines?{urlencode(query)}"
        sheet.rows.append(Row((one.box, one.label, one.base, one.tax), one.kind, url=url))
    return sheet


def lines_sheet(env: Env, wanted: Asked) -> FinancialSheet:
    """The entries behind a box, with what each gives to it."""
    found = tax_returns.declare(env, wanted.start, wanted.end)
    codes = tax_returns.codes_of(found, taxes_of(env), wanted.box)
    parts = [part for part in found.taxes.parts if part.code in codes[part.role]]
    entry, account = env[Entry], env[Account]
    ids = sorted({part.entry_id for part in parts})
    entries = {row.id: row for row in env.session.scalars(select(entry).where(entry.id.in_(ids)))}
    names = {row.id: row.title for row in env.session.scalars(select(account))}
    sheet = FinancialSheet(
        "vat-lines",
        str(_("Box {box}", box=wanted.box)),
        days(wanted.start, wanted.end),
        env.company.currency,
        [
            Head(str(_("Date")), "date"),
            Head(str(_("Entry"))),
            Head(str(_("Account"))),
            Head(str(_("Tax"))),
            Head(str(_("Base")), "money"),
            Head(str(_("Tax amount")), "money"),
        ],
        empty=str(_("Nothing stands behind this box.")),
    )
    for part in sorted(parts, key=lambda part: (entries[part.entry_id].date, part.entry_id)):
        of = entries[part.entry_id]
        base, tax = (part.amount, None) if part.role == "base" else (None, part.amount)
        cells = (of.date, of.number, names[part.account_id], part.code, base, tax)
        sheet.rows.append(Row(cells, url=f"/app/erp_accounting/entry/{of.id}"))
    if parts:
        bases = sum((part.amount for part in parts if part.role == "base"), ZERO)
        amounts = sum((part.amount for part in parts if part.role != "base"), ZERO)
        total = (None, str(_("Total")), None, None, bases or None, amounts or None)
        sheet.rows.append(Row(total, "grand"))
    return sheet
