"""Background work of the bridge."""

from __future__ import annotations

from addons.bridge_crm_erp.models import CatchUp
from addons.bridge_crm_erp.services import catching_up, drift
from core.api import Env, _, in_company, job


@job(title=_("Catch up on older orders and customers"), retries=2)
def catch_up(env: Env, *, run_id: int) -> None:
    """Link what was there before the bridge; killed and run again, it goes on where it stopped."""
    catching_up.run(env, env.get(CatchUp, run_id, lock=True))


@job(title=_("Compare both sides and find late customers"), cron="0 4 * * *")
def nightly(env: Env) -> None:
    """Refresh what depends on the day, then check each company for drift."""
    for company_id in env.company_ids:
        inside = in_company(env, company_id)
        inside.hooks.bridge_refresh(env=inside)
        drift.run(inside)
