"""The guided closing of a month, and the import of opening balances."""

from __future__ import annotations

from datetime import date, timedelta

from addons.erp_accounting.models import JournalKind
from addons.erp_accounting.queries import balances, month_end
from addons.erp_accounting.services import entries, fiscal_years, ledgers, opening
from addons.erp_accounting.services.terms import month_end as last_day
from core.api import (
    Env,
    File,
    Invalid,
    NotFound,
    Page,
    Redirect,
    Request,
    _,
    action,
    format_month,
    page,
    parse_date,
    write_csv,
)

ACCOUNTANT = "erp_accounting.accountant"
SCOPES = ("sales", "purchases", "everything", "hard")


@page("/accounting/closing", access=ACCOUNTANT)
def month_closing(env: Env, request: Request) -> Page:
    """One month: what is left to do, and what to lock; ``month=2026-10``."""
    start = _month(env, request.query.get("month"))
    month = month_end.month(env, start)
    return Page(
        "erp_accounting/month_closing.html",
        {
            "month": month,
            "name": format_month(start),
            "before": (start - timedelta(days=1)).strftime("%Y-%m"),
            "after": (month.end + timedelta(days=1)).strftime("%Y-%m"),
            "steps": [
                ("sales", str(_("Lock sales"))),
                ("purchases", str(_("Lock purchases"))),
                ("everything", str(_("Lock everything"))),
            ],
        },
    )


@action("/accounting/closing/lock", access=ACCOUNTANT)
def lock(env: Env, request: Request) -> Redirect:
    """Move one lock date forward to the end of the month."""
    start, scope = _month(env, request.form.get("month")), request.form.get("scope")
    if scope not in SCOPES:
        raise NotFound(_("There is no such lock date."), hint=_("Choose one on the page of the month."))
    end, books = last_day(start), ledgers.of(env)
    now = {
        "sales": books.lock_sales,
        "purchases": books.lock_purchases,
        "everything": books.lock_all,
        "hard": books.lock_hard,
    }
    held = now[scope]
    now[scope] = end if held is None else max(held, end)
    ledgers.set_locks(env, books, **now)
    return Redirect(f"/accounting/closing?month={start:%Y-%m}", toast=str(_("Locked until {day}.", day=end)))


@action("/accounting/closing/year", access=ACCOUNTANT)
def year_of(env: Env, request: Request) -> Redirect:
    """Go to the fiscal year that ends with the month; it is written down first where it was not."""
    year = fiscal_years.ensure(env, last_day(_month(env, request.form.get("month"))))
    return Redirect(f"/app/erp_accounting/fiscal_year/{year.id}")


@page("/accounting/opening", access=ACCOUNTANT)
def opening_page(env: Env) -> Page:
    """Choose a file of balances."""
    return _opening(env)


@page("/accounting/opening/model.csv", access=ACCOUNTANT)
def opening_model(env: Env) -> File:
    """A file with the headings, and the company's accounts to fill in."""
    rows = [[account.code, "", "", account.name, "", "", "", ""] for account in balances.accounts(env)]
    return File(write_csv(list(opening.HEADINGS), rows), "opening-balances.csv", "text/csv")


@action("/accounting/opening", access=ACCOUNTANT)
def import_opening(env: Env, request: Request) -> Redirect | Page:
    """Write the draft and go to it, or say row by row what is wrong."""
    upload = request.upload("file")
    if upload is None:
        return _opening(env, errors={"file": str(_("Choose a file first."))})
    try:
        day = parse_date(request.form.get("date"))
    except ValueError:
        return _opening(env, errors={"date": str(_("Enter a date as in 2026-12-31."))})
    try:
        entry = opening.import_balances(env, upload.content, day)
    except opening.OpeningRefused as refused:
        return _opening(env, problems=refused.problems, sentence=refused.message, day=day)
    except Invalid as error:
        return _opening(env, errors={"file": error.message}, day=day)
    return Redirect(
        f"/app/erp_accounting/entry/{entry.id}", toast=str(_("Draft written: look at it, then post it."))
    )


def _opening(
    env: Env,
    *,
    errors: dict[str, str] | None = None,
    problems: list[str] | None = None,
    sentence: str = "",
    day: date | None = None,
) -> Page:
    return Page(
        "erp_accounting/opening.html",
        {
            "errors": errors or {},
            "problems": problems or [],
            "sentence": sentence,
            "day": day or balances.fiscal_year(env, env.today())[0],
            "journal": entries.journal_of(env, JournalKind.OPENING).name,
            "headings": opening.HEADINGS,
        },
        status=422 if errors or problems else 200,
    )


def _month(env: Env, text: str) -> date:
    if not text:
        return month_end.first_open(env)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(fields={"month": _("Enter a month as in 2026-10.")}) from None


ROUTES = (month_closing, lock, year_of, opening_page, opening_model, import_opening)
