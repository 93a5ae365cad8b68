"""The tax return on screen: look, file, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.reports import printing, taxes
from addons.erp_accounting.reports.periods import asked
from addons.erp_accounting.services import tax_returns
from core.api import XLSX, Env, Fields, File, Page, Redirect, Request, _, action, page, workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    from addons.erp_accounting.reports.sheet import Asked, FinancialSheet

VIEWER = "erp_accounting.viewer"
ACCOUNTANT = "erp_accounting.accountant"


@page("/accounting/vat-return", access=VIEWER)
def vat_return(env: Env, request: Request) -> Page | File:
    """The boxes of a period; the next one to declare unless asked otherwise."""
    wanted = _wanted(env, request.query)
    returns = tax_returns.filed(env)
    already = next((one for one in returns if one.start <= wanted.end and one.end >= wanted.start), None)
    may = env.access.everything or ACCOUNTANT in env.access.roles
    return _shown(env, request, taxes.return_sheet, wanted, already=already, may_file=may and already is None)


@page("/accounting/vat-lines", access=VIEWER)
def vat_lines(env: Env, request: Request) -> Page | File:
    """The entries behind a box."""
    wanted = _wanted(env, request.query)
    return _shown(env, request, taxes.lines_sheet, wanted, already=None, may_file=False)


@action("/accounting/vat-return", access=ACCOUNTANT)
def file_return(env: Env, request: Request) -> Redirect:
    """File the period and post its settlement."""
    wanted = asked(env, request.form)
    declared = tax_returns.file(env, wanted.start, wanted.end)
    return Redirect(
        f"/app/erp_accounting/tax_return/{declared.id}", toast=str(_("Return filed and settled."))
    )


def _wanted(env: Env, query: Fields) -> Asked:
    if not query.get("from") and not query.get("to"):
        start, end = tax_returns.next_period(env)
        query = Fields([*query.pairs, ("from", start.isoformat()), ("to", end.isoformat())])
    return asked(env, query)


def _shown(
    env: Env,
    request: Request,
    build: Callable[[Env, Asked], FinancialSheet],
    wanted: Asked,
    **context: object,
) -> Page | File:
    form = request.query.get("format")
    sheet = build(env, wanted)
    if form == "xlsx":
        return File(workbook(env, sheet), f"{sheet.name}.xlsx", XLSX)
    if form == "pdf":
        return File(printing.pdf(env, sheet), f"{sheet.name}.pdf", "application/pdf")
    sheet.query = request.query_string
    return Page(
        "erp_accounting/vat_return.html", {"sheet": sheet, "first": True, "wanted": wanted, **context}
    )


ROUTES = (vat_return, vat_lines, file_return)
