from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Party
from addons.base.queries import timeline
from addons.base.services import activities
from addons.crm_sales.models import Order, OrderLine, Quote, QuoteLine, Team
from addons.crm_sales.queries import customers, forecast
from addons.crm_sales.services import mailing, opportunities, orders, quotes
from addons.crm_sales.services.lines import LineDraft
from core.api import MAIL_LINK, Model, NotFound, User, Who
from core.mail.models import Mail
from tests.base.factories import a_party
from tests.catalog.factories import a_product, a_tax
from tests.crm_sales.factories import a_confirmed_order, a_lost_reason, a_quote, a_stage, an_opportunity

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales")

D = Decimal


def a_salesperson(env: Env, name: str, *roles: str) -> Env:
    """The same transaction seen by a user with these roles."""
    from dataclasses import replace

    from core.env import Env as AnEnv
    from core.security.access import access_of

    user = env.add(User, name=name, email=f"{name}@lumen.example")
    who = Who(user.id, name, user.email, "en", "Europe/Paris", frozenset(roles))
    scope = replace(env.scope, user=who)
    return AnEnv(scope, access_of(env.registry, who.roles, everything=False))


def ids(env: Env, model: type[Model]) -> set[int]:
    return set(env.session.scalars(select(env[model].id)))


def test_a_salesperson_sees_their_own_documents_a_team_member_the_teams_a_manager_all(env: Env) -> None:
    ana = a_salesperson(env, "ana", "crm_sales.user")
    ben = a_salesperson(env, "ben", "crm_sales.team")
    cleo = a_salesperson(env, "cleo", "crm_sales.manager")
    team = env.add(Team, name="North", members=[env.get(User, person.user.id or 0) for person in (ana, ben)])
    hers = a_quote(env, owner_id=ana.user.id)
    his = a_quote(env, owner_id=ben.user.id)
    other = a_quote(env, owner_id=cleo.user.id)
    env.session.flush()

    assert (hers.team_id, his.team_id, other.team_id) == (team.id, team.id, None)
    assert ids(ana, Quote) == {hers.id}
    assert ids(ben, Quote) == {hers.id, his.id}
    assert ids(cleo, Quote) == {hers.id, his.id, other.id}
    assert ids(ana, QuoteLine) == {line.id for line in hers.lines}
    assert ids(ben, QuoteLine) == {line.id for quote in (hers, his) for line in quote.lines}


def test_a_foreign_document_does_not_exist_for_a_salesperson(env: Env) -> None:
    ana = a_salesperson(env, "ana", "crm_sales.user")
    order = a_confirmed_order(env)

    with pytest.raises(NotFound):
        ana.get(Order, order.id)
    assert ids(ana, OrderLine) == set()


def test_the_customer_page_tells_a_salesperson_only_what_they_may_read(env: Env) -> None:
    ana = a_salesperson(env, "ana", "crm_sales.user")
    party = a_party(env)
    a_quote(env, party=party)
    mine = a_quote(env, party=party, owner_id=ana.user.id)
    an_opportunity(env, party_id=party.id)
    env.session.flush()

    seen = ana.get(Party, party.id)
    texts = [entry.text for entry in timeline.of_party(ana, seen).entries]

    assert texts == [f"Quote {mine.number} created"]
    assert customers.facts(ana, seen) == ()
    panels = {panel.name: [row.text for row in panel.rows] for panel in customers.panels(ana, seen)}
    assert panels == {"crm_sales.deals": [], "crm_sales.quotes": [mine.number], "crm_sales.orders": []}


def test_a_salesperson_can_do_a_whole_days_work(env: Env) -> None:
    ana = a_salesperson(env, "ana", "crm_sales.user")
    party, product, tax = a_party(env, email="info@tilleuls.example"), a_product(env), a_tax(env)
    reason, qualified = a_lost_reason(env), a_stage(env, "Qualified")
    env.session.flush()

    opportunity = opportunities.create(ana, {"title": "Lobby", "party_id": party.id, "expected": D(1000)})
    step = activities.plan(ana, opportunity, "Call", ana.today(), party=opportunity.party)
    activities.complete(ana, step, "Interested")
    opportunities.move(ana, opportunity, ana.get(type(qualified), qualified.id))
    lines = [LineDraft(ana.get(type(product), product.id), D(3), D(100), taxes=[ana.get(type(tax), tax.id)])]
    quote = quotes.create(ana, opportunity.party, lines, opportunity=opportunity)
    mailing.send(ana, quote, "info@tilleuls.example", "As discussed.")
    order = quotes.accept(ana, quote, "Mathilde Aubry")
    orders.confirm(ana, order)
    orders.amend(ana, order, {order.lines[0].id: {"quantity": D(4)}})
    lost = opportunities.create(ana, {"title": "Bar", "party_id": party.id})
    opportunities.lose(ana, lost, ana.get(type(reason), reason.id))
    ana.session.flush()

    assert (opportunity.state, order.status, order.total) == ("won", "confirmed", D("480.00"))
    assert [row.won for row in forecast.by_month(ana)] == [D("1000.00")]
    env.session.expire_all()
    mail = env.session.scalars(select(env[Mail]).order_by(env[Mail].id.desc()).limit(1)).one()
    assert mail.recipients == ["info@tilleuls.example"]
    assert quote.reference in mail.subject
    assert MAIL_LINK in mail.text
    assert [attachment.media_type for attachment in mail.attachments] == ["application/pdf"]
    assert mail.attachments[0].content.startswith(b"%PDF-")
