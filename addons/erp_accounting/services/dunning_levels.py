"""The levels that a company begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import DunningLevel
from core.api import _, using

if TYPE_CHECKING:
    from core.api import Env


def begin(env: Env) -> None:
    """Give a company its first levels, in both languages; nothing when it has any."""
    if env.company_id is None:
        return
    model = env[DunningLevel]
    if env.session.scalars(select(model.id).where(model.company_id == env.company_id).limit(1)).first():
        return
    texts = {locale: _first_texts(locale) for locale in ("en", "fr")}
    for position, days in enumerate((5, 20, 40), start=1):
        (name, subject, body), (_name, subject_fr, body_fr) = (
            texts["en"][position - 1],
            texts["fr"][position - 1],
        )
        env.session.add(
            model(
                company_id=env.company_id,
                position=position,
                name=name if env.company.locale[:2] != "fr" else _name,
                days=days,
                subject=subject,
                body=body,
                subject_fr=subject_fr,
                body_fr=body_fr,
            )
        )
    env.session.flush()


def _first_texts(locale: str) -> list[tuple[str, str, str]]:
    with using(locale):
        rows = (
            (
                _("Friendly reminder"),
                _("Reminder of your invoices, {total}"),
                _(
                    "Hello,\n\nwe have not received your payment of these invoices yet:\n\n{invoices}\n\n"
                    "If you have paid in the meantime, nothing is left to do. The statement of your account "
                    "is attached.\n\n{company}"
                ),
            ),
            (
                _("Second reminder"),
                _("Second reminder: {total} is late"),
                _(
                    "Hello,\n\nthese invoices are late, the oldest by {days} days:\n\n{invoices}\n\n"
                    "Pay {total} within eight days, or tell us what keeps you from it.\n\n{company}"
                ),
            ),
            (
                _("Formal notice"),
                _("Formal notice: {total}"),
                _(
                    "Hello,\n\nin spite of our reminders these invoices are not paid:\n\n{invoices}\n\n"
                    "This is a formal notice to pay {total} within eight days. Penalties for late payment "
                    "and recovery costs are due in addition.\n\n{company}"
                ),
            ),
        )
        return [(str(name), str(subject), str(body)) for name, subject, body in rows]
