"""The fee of a reminder in the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.models import JournalKind
from addons.erp_accounting.services import entries, ledgers
from core.api import _, using

if TYPE_CHECKING:
    from datetime import date

    from addons.base.models import Party
    from addons.erp_accounting.models import DunningLevel, Entry
    from core.api import Env


def book(env: Env, party: Party, level: DunningLevel, *, account_id: int | None, day: date) -> Entry | None:
    """Charge the fee of a level to the customer, due at once, where the level says so.

    A fee for late payment compensates a loss and is no supply: it bears no value added tax and gets no
    invoice (CJEU C-222/81; in France C. com. art. L441-10 II). It is an entry with an open item, which the
    payment screen and the statement of account show, and which its reversal waives.
    """
    if not level.books_fee or not level.fee:
        return None
    with using(env.company.locale):
        label = str(_("Reminder fee: {level}", level=level.name))
    return entries.post_new(
        env,
        journal=JournalKind.GENERAL,
        date=day,
        lines=[
            entries.Posting(
                account_id or ledgers.account_id(env, "receivable"),
                debit=level.fee,
                party=party.id,
                label=label,
                due=day,
            ),
            entries.Posting(
                ledgers.account_id(env, "dunning_fee"), credit=level.fee, party=party.id, label=label
            ),
        ],
        label=label,
    )
