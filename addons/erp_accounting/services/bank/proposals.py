"""What a statement line may pay: scored proposals, the evidence in words, always in the same order. Pure.

Scores are points out of 100: from 90 certain (applied by "match all certain lines"), from 60 likely, below
weak. Only evidence that agrees gives points; nothing is learned but rules, which users see and change.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from addons.erp_accounting.services.bank import applying
from addons.erp_accounting.services.bank.evidence import Named, Told
from addons.erp_accounting.services.bank.proposal import CERTAIN, Evidence, Proposal, Seen
from addons.erp_accounting.services.bank.sums import MOST_OF_PARTY, several
from core.api import _, format_date, format_money, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from addons.erp_accounting.models import BankLine, BankRule
    from addons.erp_accounting.services.bank.pool import Candidate, Pool
    from addons.erp_accounting.services.bank.proposal import Context

MOST_PROPOSALS = 9
MOST_WEAK = 4
"""Oldest items of a known party that are proposed although neither reference nor amount agrees."""
CLOSE = Decimal("0.05")
"""A foreign amount at the bank's rate may differ by this share from our own rate."""


def propose(context: Context, line: BankLine) -> list[Proposal]:
    """The best proposals for a line, best first."""
    pool = context.pool
    text = f"{line.label} {line.end_to_end}"
    seen = Seen(pool.references.in_text(text), _parties(pool, line, text))
    found: dict[str, Proposal] = {}
    for position in _positions(pool, line, seen):
        candidate = pool.candidates[position]
        proposal = _single(context, line, candidate, seen.told.get(position, Told.NOT), seen)
        if proposal is not None:
            _keep(found, proposal)
    for proposal in several(context, line, seen):
        _keep(found, proposal)
    for proposal in applying_rules(context, line):
        _keep(found, proposal)
    ranked = sorted(found.values(), key=lambda one: (-one.score, len(one.candidates), one.key))
    return _without_doubt(ranked)[:MOST_PROPOSALS]


def _keep(found: dict[str, Proposal], proposal: Proposal) -> None:
    kept = found.get(proposal.key)
    if kept is None or kept.score < proposal.score:
        found[proposal.key] = proposal


def _without_doubt(ranked: list[Proposal]) -> list[Proposal]:
    """Two certain proposals that differ are both only likely: a person decides."""
    if len(ranked) < 2 or not ranked[1].is_certain:
        return ranked
    first, second = ranked[0], ranked[1]
    if set(first.candidates) > set(second.candidates) or first.score - second.score >= 5:
        return ranked
    return [_weaker(one) if one.is_certain else one for one in ranked]


def _weaker(one: Proposal) -> Proposal:
    doubt = Evidence(_("Another one fits as well"), agrees=False)
    return replace(one, score=CERTAIN - 1, evidence=(*one.evidence, doubt))


def _parties(pool: Pool, line: BankLine, text: str) -> dict[int, tuple[int, str]]:
    """Whose line it may be."""
    found: dict[int, tuple[int, str]] = {}
    if line.party_id:
        found[line.party_id] = (35, _("You said whose line it is"))
    owner = pool.iban_owners.get(line.partner_iban) if line.partner_iban else None
    if owner is not None and owner not in found:
        found[owner] = (35, _("Account of the contact"))
    for rule in pool.iban_rules.get(line.partner_iban, ()) if line.partner_iban else ():
        if rule.party_id and rule.party_id not in found:
            found[rule.party_id] = (
                (
                    35,
                    ngettext(
                        "Account known from {count} match",
                        "Account known from {count} matches",
                        rule.accepted,
                    ),
                )
                if rule.is_learned
                else (35, _("Account of the rule {rule}", rule=rule.name))
            )
    if not found:
        for party, named in pool.names.in_text(f"{line.partner_name} {text}").items():
            found[party] = (25, _("Name agrees")) if named is Named.NAME else (8, _("Similar name"))
    return found


def _positions(pool: Pool, line: BankLine, seen: Seen) -> list[int]:
    """Candidates worth a look, in a fixed order."""
    positions = set(seen.told)
    positions.update(pool.by_amount.get((line.currency, line.amount), ())[:MOST_OF_PARTY])
    for party in seen.parties:
        same = [at for at in pool.by_party.get(party, ()) if pool.candidates[at].open * line.amount > 0]
        positions.update(same[:MOST_WEAK])
    return sorted(at for at in positions if pool.candidates[at].open * line.amount > 0)


def _reference(told: Told, number: str) -> tuple[int, str]:
    if told is Told.WHOLE:
        return 60, _("Reference {number} in the text", number=number)
    if told is Told.NUMBER:
        return 45, _("Number of {number} in the text", number=number)
    return 40, _("Short form of {number} in the text", number=number)


def _single(
    context: Context, line: BankLine, candidate: Candidate, told: Told, seen: Seen
) -> Proposal | None:
    points = 0
    evidence: list[Evidence] = []
    if told:
        points, text = _reference(told, candidate.number)
        evidence.append(Evidence(text))
    fit = _fit(context, line, candidate, seen, told)
    if fit is None:
        return None
    amount_points, amount_evidence, choice = fit
    points += amount_points
    evidence.append(amount_evidence)
    party = seen.parties.get(candidate.party or 0)
    if party is not None:
        points += party[0]
        evidence.append(Evidence(party[1]))
    elif seen.parties and candidate.party is not None and any(one[0] >= 25 for one in seen.parties.values()):
        points -= 25
        evidence.append(Evidence(_("The text names somebody else"), agrees=False))
    ceiling = 99 if amount_evidence.agrees else CERTAIN - 11
    if not (told or party) and ceiling == 99:
        ceiling = CERTAIN - 20  # an amount alone is never certain
    return Proposal(
        candidate.key,
        max(5, min(points, ceiling)),
        choice,
        candidate.number,
        candidate.party_name,
        _detail(candidate, line.date),
        candidate.open,
        candidate.currency,
        tuple(evidence),
        candidates=(candidate,),
    )


