"""Bank accounts with their statements, the import of files, and the matching screen."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from addons.erp_accounting.models import BankAccount, BankLine, BankStatement
from addons.erp_accounting.queries import bank as queries
from addons.erp_accounting.services.bank import (
    applying,
    csv_file,
    importing,
    reading,
    reconciling,
    statements,
    suggesting,
)
from addons.erp_accounting.services.bank.proposal import LIKELY
from addons.erp_accounting.services.bank.proposals import propose
from addons.erp_accounting.services.bank.statement import FileRefused, ParsedStatement
from addons.erp_accounting.web import bank_choice
from core.api import (
    CoreError,
    Env,
    Fields,
    Fragment,
    Page,
    Redirect,
    Request,
    Toast,
    _,
    action,
    format_money,
    ngettext,
    page,
    parse_decimal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from addons.erp_accounting.services.bank.proposal import Proposal

B = TypeVar("B", BankLine, BankStatement)
VIEWER, ACCOUNTANT = "erp_accounting.viewer", "erp_accounting.accountant"
BASE = "/accounting/bank"
SCREEN = "erp_accounting/bank_match.html"


def layout(request: Request) -> str:
    """The template that a page extends: whole, or only its middle for htmx."""
    return "core/records/middle.html" if request.htmx.partial else "core/base.html"


@page(BASE, access=VIEWER)
def index(env: Env) -> Page:
    """Each bank account: what the books and the bank say, and its statements."""
    return Page("erp_accounting/bank.html", {"overviews": queries.overview(env)})


@page(BASE + "/import", access=ACCOUNTANT)
def choose_file(env: Env, request: Request) -> Page:
    """Choose a file, and the account it is of."""
    return _import_page(env, account_id=request.query.integer("account"))


def _import_page(env: Env, *, status: int = 200, **values: Any) -> Page:
    context = {
        "accounts": queries.accounts(env),
        "account_id": None,
        "error": None,
        "sheet": None,
        "columns": None,
        "fields": _field_names(),
    }
    return Page("erp_accounting/bank_import.html", {**context, **values}, status=status)


def _field_names() -> list[tuple[str, str]]:
    return [
        ("date", _("Date")),
        ("value_date", _("Value date")),
        ("label", _("Text")),
        ("amount", _("Amount")),
        ("debit", _("Debit")),
        ("credit", _("Credit")),
        ("balance", _("Balance")),
        ("currency", _("Currency")),
        ("partner_name", _("Other party")),
        ("side", _("Debit or credit")),
        ("partner_iban", _("Their account")),
        ("bank_reference", _("Reference of the bank")),
    ]


@action(BASE + "/import", access=ACCOUNTANT)
def import_file(env: Env, request: Request) -> Page | Redirect:
    """Import a file; a CSV of a new kind is shown first, to say which column is what."""
    form = request.form
    account_id = form.integer("account")
    content, name = _content(request)
    shown: dict[str, Any] = {"account_id": account_id}
    try:
        account = env.get(BankAccount, account_id) if account_id else None
        read = reading.read(content, name)
        parsed = list(read.statements)
        if read.sheet is not None:
            account = account or _only(env)
            columns = _columns(read.sheet, account, form)
            known = csv_file.remembered(account.columns or {}, read.sheet)
            shown |= {
                "account_id": account.id,
                "sheet": read.sheet,
                "columns": columns,
                "content": base64.b64encode(content).decode(),
                "name": name,
                "closing": form.get("closing"),
            }
            if form.get("step") != "go" and known is None:
                return _import_page(env, **shown)
            parsed = [_statement(account, read.sheet, columns, form, name)]
            account.columns = {**(account.columns or {}), read.sheet.signature: columns.as_json()}
        with env.session.begin_nested():  # refused, nothing of the file stays
            result = importing.take_in(env, parsed, name, account=account)
    except CoreError as error:
        return _import_page(env, error=error, status=error.status_code, **shown)
    return _imported(result)


def _imported(result: importing.Imported) -> Redirect:
    if not result.statements:
        told = ngettext(
            "The line of this file was there already: nothing was added.",
            "All {count} lines of this file were there already: nothing was added.",
            result.known,
        )
        return Redirect(BASE, toast=told)
    told = ngettext("{count} line imported.", "{count} lines imported.", result.lines)
    for one in result.gaps[:1]:
        told = _(
            "{told} {gap} are missing between the statement before and this one.",
            told=told,
            gap=format_money(abs(one.gap), one.currency),
        )
    return Redirect(f"{BASE}/statement/{result.statements[-1].id}", toast=told)


def _content(request: Request) -> tuple[bytes, str]:
    upload = request.upload("file")
    if upload is not None:
        return upload.content, upload.name
    try:
        return base64.b64decode(request.form.get("content"), validate=True), request.form.get("name") or "CSV"
    except (binascii.Error, ValueError):
        return b"", request.form.get("name") or "CSV"


def _only(env: Env) -> BankAccount:
    own = queries.accounts(env)
    if len(own) != 1:
        raise FileRefused(
            _("A CSV file does not say which account it is of."), hint=_("Choose the bank account beside it.")
        )
    return own[0]


def _columns(sheet: csv_file.Sheet, account: BankAccount, form: Fields) -> csv_file.Columns:
    """What the person chose, else what was confirmed before, else a guess."""
    if form.get("step") != "go":
        return csv_file.remembered(account.columns or {}, sheet) or csv_file.guess(sheet)
    columns = csv_file.Columns(order=form.get("order") or "dmy", decimal=form.get("decimal") or ",")
    for position in range(len(sheet.headings)):
        chosen = form.get(f"column-{position}")
        if chosen in csv_file.FIELDS and (chosen == "label" or chosen not in columns.columns):
            columns.columns.setdefault(chosen, []).append(position)
    return columns


def _statement(
    account: BankAccount,
    sheet: csv_file.Sheet,
    columns: csv_file.Columns,
    form: Fields,
    name: str,
) -> ParsedStatement:
    if not columns.is_usable:
        raise FileRefused(
            _("The date or the amount has no column."), hint=_("Choose which column holds each of them.")
        )
    parsed = csv_file.read(sheet, columns, account.currency, name)
    if parsed.closing is None and form.get("closing"):
        try:
            parsed.closing = parse_decimal(form.get("closing"))
        except ValueError as error:
            raise FileRefused(
                _("“{text}” is no amount ({what}).", text=form.get("closing")[:40], what=_("Closing balance"))
            ) from error
        parsed.opening = parsed.closing - parsed.total
    return parsed


def _own(env: Env, model: type[B], record_id: int) -> B:
    """A statement or a line of one, worked on in the company it belongs to."""
    record = env.get(model, record_id)
    env.move_to(record.company_id)
    return record


@page(BASE + "/statement/{statement_id:int}", access=VIEWER)
def show(env: Env, request: Request, statement_id: int) -> Page:
    """Lines on the left, what the current one may pay on the right."""
    statement = _own(env, BankStatement, statement_id)
    context = screen(env, request, statement, request.query.integer("line"), request.query)
    return Page(SCREEN, context)


def screen(
    env: Env, request: Request, statement: BankStatement, line_id: int | None, form: Fields
) -> dict[str, Any]:
    """Everything the matching screen draws."""
    window = queries.window(env, statement, line_id)
    account = env.get(BankAccount, statement.bank_account_id)
    shared = suggesting.context(env, account)
    proposals = {row.line.id: propose(shared, row.line) for row in window.rows if row.line.is_open}
    current = window.current
    side = None
    if current is not None and current.is_open:
        side = bank_choice.side_of(env, current, form, shared)
    return {
        "layout": layout(request),
        "statement": statement,
        "account": account,
        "window": window,
        "current": current,
        "notes": {key: _note(found) for key, found in proposals.items()},
        "side": side,
        "matched": _matched(env, current),
        "certain": _certain(proposals),
        "in_books": queries.in_books(env, account, statement.date),
        "may_match": env.access.everything or ACCOUNTANT in env.access.roles,
        "base": BASE,
    }


def _certain(proposals: Mapping[int, list[Proposal]]) -> int:
    """Lines that one press would match."""
    used: set[str] = set()
    count = 0
    for found in proposals.values():
        best = suggesting.certain(found, used)
        if best is not None:
            used.update(take.key for take in best.choice.takes)
            count += 1
    return count


def _note(found: list[Proposal]) -> tuple[str, str]:
    """(tone, words) under a line of the list."""
    if not found:
        return "warn", str(_("No proposal"))
    best = found[0]
    if best.rule is not None:
        return "soft", str(_("Rule: {rule}", rule=best.title))
    doubt = next((one for one in best.evidence if not one.agrees), None)
    if doubt is not None and best.score >= LIKELY:
        return "warn", str(doubt.text)
    if best.is_certain:
        return "accent", str(_("Certain: {document}", document=best.title))
    return "accent", ngettext("{count} proposal", "{count} proposals", len(found))


def _matched(env: Env, line: BankLine | None) -> dict[str, Any] | None:
    """What was posted for a line that is matched."""
    if line is None or line.match_entry is None:
        return None
    entry = line.match_entry
    return {"entry": entry, "lines": entry.lines, "by": line.matched_by, "currency": env.company.currency}


@action(BASE + "/line/{line_id:int}/plan", access=ACCOUNTANT)
def plan(env: Env, request: Request, line_id: int) -> Fragment:
    """The right side again, with what was just chosen: nothing is written."""
    line = _own(env, BankLine, line_id)
    side = bank_choice.side_of(env, line, request.form)
    context = {
        "side": side,
        "current": line,
        "statement": line.statement,
        "may_match": True,
        "base": BASE,
        "window": queries.window(env, line.statement, line.id),
    }
    return Fragment("erp_accounting/_bank_side.html", context)


@page(BASE + "/line/{line_id:int}/search", access=ACCOUNTANT)
def search(env: Env, request: Request, line_id: int) -> Fragment:
    """Open documents for the words typed."""
    line = _own(env, BankLine, line_id)
    words = request.query.get("q")
    hits = bank_choice.found(env, line, words, request.query.all("take")) if words else []
    return Fragment(
        "erp_accounting/_bank_found.html", {"found": hits, "words": words, "current": line, "base": BASE}
    )


@action(BASE + "/line/{line_id:int}/match", access=ACCOUNTANT)
def match(env: Env, request: Request, line_id: int) -> Fragment | Redirect:
    """Post what was chosen, and go on to the next open line."""
    line = _own(env, BankLine, line_id)
    side = bank_choice.side_of(env, line, request.form) if line.is_open else None
    choice = side.choice if side is not None else applying.Choice()
    proposal = side.proposal if side is not None else None
    line = reconciling.match(
        env,
        line,
        choice,
        reason=proposal.reason if proposal else str(_("Chosen by hand")),
        rule_id=proposal.rule if proposal else None,
    )
    toast = Toast(str(_("Matched.")), str(_("Undo")), f"{BASE}/line/{line.id}/undo")
    following = queries.next_open(env, line.statement, line.position)
    return _after(env, request, line.statement, following or line.id, toast)


def _after(
    env: Env, request: Request, statement: BankStatement, line_id: int | None, toast: Toast | str
) -> Fragment | Redirect:
    url = f"{BASE}/statement/{statement.id}" + (f"?line={line_id}" if line_id else "")
    if not request.htmx.partial:
        return Redirect(url, toast=toast)
    context = screen(env, request, statement, line_id, Fields())
    return Fragment(SCREEN, context, toast=toast, push_url=url, target="#main", swap="outerMorph")


@action(BASE + "/line/{line_id:int}/undo", access=ACCOUNTANT)
def undo(env: Env, line_id: int) -> Redirect:
    """Take a match back."""
    line = reconciling.undo(env, _own(env, BankLine, line_id))
    return Redirect(f"{BASE}/statement/{line.statement_id}?line={line.id}", toast=_("The match was undone."))


@action(BASE + "/statement/{statement_id:int}/certain", access=ACCOUNTANT)
def match_certain(env: Env, request: Request, statement_id: int) -> Fragment | Redirect:
    """Match every line whose best proposal is certain."""
    statement = _own(env, BankStatement, statement_id)
    run = suggesting.match_certain(env, statement)
    if not run.matched:
        return _after(env, request, statement, None, str(_("No line is certain: choose for each of them.")))
    told = ngettext("{count} line matched.", "{count} lines matched.", run.matched)
    if run.left:
        told = _("{told} {count} more are certain: press again.", told=told, count=run.left)
    undo_url = f"{BASE}/statement/{statement.id}/undo/{run.key}"
    return _after(env, request, statement, None, Toast(str(told), str(_("Undo")), undo_url))


@action(BASE + "/statement/{statement_id:int}/undo/{run:str}", access=ACCOUNTANT)
def undo_run(env: Env, statement_id: int, run: str) -> Redirect:
    """Take back what one press matched."""
    _own(env, BankStatement, statement_id)
    count = reconciling.undo_run(env, run)
    told = ngettext("{count} match undone.", "{count} matches undone.", count)
    return Redirect(f"{BASE}/statement/{statement_id}", toast=told)


@action(BASE + "/statement/{statement_id:int}/close", access=ACCOUNTANT)
def close(env: Env, request: Request, statement_id: int) -> Fragment | Redirect:
    """Close a statement whose lines are all matched."""
    statement = _own(env, BankStatement, statement_id)
    statements.close(env, statement)
    return _after(env, request, statement, None, str(_("Statement closed.")))


@action(BASE + "/statement/{statement_id:int}/reopen", access=ACCOUNTANT)
def reopen(env: Env, request: Request, statement_id: int) -> Fragment | Redirect:
    """Let matches of a closed statement be undone."""
    statement = _own(env, BankStatement, statement_id)
    statements.reopen(env, statement)
    return _after(env, request, statement, None, str(_("Statement reopened.")))


ROUTES = (
    index,
    choose_file,
    import_file,
    show,
    plan,
    search,
    match,
    undo,
    match_certain,
    undo_run,
    close,
    reopen,
)
