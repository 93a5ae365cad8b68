"""Background work of purchasing."""

from __future__ import annotations

from addons.erp_purchase.services import reminders
from core.api import Env, _, in_company, job


@job(title=_("Remind of late deliveries"), cron="0 5 * * *")
def remind_of_late_deliveries(env: Env) -> None:
    """In each company that buys here, tell buyers and vendors of what became late."""
    for company_id in env.company_ids:
        inside = in_company(env, company_id)
        reminders.remind(inside)
        inside.session.flush()


JOBS = (remind_of_late_deliveries,)
