"""The right side of the matching screen: a proposal, or documents and an account chosen by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Party
from addons.catalog.models import Tax
from addons.erp_accounting.models import Account, BankAccount
from addons.erp_accounting.queries import bank as queries
from addons.erp_accounting.services import ledgers
from addons.erp_accounting.services.bank import applying, planning, reconciling, suggesting
from addons.erp_accounting.services.bank.proposals import propose
from core.api import ZERO, Invalid, _, fold, parse_decimal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from addons.erp_accounting.models import BankLine
    from addons.erp_accounting.services.bank.pool import Candidate
    from addons.erp_accounting.services.bank.proposal import Context, Proposal
    from core.api import Env, Fields

HAND = "hand"
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """A document chosen by hand, and how much of it."""

    candidate: Candidate
    amount: Decimal | None
    """None when what was typed is no amount."""
    typed: str


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line of the entry that matching would post."""

    account: str
    document: str
    debit: Decimal
    credit: Decimal


@dataclass(slots=True)
class Side:
    """Everything the right side draws."""

    line: BankLine
    proposals: Sequence[Proposal] = ()
    picked: str = ""
    taken: list[Taken] = field(default_factory=list)
    rest: int | None = None
    rest_title: str = ""
    rest_label: str = ""
    rest_tax: int | None = None
    party: int | None = None
    party_name: str = ""
    taxes: Sequence[tuple[int, str]] = ()
    left: Decimal = ZERO
    plan: Sequence[PlannedLine] = ()
    choice: applying.Choice = field(default_factory=applying.Choice)
    error: str = ""

    @property
    def by_hand(self) -> bool:
        return self.picked == HAND

    @property
    def proposal(self) -> Proposal | None:
        """The proposal that is picked."""
        return next((one for one in self.proposals if one.key == self.picked), None)

    @property
    def ready(self) -> bool:
        """Whether it explains the whole line."""
        return not self.error and not self.left and bool(self.choice.takes or self.choice.extras)


def side_of(env: Env, line: BankLine, form: Fields, context: Context | None = None) -> Side:
    """The right side for a line, as the form has it; the best proposal when it says nothing."""
    shared = context or suggesting.context(env, env.get(BankAccount, line.bank_account_id))
    side = Side(line, propose(shared, line))
    keys = [one.key for one in side.proposals]
    side.picked = keys[0] if keys else HAND
    if form.get("hand"):
        side.picked = HAND
    elif form.get("pick") in keys:
        side.picked = form.get("pick")
    elif form.get("by-hand"):
        side.picked = HAND
    if side.by_hand:
        _by_hand(env, side, form, shared)
    elif side.proposal is not None:
        side.choice = side.proposal.choice
    side.left = side.choice.left_of(line.amount)
    if not side.error and (side.choice.takes or side.choice.extras):
        side.plan = _plan(env, side)
    return side


def _by_hand(env: Env, side: Side, form: Fields, context: Context) -> None:
    line = side.line
    keys = [key for key in dict.fromkeys(form.all("take")) if key != form.get("drop")]
    added = form.get("add")
    if added and added not in keys:
        keys.append(added)
    left = line.amount
    for key in keys:
        candidate = context.pool.by_key(key)
        if candidate is None:
            continue
        amount, typed = _amount(form, key, candidate, line, left, context)
        side.taken.append(Taken(candidate, amount, typed))
        if amount is None:
            side.error = str(_("“{text}” is no amount.", text=typed))
        left -= amount or ZERO
    takes = tuple(_take(one, line) for one in side.taken if one.amount)
    side.rest_label = form.get("rest-label")[:200]
    _rest(env, side, form)
    extras = _extras(env, side, left, context.accounts)
    side.choice = applying.Choice(takes, extras)


def _amount(
    form: Fields, key: str, candidate: Candidate, line: BankLine, left: Decimal, context: Context
) -> tuple[Decimal | None, str]:
    """What was typed, in the line's currency without sign; at first as much as the line still has."""
    typed = form.get(f"amount-{key}")
    sign = 1 if candidate.open > 0 else -1
    if typed:
        try:
            return sign * abs(parse_decimal(typed)), typed
        except ValueError:
            return None, typed
    whole = candidate.open if candidate.currency == line.currency else left
    if candidate.currency == line.currency and whole * left > 0 and abs(whole) > abs(left):
        whole = left
    return whole, ""


def _take(one: Taken, line: BankLine) -> applying.Take:
    foreign = one.candidate.currency != line.currency
    return applying.Take(one.candidate.key, one.amount or ZERO, full=foreign and not one.typed)


def _rest(env: Env, side: Side, form: Fields) -> None:
    side.rest, side.rest_tax, side.party = (form.integer(name) for name in ("rest", "rest-tax", "rest-party"))
    if form.get("fees"):
        account = env.get(BankAccount, side.line.bank_account_id)
        side.rest = account.fee_account_id or ledgers.of(env).bank_fees_id
    if side.party:
        side.party_name = env.get(Party, side.party).name
    if side.rest:
        side.rest_title = env.get(Account, side.rest).title
    model = env[Tax]
    side.taxes = [
        (row.id, row.name)
        for row in env.session.scalars(
            select(model)
            .where(model.company_id == env.company_id, model.active, model.rate > 0)
            .order_by(model.position)
        )
    ]


def _extras(env: Env, side: Side, left: Decimal, accounts: applying.Accounts) -> tuple[applying.Extra, ...]:
    """What the documents leave goes to the account that was chosen, or stays as credit of a party."""
    if not left or not (side.rest or side.party):
        return ()
    account = side.rest or ledgers.account_id(env, "receivable" if side.line.amount > 0 else "payable")
    tax = env.get(Tax, side.rest_tax) if side.rest_tax and side.rest else None
    return applying.to_account(
        accounts,
        account,
        left,
        side.line.currency,
        tax=tax,
        party=side.party,
        label=side.rest_label,
        kind="" if side.rest else "credit",
    )


def _plan(env: Env, side: Side) -> list[PlannedLine]:
    found = reconciling.chosen(env, side.choice)
    if any(take.key not in found for take in side.choice.takes):
        side.error = str(_("A document was settled meanwhile. Choose again."))
        return []
    planned = planning.plan(reconciling.movement_of(env, side.line), side.choice, found, env.company.currency)
    titles = queries.titles(env, [one.posting.account for one in planned])
    return [
        PlannedLine(
            titles.get(one.posting.account, str(_("No account chosen"))),
            one.number or one.posting.label,
            one.posting.debit,
            one.posting.credit,
        )
        for one in planned
    ]


def found(env: Env, line: BankLine, words: str, already: Sequence[str]) -> list[Candidate]:
    """Open documents by number, party, reference or amount; those that fit the line best come first."""
    if not words.strip():
        raise Invalid(fields={"q": _("Type a number, a name or an amount.")})
    context = suggesting.context(env, env.get(BankAccount, line.bank_account_id))
    wanted = fold(words).split()
    try:
        amount: Decimal | None = abs(parse_decimal(words))
    except ValueError:
        amount = None
    hits = []
    for one in context.pool.candidates:
        text = fold(" ".join((one.number, one.party_name, *one.references)))
        if one.key not in already and (abs(one.open) == amount or all(word in text for word in wanted)):
            hits.append(one)
    hits.sort(key=lambda one: (one.open * line.amount < 0, abs(one.open) != amount, one.due, one.id))
    return hits[:MOST_FOUND]