def _detail(candidate: Candidate, day: date) -> str:
    if candidate.is_payment:
        return str(_("Payment of {day}", day=format_date(candidate.date)))
    late = (day - candidate.due).days
    if late > 0:
        return str(
            ngettext(
                "Due {day}, {count} day late",
                "Due {day}, {count} days late",
                late,
                day=format_date(candidate.due),
            )
        )
    return str(_("Due {day}", day=format_date(candidate.due)))


def _fit(
    context: Context, line: BankLine, candidate: Candidate, seen: Seen, told: Told
) -> tuple[int, Evidence, applying.Choice] | None:
    """How the amounts agree, and what matching would do."""
    pool, amount = context.pool, line.amount
    if candidate.currency != line.currency:
        return _fit_foreign(context, line, candidate, told)
    difference = amount - candidate.open
    one = applying.Take(candidate.key, candidate.open)
    if not difference:
        alone = len(pool.by_amount[candidate.currency, candidate.open]) == 1
        points = 45 if alone else 35
        text = _("Exact amount, the only one") if alone else _("Exact amount")
        return points, Evidence(text), applying.Choice((one,))
    discount = context.discount(candidate, line.date)
    if discount is not None and difference == -discount.amount:
        return (
            38,
            Evidence(
                _(
                    "Amount less {percent} % early payment discount",
                    percent=f"{discount.percent.normalize():f}",
                )
            ),
            applying.Choice((one,), discount.extras),
        )
    if told is Told.NOT and candidate.party not in seen.parties:
        return None
    shown = format_money(abs(difference), line.currency)
    if abs(difference) <= context.account.tolerance and not candidate.is_payment:
        extra = applying.small_difference(context.accounts, context.account, difference, amount)
        return (
            25,
            Evidence(_("{amount} differ, within the tolerance", amount=shown), agrees=False),
            applying.Choice((one,), (extra,)),
        )
    if candidate.is_payment:
        return None
    if abs(amount) < abs(candidate.open):
        part = applying.Take(candidate.key, amount)
        left = Evidence(_("Part payment: {amount} stay open", amount=shown), agrees=False)
        return 5, left, applying.Choice((part,))
    credit = applying.Extra(
        candidate.account, difference, party=candidate.party, label=str(_("Overpayment")), kind="credit"
    )
    over = Evidence(_("{amount} too much, kept as credit", amount=shown), agrees=False)
    return 5, over, applying.Choice((one,), (credit,))


def _fit_foreign(
    context: Context, line: BankLine, candidate: Candidate, told: Told
) -> tuple[int, Evidence, applying.Choice] | None:
    """A document in another currency: paid in full when the bank says so, or when the rates are close."""
    pool, amount = context.pool, line.amount
    if pool.home not in (line.currency, candidate.currency) or candidate.is_payment:
        return None
    choice = applying.Choice((applying.Take(candidate.key, amount, full=True),))
    if line.foreign_currency == candidate.currency and line.foreign_amount == candidate.open:
        text = _("Exact amount in {currency}", currency=candidate.currency)
        return 42, Evidence(text), choice
    foreign = candidate.currency if candidate.currency != pool.home else line.currency
    rate = context.rate(foreign, line.date)
    if rate is None or told is Told.NOT:
        return None
    expected = candidate.open * rate if candidate.currency != pool.home else candidate.open / rate
    if abs(amount - expected) <= abs(expected) * CLOSE:
        share = abs(amount - expected) / abs(expected)
        text = _("{open} at the bank’s own rate", open=format_money(candidate.open, candidate.currency))
        return (32 if share <= CLOSE / 5 else 25), Evidence(text), choice
    if abs(amount) < abs(expected):
        part = applying.Choice((applying.Take(candidate.key, amount),))
        return 5, Evidence(_("Part payment"), agrees=False), part
    return None


def applying_rules(context: Context, line: BankLine) -> Iterable[Proposal]:
    """What rules say about a line; the first that fits comes first."""
    number = 0
    for rule in context.pool.rules:
        if rule.account_id is None or not applying.fits(rule, line):
            continue
        number += 1
        yield _by_rule(context, line, rule, number)


def _by_rule(context: Context, line: BankLine, rule: BankRule, number: int) -> Proposal:
    if rule.is_learned:
        score = min(56 + 12 * rule.accepted, CERTAIN + 2)
        text = ngettext(
            "You accepted it {count} time: {rule}",
            "You accepted it {count} times: {rule}",
            rule.accepted,
            rule=rule.name,
        )
    else:
        score = CERTAIN + 5 if rule.certain else 80
        text = _("Rule: {rule}", rule=rule.name)
    extras = applying.by_rule(context.accounts, rule, line)
    return Proposal(
        f"r{rule.id}",
        score - 2 * (number - 1),
        applying.Choice((), extras),
        rule.account.title if rule.account else rule.name,
        rule.party.name if rule.party else "",
        rule.label or line.label,
        line.amount,
        line.currency,
        (Evidence(text),),
        rule=rule.id,
    )
