"""Background work of purchasing."""

from __future__ import annotations

from sqlalchemy import select

from addons.erp_purchase.services import reminders
from core.api import Company, Env, _, in_company, job


@job(title=_("Remind of late deliveries"), cron="0 5 * * *")
def remind_of_late_deliveries(env: Env) -> None:
    """In each company, tell buyers and vendors of what became late."""
    company = env[Company]
    for company_id in env.session.scalars(select(company.id).order_by(company.id)).all():
        inside = in_company(env, company_id)
        reminders.remind(inside)
        inside.session.flush()


JOBS = (remind_of_late_deliveries,)
