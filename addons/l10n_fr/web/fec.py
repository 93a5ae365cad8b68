"""The FEC: export of a year, check of a file, import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.l10n_fr.queries import fec
from addons.l10n_fr.services import fec_check, fec_format, fec_import
from core.api import (
    Env,
    File,
    NotFound,
    Page,
    Redirect,
    Request,
    RuleBroken,
    _,
    action,
    format_date,
    page,
    parse_date,
)

if TYPE_CHECKING:
    from addons.l10n_fr.services.fec_check import Report

ACCOUNTANT = "erp_accounting.accountant"


@page("/accounting/fec", access=ACCOUNTANT)
def fec_page(env: Env) -> Page:
    """What can be exported, and the forms to check or take over a file."""
    return _page(env)


@page("/accounting/fec/export", access=ACCOUNTANT)
def export(env: Env, request: Request) -> File:
    """The file of a fiscal year."""
    try:
        start, end = (parse_date(day) for day in request.query.get("year").split("_"))
    except ValueError as error:
        raise NotFound(_("There is no such fiscal year."), hint=_("Choose one of the list.")) from error
    separator = request.query.get("separator")
    encoding = request.query.get("encoding")
    found = fec.fec(env, start, end)
    content = fec_format.write(
        found.rows,
        separator=separator if separator in fec_format.SEPARATORS else "tab",
        encoding=encoding if encoding in fec_format.ENCODINGS else "utf-8",
    )
    return File(content, found.name, "text/plain")


@action("/accounting/fec/check", access=ACCOUNTANT)
def check_file(env: Env, request: Request) -> Page:
    """Say what is wrong with a file; nothing is written."""
    upload = request.upload("file")
    if upload is None:
        return _page(env, errors={"check": str(_("Choose a file first."))})
    try:
        report = fec_check.check(upload.content, upload.name)
    except fec_format.NotAFec as error:
        return _page(env, errors={"check": error.message})
    return _page(env, report=report, name=upload.name)


@action("/accounting/fec/import", access=ACCOUNTANT)
def import_file(env: Env, request: Request) -> Redirect | Page:
    """Take a file over, or say why not."""
    upload = request.upload("file")
    if upload is None:
        return _page(env, errors={"import": str(_("Choose a file first."))})
    try:
        done = fec_import.import_fec(env, upload.content)
    except fec_import.FecRefused:
        report = fec_check.check(upload.content, upload.name)
        return _page(env, errors={"import": str(_("Nothing was written."))}, report=report, name=upload.name)
    except RuleBroken as error:
        return _page(env, errors={"import": f"{error.message} {error.hint}"})
    sentence = _(
        "{entries} entries taken over; {accounts} accounts, {journals} journals, {parties} contacts added.",
        entries=done.entries,
        accounts=done.accounts,
        journals=done.journals,
        parties=done.parties,
    )
    return Redirect("/app/erp_accounting/entry/", toast=str(sentence))


def _page(
    env: Env, *, errors: dict[str, str] | None = None, report: Report | None = None, name: str = ""
) -> Page:
    years = [
        (f"{start}_{end}", f"{format_date(start)} – {format_date(end)}") for start, end in fec.years(env)
    ]
    context: dict[str, Any] = {
        "years": years,
        "errors": errors or {},
        "report": report,
        "name": name,
        "rules": sorted(report.rules().items()) if report else [],
    }
    return Page("l10n_fr/fec.html", context, status=422 if errors else 200)


ROUTES = (fec_page, export, check_file, import_file)
