"""Several open items of one party that add up to a line. Pure."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from addons.erp_accounting.services.bank import applying
from addons.erp_accounting.services.bank.evidence import Told
from addons.erp_accounting.services.bank.proposal import CERTAIN, Evidence, Proposal
from core.api import ZERO, _, format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from addons.erp_accounting.models import BankLine
    from addons.erp_accounting.services.bank.pool import Candidate
    from addons.erp_accounting.services.bank.proposal import Context, Seen

MOST_OF_PARTY = 14
"""Open items of one party among which sums are looked for: all pairs, triples and the oldest so many."""


def several(context: Context, line: BankLine, seen: Seen) -> Iterable[Proposal]:
    """Several open items of one party that add up: those that the text names, or any of somebody known."""
    pool = context.pool
    named = [at for at, told in seen.told.items() if told >= Told.NUMBER]
    yield from _named_together(context, line, [pool.candidates[at] for at in sorted(named)], seen)
    for party, (points, words) in sorted(seen.parties.items()):
        if points < 25:
            continue
        items = [pool.candidates[at] for at in pool.by_party.get(party, ())]
        items = [one for one in items if one.currency == line.currency and not one.is_payment]
        chosen = _adding_up(items, line.amount)
        if chosen is None:
            continue
        group, how, sure = chosen
        score = points + (45 if sure else 30)
        yield _together(line, group, min(score, CERTAIN - 5), (Evidence(how), Evidence(words)))


def _named_together(
    context: Context, line: BankLine, items: Sequence[Candidate], seen: Seen
) -> Iterable[Proposal]:
    by_party: dict[tuple[int | None, int], list[Candidate]] = {}
    for one in items:
        if one.currency == line.currency and not one.is_payment:
            by_party.setdefault((one.party, one.account), []).append(one)
    for group in by_party.values():
        if len(group) < 2:
            continue
        difference = line.amount - sum((one.open for one in group), ZERO)
        told = Evidence(_("{count} references in the text", count=len(group)))
        if not difference:
            yield _together(line, group, 97, (told, Evidence(_("Their sum is the amount"))))
        elif abs(difference) <= context.account.tolerance:
            shown = format_money(abs(difference), line.currency)
            extra = applying.small_difference(context.accounts, context.account, difference, line.amount)
            differ = Evidence(_("{amount} differ, within the tolerance", amount=shown), agrees=False)
            yield _together(line, group, 78, (told, differ), (extra,))


def _together(
    line: BankLine,
    group: Sequence[Candidate],
    score: int,
    evidence: tuple[Evidence, ...],
    extras: tuple[applying.Extra, ...] = (),
) -> Proposal:
    ordered = sorted(group, key=lambda one: (one.due, one.id))
    return Proposal(
        "+".join(one.key for one in ordered),
        score,
        applying.Choice(tuple(applying.Take(one.key, one.open) for one in ordered), extras),
        str(_("{count} documents", count=len(ordered))),
        ordered[0].party_name,
        ", ".join(one.number for one in ordered),
        sum((one.open for one in ordered), ZERO),
        line.currency,
        evidence,
        candidates=tuple(ordered),
    )


def _adding_up(items: Sequence[Candidate], amount: Decimal) -> tuple[list[Candidate], str, bool] | None:
    """Items whose open amounts give the amount: all, the oldest ones, else the first pair or triple."""
    if len(items) < 2:
        return None
    ordered = sorted(items, key=lambda one: (one.due, one.id))
    total = ZERO
    for count, one in enumerate(ordered, start=1):
        total += one.open
        if total == amount and count > 1:
            text = _("Everything that is open") if count == len(ordered) else _("The oldest ones add up")
            return list(ordered[:count]), text, True
    few = ordered[:MOST_OF_PARTY]
    for size in (2, 3):
        found = [list(one) for one in combinations(few, size) if sum((c.open for c in one), ZERO) == amount]
        if found:
            return found[0], _("Their sum is the amount"), len(found) == 1
    return None
