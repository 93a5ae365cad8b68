"""From a choice to the lines of the entry that matching posts. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from addons.erp_accounting.services.entries import Posting, signed
from core.api import ZERO, round_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from addons.erp_accounting.services.bank.applying import Choice, Extra


@dataclass(frozen=True, slots=True)
class Source:
    """What is taken: an open item, or the bank line of a payment."""

    account: int
    party: int | None
    number: str
    currency: str
    open: Decimal
    """In `currency`, signed: positive is settled by money that came in."""
    home: Decimal
    is_booked: bool = False
    """A payment on the bank account itself: it is taken back there, for the statement booked it again."""


@dataclass(frozen=True, slots=True)
class Movement:
    """The statement line as it was booked."""

    amount: Decimal
    currency: str
    home: Decimal
    """The same in the company's currency, as it stands on the suspense account."""
    suspense: int
    label: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the entry, and the candidate it settles ("" for the others)."""

    posting: Posting
    key: str = ""
    number: str = ""


def plan(
    movement: Movement,
    choice: Choice,
    sources: Mapping[str, Source],
    home: str,
    exchange: tuple[int, int] | None = None,
) -> list[Planned]:
    """The suspense account against everything chosen; company amounts are shares of what was booked, and the
    last one takes the cent. exchange: accounts of gain and loss, for payments booked at another rate."""
    lines = [
        Planned(
            signed(
                movement.suspense,
                movement.home,
                label=movement.label,
                currency=movement.currency,
                amount_currency=movement.amount,
            )
        )
    ]
    left, rest = movement.amount, movement.home

    def share(amount: Decimal) -> Decimal:
        nonlocal left, rest
        left -= amount
        part = rest if not left else round_money(movement.home * amount / movement.amount, home)
        rest -= part
        return part

    for take in choice.takes:
        source = sources[take.key]
        part = share(take.amount)
        booked = source.home if source.is_booked else part
        lines.append(
            Planned(
                signed(
                    source.account,
                    -booked,
                    party=None if source.is_booked else source.party,
                    label=source.number or movement.label,
                    currency=movement.currency,
                    amount_currency=-take.amount,
                ),
                take.key,
                source.number,
            )
        )
        if booked != part and exchange is not None:
            gain = part - booked
            lines.append(
                Planned(
                    signed(
                        exchange[0] if gain > 0 else exchange[1],
                        -gain,
                        label=source.number,
                        currency=movement.currency,
                        amount_currency=ZERO if movement.currency != home else None,
                    )
                )
            )
    lines += [Planned(_extra(movement, extra, share(extra.amount), home)) for extra in choice.extras]
    return lines


def _extra(movement: Movement, extra: Extra, part: Decimal, home: str) -> Posting:
    base = extra.tax_base
    if base and movement.home != movement.amount:
        base = round_money(base * movement.home / movement.amount, home)
    return signed(
        extra.account,
        -part,
        party=extra.party,
        label=extra.label or movement.label,
        currency=movement.currency,
        amount_currency=-extra.amount,
        tax=extra.tax,
        tax_code=extra.tax_code,
        tax_base=base,
    )
