"""Tell people of late goods."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from addons.base.models import ActivityKind
from addons.base.services import activities
from addons.erp_purchase.services import lateness, mailing, policies
from core.api import _, writing_closed

if TYPE_CHECKING:
    from datetime import date

    from addons.erp_purchase.models import Vendor
    from core.api import Env


def remind(env: Env) -> int:
    """Tell each buyer once of an order that became late, and the vendor where their file says so.

    Run every day: an order is told of again only when what is late was expected after the last reminder.
    """
    today = env.today()
    threshold = today - timedelta(days=policies.of(env).remind_after - 1)
    told = 0
    for order in lateness.late_orders(env, on=threshold):
        rows = lateness.late_lines(env, order, on=threshold)
        newest = max(cast("date", line.expected_on or order.expected_on) for line in rows)
        if order.reminded_on is not None and order.reminded_on > newest:
            continue
        vendor = cast("Vendor", order.party)
        if order.owner_id is not None:
            activities.plan(
                env,
                order,
                str(_("{vendor}: {order} is late", vendor=vendor.name, order=order.title)),
                today,
                kind=ActivityKind.CALL,
                assignee_id=order.owner_id,
                party=vendor,
                note="\n".join(line.description for line in rows),
            )
        if vendor.remind_late and vendor.email:
            mailing.remind(env, order, vendor.email)
        with writing_closed(order):
            order.reminded_on = today
        told += 1
    env.session.flush()
    return told
