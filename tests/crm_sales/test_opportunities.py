from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import ExchangeRate
from addons.base.services import activities
from addons.crm_sales.models import Opportunity, Pipeline, Stage, StageChange
from addons.crm_sales.queries import forecast
from addons.crm_sales.services import opportunities
from core.api import Invalid
from tests.base.factories import a_user
from tests.crm_sales.factories import a_lost_reason, a_stage, an_opportunity

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("crm_sales")

D = Decimal


def test_an_opportunity_begins_in_the_first_stage_with_its_probability(env: Env) -> None:
    opportunity = an_opportunity(env, expected=D(64000))

    assert (opportunity.stage.name, opportunity.probability) == ("New", D(10))
    assert (opportunity.currency, opportunity.weighted) == ("EUR", D("6400.00"))


def test_a_stage_asks_for_its_fields_before_it_is_entered(env: Env) -> None:
    opportunity = an_opportunity(env, expected=D(0))

    with pytest.raises(
        Invalid, match='Fill in Expected amount, Expected closing before "Proposal"'
    ) as refused:
        opportunities.move(env, opportunity, a_stage(env, "Proposal"))

    assert set(refused.value.fields) == {"expected", "close_on"}
    assert opportunity.stage.name == "New"


def test_a_new_stage_brings_its_probability_unless_it_is_pinned(env: Env) -> None:
    free = an_opportunity(env, probability=D(45))
    pinned = an_opportunity(env, probability=D(45), probability_pinned=True)

    for opportunity in (free, pinned):
        opportunities.move(env, opportunity, a_stage(env, "Qualified"))

    assert (free.probability, pinned.probability) == (D(30), D(45))


def test_the_history_of_stages_is_kept(env: Env) -> None:
    opportunity = an_opportunity(env)
    opportunities.move(env, opportunity, a_stage(env, "Qualified"))
    opportunities.win(env, opportunity)
    env.session.flush()

    change, stage = env[StageChange], env[Stage]
    rows = env.session.execute(
        select(stage.name, change.to_state)
        .join(stage, stage.id == change.to_stage_id)
        .where(change.opportunity_id == opportunity.id)
        .order_by(change.id)
    ).all()
    assert [tuple(row) for row in rows] == [("New", "open"), ("Qualified", "open"), ("Qualified", "won")]


def test_a_stage_of_another_pipeline_is_refused(env: Env) -> None:
    tenders = env.add(Pipeline, name="Tenders")
    found = env.add(Stage, pipeline_id=tenders.id, name="Found")

    with pytest.raises(
        opportunities.OtherPipeline, match='"Found" is not a stage of the pipeline of "Lobby and bar"'
    ):
        opportunities.move(env, an_opportunity(env), found)


def test_losing_needs_a_reason(env: Env) -> None:
    opportunity = an_opportunity(env)

    with pytest.raises(Invalid, match="Choose why it was lost"):
        opportunities.lose(env, opportunity, 0)
    opportunities.lose(env, opportunity, a_lost_reason(env), "Too late", competitor="Lumina")

    assert (opportunity.state, opportunity.competitor, opportunity.weighted) == ("lost", "Lumina", D(0))


@pytest.mark.parametrize("state", ["won", "lost"])
def test_a_closed_opportunity_stays_closed(env: Env, state: str) -> None:
    opportunity = an_opportunity(env, title="Crane")
    if state == "won":
        opportunities.win(env, opportunity)
    else:
        opportunities.lose(env, opportunity, a_lost_reason(env))

    with pytest.raises(opportunities.AlreadyClosed, match=f'"Crane" is already {state.capitalize()}'):
        opportunities.win(env, opportunity)
    with pytest.raises(opportunities.AlreadyClosed):
        opportunities.move(env, opportunity, a_stage(env, "Qualified"))


def test_an_opportunity_has_exactly_one_next_step(env: Env) -> None:
    opportunity, user = an_opportunity(env), a_user(env)
    first = activities.plan(env, opportunity, "Visit the lobby", env.today(), assignee_id=user.id)

    with pytest.raises(
        opportunities.OneNextStep, match='"Lobby and bar" already has a next step: Visit the lobby'
    ):
        activities.plan(env, opportunity, "Call", env.today(), assignee_id=user.id)

    assert opportunity.next_activity is first
    activities.complete(env, first)
    assert opportunity.next_activity is None
    second = activities.plan(env, opportunity, "Call", env.today(), assignee_id=user.id)
    assert opportunity.next_activity is second


def test_a_stage_cannot_ask_for_a_field_that_does_not_exist(env: Env) -> None:
    stage = a_stage(env, "New")
    stage.required_fields = "expected, colour"

    with pytest.raises(Invalid, match="An opportunity has no field colour"):
        env.session.flush()


def test_the_forecast_weighs_open_deals_and_shows_won_ones_apart(env: Env) -> None:
    env.add(ExchangeRate, currency="USD", date=date(2026, 1, 1), rate=D("0.90"))
    january, february = date(2026, 1, 20), date(2026, 2, 10)
    an_opportunity(env, title="A", expected=D(10000), probability=D(20), close_on=january)
    an_opportunity(env, title="B", expected=D(5000), probability=D(50), close_on=january)
    an_opportunity(env, title="C", expected=D(8000), currency="USD", probability=D(80), close_on=february)
    won = an_opportunity(env, title="D", expected=D(7000), close_on=january)
    lost = an_opportunity(env, title="E", expected=D(9000), close_on=january)
    an_opportunity(env, title="F", expected=D(100), probability=D(50))
    opportunities.win(env, won)
    opportunities.lose(env, lost, a_lost_reason(env))

    rows = forecast.by_month(env)

    assert [(row.month, row.count, row.weighted, row.won, row.overdue) for row in rows] == [
        (date(2026, 1, 1), 3, D("4500.00"), D("7000.00"), D("4500.00")),
        (date(2026, 2, 1), 1, D("5760.00"), D(0), D("5760.00")),
        (None, 1, D("50.00"), D(0), D(0)),
    ]


def test_the_forecast_is_told_by_owner_too(env: Env) -> None:
    camille = a_user(env)
    an_opportunity(env, expected=D(100), probability=D(50), owner_id=camille.id)
    an_opportunity(env, expected=D(300), probability=D(50))

    rows = forecast.by_month(env, group="owner")

    assert {(row.group, row.weighted) for row in rows} == {(camille.id, D(50)), (None, D(150))}


def test_the_rate_is_the_one_of_the_day_it_was_opened(env: Env) -> None:
    rate = env.add(ExchangeRate, currency="USD", date=date(2026, 1, 1), rate=D("0.90"))
    opportunity = an_opportunity(env, expected=D(1000), currency="USD", probability=D(100))
    rate.rate = D("0.50")
    env.session.flush()

    env.session.expire_all()

    assert env.get(Opportunity, opportunity.id).weighted == D("900.00")
