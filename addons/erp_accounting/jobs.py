"""Background work of the books."""

from __future__ import annotations

from addons.erp_accounting.services import dunning, recurring
from core.api import Env, _, job


@job(title=_("Send reminders"), retries=2)
def send_reminders(env: Env, *, chosen: list[list[str]]) -> None:
    """Those that were chosen and are still due; run again, nothing is sent twice."""
    dunning.send_all(env, [(int(party_id), currency) for party_id, currency in chosen])


@job(title=_("Find the reminders that are due"), cron="30 5 * * *", retries=2)
def remind_nightly(env: Env) -> None:
    """One job for each reminder, in the companies that wish it; what is sent meanwhile is not sent again."""
    for inside, party_id, currency in dunning.due_at_night(env):
        inside.defer(send_reminders, chosen=[[str(party_id), currency]])


@job(title=_("Write the recurring invoices that are due"), cron="15 4 * * *", retries=2)
def write_recurring(env: Env) -> None:
    """Each day once; what is refused is told on its recurrence."""
    recurring.write_all(env)
