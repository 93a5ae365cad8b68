"""Example opportunities in every stage, quotes and orders, on the example contacts and products."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import ActivityKind, Party
from addons.base.services import activities
from addons.catalog.models import Product
from addons.crm_sales.models import LostReason, Stage
from addons.crm_sales.services import opportunities, orders, quotes
from addons.crm_sales.services.lines import LineDraft
from core.api import User, _

if TYPE_CHECKING:
    from addons.crm_sales.models import Opportunity
    from core.api import Env

DEALS = (
    (_("Showroom refit"), "Maison Verdier", 18500, 0, 40, None),
    (_("Spare drivers"), "Brasserie Kervran", 1150, 0, 20, 0),
    (_("Lobby and bar"), "Groupe Castellane", 64000, 1, 60, -2),
    (_("Reading rooms"), "Mairie de Valmont", 22800, 1, 75, 7),
    (_("Fit-out, phase 1"), "Halden & Pryce Architects", 31400, 1, 90, 2),
    (_("Guest floors 4 and 5"), "Hôtel des Tilleuls", 19600, 2, 30, 0),
    (_("Cabin range"), "Nordlys Interiør AS", 27500, 2, 45, 3),
    (_("Operating wing B"), "Clinique Saint-Aubin", 88200, 3, 15, -1),
    (_("Rooftop bar"), "Groupe Castellane", 33900, 3, 10, 0),
)
"""Title, customer, amount, stage, days until closing, days until the next step (None: no step)."""
PAST = (
    ("Groupe Castellane", 47, (("ORL-40-BR", 12), ("DALI-2", 4))),
    ("Hôtel des Tilleuls", 40, (("NIV-W", 8), ("LED-24-5", 6))),
    ("Mairie de Valmont", 33, (("LED-24-5", 10),)),
    ("Clinique Saint-Aubin", 26, (("ORL-40-BR", 9), ("NIV-W", 6), ("INST", 1))),
    ("Maison Verdier", 19, (("DALI-2", 3), ("NIV-W", 4))),
    ("Halden & Pryce Architects", 12, (("ORL-40-BR", 6), ("LED-24-5", 8))),
    ("Brasserie Kervran", 5, (("NIV-W", 5),)),
)
"""Customer, days since the order, products with quantities."""


def load(env: Env) -> None:
    """Write them; nothing where the example contacts are missing."""
    party, product = env[Party], env[Product]
    parties = {row.name: row for row in env.session.scalars(select(party).where(party.active))}
    known = {row.code: row for row in env.session.scalars(select(product).where(product.code.is_not(None)))}
    stages = env.session.scalars(select(env[Stage]).order_by(env[Stage].position).limit(4)).all()
    user = env[User]
    owner_id = env.user.id or env.session.scalar(
        select(user.id).where(user.active).order_by(user.id).limit(1)
    )
    if len(stages) < 4 or "ORL-40-BR" not in known or DEALS[0][1] not in parties:
        return
    made: dict[str, Opportunity] = {}
    for title, customer, amount, stage, days, step in DEALS:
        opportunity = opportunities.create(
            env,
            {
                "title": str(title),
                "party_id": parties[customer].id,
                "expected": Decimal(amount),
                "close_on": env.today() + timedelta(days=days),
                "owner_id": owner_id,
            },
        )
        if stage:
            opportunities.move(env, opportunity, stages[stage])
        if step is not None and owner_id:
            activities.plan(
                env,
                opportunity,
                str(_("Call back")),
                env.today() + timedelta(days=step),
                kind=ActivityKind.CALL,
                assignee_id=owner_id,
                party=parties[customer],
            )
        made[customer] = opportunity
    _closed(env, parties, owner_id)
    _past(env, parties, known, owner_id)
    _documents(env, parties, known, made, owner_id)


def _closed(env: Env, parties: dict[str, Party], owner_id: int | None) -> None:
    for title, customer, amount, won in (
        (_("Tap room"), "Brasserie Kervran", 9900, True),
        (_("Chapel"), "Mairie de Valmont", 8700, False),
    ):
        opportunity = opportunities.create(
            env,
            {
                "title": str(title),
                "party_id": parties[customer].id,
                "expected": Decimal(amount),
                "close_on": env.today(),
                "owner_id": owner_id,
            },
        )
        if won:
            opportunities.win(env, opportunity)
        else:
            opportunities.lose(env, opportunity, env.session.scalars(select(env[LostReason]).limit(1)).one())


def _documents(
    env: Env,
    parties: dict[str, Party],
    known: dict[str | None, Product],
    made: dict[str, Opportunity],
    owner_id: int | None,
) -> None:
    tilleuls, castellane = parties["Hôtel des Tilleuls"], parties["Groupe Castellane"]
    lines = [
        LineDraft(known["ORL-40-BR"], Decimal(24), discount=Decimal(10)),
        LineDraft(known["NIV-W"], Decimal(36), discount=Decimal(10)),
        LineDraft(known["LED-24-5"], Decimal(18)),
        LineDraft(known["DALI-2"], Decimal(6)),
        LineDraft(known["INST"], Decimal(3)),
    ]
    quotes.create(env, tilleuls, lines, opportunity=made["Hôtel des Tilleuls"], owner_id=owner_id)
    sent = quotes.create(env, castellane, lines[:3], opportunity=made["Groupe Castellane"], owner_id=owner_id)
    quotes.send(env, sent)
    accepted = quotes.create(env, parties["Brasserie Kervran"], lines[1:4], owner_id=owner_id)
    quotes.send(env, accepted)
    orders.confirm(env, quotes.accept(env, accepted, "Yann Le Goff"))
    orders.create(env, parties["Maison Verdier"], lines[:2], owner_id=owner_id)


def _past(
    env: Env, parties: dict[str, Party], known: dict[str | None, Product], owner_id: int | None
) -> None:
    for customer, ago, wanted in PAST:
        day = env.today() - timedelta(days=ago)
        lines = [LineDraft(known[code], Decimal(quantity)) for code, quantity in wanted]
        order = orders.create(env, parties[customer], lines, on=day, owner_id=owner_id)
        order.requested_date = day + timedelta(days=14)
        orders.confirm(env, order)
