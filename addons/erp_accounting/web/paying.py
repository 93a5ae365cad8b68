"""The payment screen: what came in or went out, shared out over what is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.models import Account, AccountType, Direction, Journal, JournalKind
from addons.erp_accounting.queries import paying
from addons.erp_accounting.services import allocating, payments
from addons.erp_accounting.services.allocating import Wish
from core.api import (
    ZERO,
    CoreError,
    Env,
    Fields,
    Fragment,
    Invalid,
    Page,
    Redirect,
    Request,
    RuleBroken,
    _,
    action,
    page,
    parse_decimal,
)

if TYPE_CHECKING:
    from decimal import Decimal

INVOICING = "erp_accounting.invoicing"
HERE = "/accounting/allocate"
GIVEN_UP_ON = (AccountType.EXPENSE, AccountType.OTHER_INCOME, AccountType.INCOME, AccountType.COST_OF_SALES)


@dataclass
class Typed:
    """What stands on the screen."""

    party: Party
    direction: Direction
    day: date
    amount: Decimal = ZERO
    journal: int | None = None
    memo: str = ""
    group: str = ""
    account: int | None = None
    write_off_rest: bool = False
    amounts: dict[int, Decimal] = field(default_factory=dict)
    ticked: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)


@page(HERE, access=INVOICING)
def screen(env: Env, request: Request) -> Page:
    """Who has open amounts; those of one customer or supplier once it is chosen."""
    direction = _direction(request.query)
    party_id = request.query.integer("party")
    if party_id is None:
        words = request.query.get("q")
        context = {
            "direction": direction,
            "words": words,
            "debtors": paying.debtors(env, direction, words),
            "here": HERE,
        }
        return Page("erp_accounting/payers.html", context)
    party = env.get(Party, party_id)
    typed = Typed(party, direction, env.today(), journal=payments.usual_bank(env).id)
    lines = paying.open_lines(env, party, direction)
    wanted = {line.item for line in lines if line.entry == request.query.integer("entry")}
    if wanted:
        typed.group = next(_group(line) for line in lines if line.item in wanted)
        early = [line for line in lines if line.item in wanted]
        paying.propose(early, sum((line.open for line in early), ZERO), typed.day)
        typed.amount = sum((line.amount for line in early), ZERO)
    return Page("erp_accounting/pay.html", _context(env, typed, lines))


@action(HERE + "/propose", access=INVOICING)
def propose(env: Env, request: Request) -> Fragment:
    """The amount, the day or the account changed: share it out anew."""
    typed = _typed(env, request.form)
    lines = paying.open_lines(env, typed.party, typed.direction)
    paying.propose(_of_group(lines, typed.group), typed.amount, typed.day)
    return Fragment("erp_accounting/_allocations.html", _context(env, typed, lines))


@action(HERE + "/count", access=INVOICING)
def count(env: Env, request: Request) -> Fragment:
    """A line changed: say what is left."""
    typed = _typed(env, request.form)
    lines = paying.open_lines(env, typed.party, typed.direction)
    paying.take_over(lines, typed.amounts, typed.ticked)
    return Fragment("erp_accounting/_allocations.html", _context(env, typed, lines))


@action(HERE, access=INVOICING)
def register(env: Env, request: Request) -> Page | Redirect:
    """Post it; refused, the screen stays as it was typed."""
    typed = _typed(env, request.form)
    lines = paying.open_lines(env, typed.party, typed.direction)
    paying.take_over(lines, typed.amounts, typed.ticked)
    problem: CoreError | None = Invalid(fields=typed.errors) if typed.errors else None
    if problem is None:
        try:
            with env.session.begin_nested():
                payment = _allocate(env, typed, _of_group(lines, typed.group))
        except RuleBroken as error:
            env.session.rollback_to_start() if hasattr(env.session, "rollback_to_start") else None
            problem = error
        else:
            if payment is None:
                return Redirect(f"/app/base/party/{typed.party.id}", toast=_("Credit used."))
            return Redirect(
                f"/app/erp_accounting/payment/{payment.id}",
                toast=_("Payment {number} registered.", number=payment.number or ""),
            )
    return Page("erp_accounting/pay.html", _context(env, typed, lines) | {"problem": problem}, status=422)


def _allocate(env: Env, typed: Typed, lines: list[paying.Line]) -> Any:
    money = lines[0].currency if lines else ""
    return allocating.allocate(
        env,
        typed.party,
        [Wish(line.item, line.amount, line.take_discount, line.write_off) for line in lines],
        direction=typed.direction,
        amount=typed.amount,
        date=typed.day,
        journal=env.get(Journal, typed.journal) if typed.journal else None,
        currency=money,
        memo=typed.memo,
        write_off_account=env.get(Account, typed.account) if typed.account else None,
        write_off_rest=typed.write_off_rest,
    )


def _direction(fields: Fields) -> Direction:
    return Direction.OUT if fields.get("direction") == "out" else Direction.IN


def _group(line: paying.Line) -> str:
    return f"{line.account}:{line.currency}"


def _of_group(lines: list[paying.Line], group: str) -> list[paying.Line]:
    chosen = group or (_group(lines[0]) if lines else "")
    return [line for line in lines if _group(line) == chosen]


def _typed(env: Env, form: Fields) -> Typed:
    typed = Typed(env.get(Party, form.integer("party") or 0), _direction(form), env.today())
    typed.memo, typed.group = form.get("memo")[:80], form.get("group")
    typed.journal, typed.account = form.integer("journal"), form.integer("account")
    typed.write_off_rest = form.get("rest") == "write_off"
    typed.amount = _amount(typed, "amount", form.get("amount"))
    try:
        typed.day = date.fromisoformat(form.get("date"))
    except ValueError:
        typed.errors["date"] = _("Choose a day.")
    for name in form:
        if name.startswith("a") and name[1:].isdecimal():
            typed.amounts[int(name[1:])] = _amount(typed, name, form.get(name))
        elif name[:1] in {"d", "w"} and name[1:].isdecimal():
            typed.ticked.add(name)
    return typed


def _amount(typed: Typed, name: str, text: str) -> Decimal:
    if not text:
        return ZERO
    try:
        value = parse_decimal(text)
    except ValueError:
        typed.errors[name] = _("“{text}” is no amount.", text=text)
        return ZERO
    if value < 0:
        typed.errors[name] = _("Enter zero or more.")
        return ZERO
    return value


def _context(env: Env, typed: Typed, lines: list[paying.Line]) -> dict[str, Any]:
    groups = paying.groups_of(lines)
    accounts = {account: env.get(Account, account).title for account, _money in groups}
    shown = _of_group(lines, typed.group)
    money = shown[0].currency if shown else env.company.currency
    return {
        "here": HERE,
        "typed": typed,
        "lines": shown,
        "groups": [(f"{account}:{code}", f"{accounts[account]}, {code}") for account, code in groups],
        "currency": money,
        "sums": paying.sums(shown, typed.amount),
        "journals": _journals(env),
        "accounts": _accounts(env),
        "today": env.today(),
        "problem": None,
    }


def _journals(env: Env) -> list[tuple[int, str]]:
    model = env[Journal]
    kinds = [JournalKind.BANK, JournalKind.CASH]
    rows = env.session.scalars(
        select(model)
        .where(model.company_id == env.company_id, model.kind.in_(kinds), model.active)
        .order_by(model.id)
    )
    return [(row.id, row.name) for row in rows]


def _accounts(env: Env) -> list[tuple[int | str, str]]:
    model = env[Account]
    rows = env.session.scalars(
        select(model)
        .where(model.company_id == env.company_id, model.type.in_(GIVEN_UP_ON), model.active)
        .order_by(model.code)
    )
    return [("", str(_("The usual account"))), *((row.id, row.title) for row in rows)]


ROUTES = (screen, propose, count, register)
