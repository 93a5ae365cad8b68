"""Rules that follow from what people accepted: whose account it is, and where a text goes.

Deterministic and open: a learned rule is a rule like any other, with the number of times it was accepted. A
match that contradicts it switches it off and teaches a new one; undoing the match takes both back.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.models import Account, BankRule, RuleDirection
from addons.erp_accounting.services.bank.evidence import runs
from core.api import _

if TYPE_CHECKING:
    from addons.erp_accounting.models import BankLine
    from addons.erp_accounting.services.bank.applying import Choice
    from core.api import Env

MOST_WORDS = 5
SHORTEST_TEXT = 5


def learn(
    env: Env, line: BankLine, choice: Choice, parties: list[int | None], rule_id: int | None
) -> list[int]:
    """Note what a match confirms or teaches; gives the rules, negative for those it switched off."""
    changed: list[int] = []
    if rule_id is not None:
        rule = env.get(BankRule, rule_id, lock=True)
        rule.accepted += 1
        changed.append(rule.id)
    whose = {party for party in parties if party is not None}
    if line.partner_iban and len(whose) == 1 and len(parties) == len(choice.takes):
        changed += _learn_party(env, line, whose.pop())
    if rule_id is None and not choice.takes and len(choice.extras) in (1, 2, 3):
        changed += _learn_account(env, line, choice)
    return changed


def _learn_party(env: Env, line: BankLine, party: int) -> list[int]:
    model = env[BankRule]
    known = _learned(env, model.partner_iban == line.partner_iban, model.account_id.is_(None))
    name = env.get(Party, party).name
    return _confirm_or_teach(
        env,
        known,
        {"party_id": party},
        name=str(_("{party}, account {iban}", party=name, iban=f"•••• {line.partner_iban[-4:]}")),
        partner_iban=line.partner_iban,
    )


def _learn_account(env: Env, line: BankLine, choice: Choice) -> list[int]:
    """One account, with or without an included tax, for the whole line."""
    text = signature(line.label)
    base = choice.extras[0]
    taxes = [extra.tax for extra in choice.extras if extra.tax]
    if len(text) < SHORTEST_TEXT or base.tax or len(taxes) != len(choice.extras) - 1 or len({*taxes}) > 1:
        return []
    model = env[BankRule]
    direction = RuleDirection.IN if line.amount > 0 else RuleDirection.OUT
    known = _learned(env, model.contains == text, model.direction == direction, model.account_id.is_not(None))
    title = env.get(Account, base.account).title
    return _confirm_or_teach(
        env,
        known,
        {"account_id": base.account, "tax_id": taxes[0] if taxes else None, "party_id": base.party},
        name=str(_("“{text}” goes to {account}", text=text, account=title))[:100],
        contains=text,
        direction=direction,
    )


def _learned(env: Env, *conditions: Any) -> list[BankRule]:
    model = env[BankRule]
    return list(
        env.session.scalars(
            select(model)
            .where(model.company_id == env.company_id, model.is_learned, model.active, *conditions)
            .order_by(model.id)
            .with_for_update(of=model)
            .execution_options(populate_existing=True)
        )
    )


def _confirm_or_teach(
    env: Env, known: list[BankRule], result: dict[str, int | None], **conditions: Any
) -> list[int]:
    changed: list[int] = []
    agreed = False
    for rule in known:
        if all(getattr(rule, name) == value for name, value in result.items()):
            rule.accepted += 1
            changed.append(rule.id)
            agreed = True
        else:
            rule.active = False
            changed.append(-rule.id)
    if not agreed:
        made = env.add(
            BankRule,
            company_id=env.company_id,
            position=50,
            is_learned=True,
            accepted=1,
            **conditions,
            **result,
        )
        changed.append(made.id)
    return changed


def forget(env: Env, line: BankLine) -> None:
    """Take back what a match taught."""
    model = env[BankRule]
    for number in line.learned or ():
        rule = env.session.get(model, abs(number), with_for_update=True, populate_existing=True)
        if rule is None:
            continue  # somebody deleted it
        if number < 0:
            rule.active = True
            continue
        rule.accepted = max(rule.accepted - 1, 0)
        if rule.is_learned and not rule.accepted:
            env.session.delete(rule)
    env.session.flush()


def signature(text: str) -> str:
    """The longest run of words without a number, at most five: what stays the same from month to month."""
    sequences = []
    for is_word, group in groupby(runs(text), key=str.isalpha):
        if is_word:
            sequences.append(" ".join(list(group)[:MOST_WORDS]))
    return max(sequences, key=len, default="")
