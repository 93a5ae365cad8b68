"""One company at work, or all of one's own on purpose: every reader follows the switcher at once."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.catalog.models import Product, ProductSaleTax, Tax
from addons.crm_sales.models import Opportunity, Pipeline
from core.builtin.models import Company
from core.env import companies_at_work
from core.platform import in_company
from core.registry import lifecycle
from core.security import tokens
from core.security.models import User
from core.testing.web import a_person
from tests.base.factories import a_party
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("crm_sales")
DEALS = "/app/crm_sales/opportunity/"


class Places:
    """Two companies with a deal and a tax each, a third one of strangers, and Ana who works in two."""

    def __init__(self, workspace: LiveWorkspace) -> None:
        self.workspace = workspace
        with workspace.env() as env:
            self.here = env.company.id
            self.there, self.strangers = (env.add(Company, name=name).id for name in ("Kervran", "Morvan"))
            lifecycle.bump(env)
            for company in (self.there, self.strangers):
                env.hooks.seed_data(env=in_company(env, company))
            self.product = a_product(env, name="Lamp")
            party = a_party(env, name="Castellane")
            self.deals = {
                company: a_deal(in_company(env, company), party.id, f"Deal of {name}")
                for company, name in (
                    (self.here, "Lumen"),
                    (self.there, "Kervran"),
                    (self.strangers, "Morvan"),
                )
            }
            model = env[Tax]
            self.taxes = {
                company: env.session.scalars(select(model).where(model.company_id == company)).first()
                for company in self.deals
            }
            env.get(Product, self.product.id).sale_taxes = list(self.taxes.values())
            self.tax_ids = {company: tax.id for company, tax in self.taxes.items()}
            self.product_id = self.product.id


def a_deal(env: Env, party_id: int, title: str) -> int:
    model = env[Pipeline]
    pipeline = env.session.scalars(select(model).where(model.company_id == env.company_id)).first()
    assert pipeline is not None
    stage = pipeline.stages[0]
    return env.add(
        Opportunity,
        title=title,
        party_id=party_id,
        pipeline_id=pipeline.id,
        stage_id=stage.id,
        owner_id=None,
        currency="EUR",
        close_on=env.today(),
    ).id


@pytest.fixture
def places(workspace: LiveWorkspace) -> Places:
    return Places(workspace)


@pytest.fixture
def ana(places: Places, visitor: Callable[..., Visitor]) -> Visitor:
    """An administrator of two of the three companies."""
    return visitor("Ana Admin", roles=["base.admin"], companies=[places.here, places.there])


def told(answer: Any) -> set[str]:
    return {name for name in ("Lumen", "Kervran", "Morvan") if f"Deal of {name}" in answer.text}


READERS = (
    f"{DEALS}?view=list",
    f"{DEALS}?view=list&all=1&columns=title",
    f"{DEALS}?view=list&group=stage&all=1",
    f"{DEALS}export?columns=title&format=csv",
    f"{DEALS}?view=calendar",
    "/search?q=Deal",
)
BOARD = f"{DEALS}?view=kanban"
"""Shows one pipeline, that of the company at work, and says how many cards stand elsewhere."""


def test_every_reader_follows_the_switcher(places: Places, ana: Visitor) -> None:
    seen = []
    for address in (f"/company/{places.there}", f"/company/{places.here}", "/company/all"):
        assert ana.post(address, {}).status_code in {200, 303}
        seen.append([told(ana.get(reader)) for reader in (*READERS, BOARD)])

    assert seen[0] == [{"Kervran"}] * len(READERS) + [{"Kervran"}]
    assert seen[1] == [{"Lumen"}] * len(READERS) + [{"Lumen"}]
    assert seen[2] == [{"Lumen", "Kervran"}] * len(READERS) + [{"Lumen"}]


def test_a_board_of_all_companies_says_what_it_does_not_show(places: Places, ana: Visitor) -> None:
    ana.post(f"/company/{places.here}", {})
    alone = ana.get(BOARD)
    ana.post("/company/all", {})
    together = ana.get(BOARD)

    assert "none of these columns" not in alone.text
    assert "1 more stands in none of these columns." in together.text
    [address] = re.findall(r'href="(\?[^"]*)">Open the list', together.text)
    assert told(ana.get(DEALS + unescape(address))) == {"Lumen", "Kervran"}


def test_rows_of_several_companies_say_whose_they_are(places: Places, ana: Visitor) -> None:
    ana.post(f"/company/{places.here}", {})
    alone = ana.get(f"{DEALS}?view=list&all=1")
    ana.post("/company/all", {})
    together, grouped = ana.get(f"{DEALS}?view=list&all=1"), ana.get(f"{DEALS}?view=list&all=1&group=company")

    assert "All my companies" in together.text
    assert ">Company<" in together.text.replace("\n", "")
    assert ">Company<" not in alone.text.replace("\n", "")
    assert told(grouped) == {"Lumen", "Kervran"}


def test_what_is_new_belongs_to_the_one_company_at_work(places: Places, ana: Visitor) -> None:
    ana.post(f"/company/{places.there}", {})
    ana.post("/company/all", {})

    with places.workspace.env() as env:
        user = env.session.scalars(select(env[User]).where(env[User].name == "Ana Admin")).one()
        assert user.company_id == places.there


def test_a_page_of_another_company_says_which_one_to_choose(places: Places, ana: Visitor) -> None:
    ana.post(f"/company/{places.here}", {})
    mine, strange = (
        ana.get(f"{DEALS}{places.deals[company]}") for company in (places.there, places.strangers)
    )

    assert mine.status_code == strange.status_code == 404
    assert "is of Kervran" in mine.text
    assert "Choose Kervran in the switcher" in mine.text
    assert "Morvan" not in strange.text


def test_nobody_chooses_a_company_of_others(places: Places, ana: Visitor) -> None:
    assert ana.post(f"/company/{places.strangers}", {}).status_code == 403


def test_a_picker_offers_what_the_record_may_point_to(places: Places, ana: Visitor) -> None:
    ana.post("/company/all", {})
    address = f"{DEALS}options/pipeline?record={places.deals[places.there]}"

    offered = ana.get(address).text

    with places.workspace.env() as env:
        model = env[Pipeline]
        owners = dict(env.session.execute(select(model.id, model.company_id)).all())
    values = {
        number for number in owners if f'data-value="{number}"' in offered or f'value="{number}"' in offered
    }
    assert {owners[number] for number in values} == {places.there}


def test_companies_and_users_of_others_are_not_told(places: Places, visitor: Callable[..., Visitor]) -> None:
    entry, platform = places.workspace.entry, places.workspace.platform
    bea = a_person(platform, entry, name="Bea Here", companies=[places.here], roles=["base.user"])
    dan = a_person(platform, entry, name="Dan There", companies=[places.there], roles=["base.user"])
    eve = a_person(platform, entry, name="Eve Stranger", companies=[places.strangers], roles=["base.user"])
    people = {person.name: person.id for person in (bea, dan, eve)}

    def known(person: Any, *own: int, roles: tuple[str, ...] = ()) -> tuple[set[str], set[int]]:
        who = person.who()
        options = {"company_id": own[0], "company_ids": own[:1], "user_companies": own}
        with platform.env(entry, user=who, **options) as env:
            names = set(env.session.scalars(select(env[User].name).where(env[User].id.in_(people.values()))))
            return names, set(env.session.scalars(select(env[Company].id)))

    admin = a_person(platform, entry, name="Ada Admin", companies=[places.here, places.there])

    assert known(bea, places.here) == ({"Bea Here"}, {places.here})
    assert known(eve, places.strangers) == ({"Eve Stranger"}, {places.strangers})
    assert known(admin, places.here, places.there) == ({"Bea Here", "Dan There"}, {places.here, places.there})


def test_of_what_a_shared_record_is_joined_to_only_that_of_ones_companies_is_read(
    places: Places, ana: Visitor
) -> None:
    platform, entry = places.workspace.platform, places.workspace.entry
    person = a_person(platform, entry, name="Bea Here", companies=[places.here])

    with platform.env(entry, user=person.who(), company_id=places.here, company_ids=(places.here,)) as env:
        join = env[ProductSaleTax]
        rows = set(env.session.scalars(select(join.tax_id).where(join.product_id == places.product_id)))
        taxes = {tax.id for tax in env.get(Product, places.product_id).sale_taxes}

    assert rows == taxes == {places.tax_ids[places.here]}


def test_a_program_works_in_one_company_or_in_all_on_purpose(places: Places, ana: Visitor) -> None:
    who = ana.person.who()
    own = (places.here, places.there)
    with places.workspace.env(user=who, company_id=places.here, company_ids=own) as env:
        token = tokens.create(env, "Program", ["write"])

    def deals(company: str = "") -> tuple[int, set[str]]:
        headers = {"Authorization": f"Bearer {token}"} | ({"X-Company": company} if company else {})
        answer = ana.http.get("/api/v1/crm_sales.opportunity", headers=headers)
        return answer.status_code, told(answer)

    assert deals() == (200, {"Lumen"})
    assert deals(str(places.there)) == (200, {"Kervran"})
    assert deals("all") == (200, {"Lumen", "Kervran"})
    assert deals(str(places.strangers)) == (403, set())
    assert deals("Kervran") == (403, set())


def test_without_a_choice_the_usual_company_is_at_work() -> None:
    assert companies_at_work((1, 2), 2, together=False) == (2, (2,))
    assert companies_at_work((1, 2), 3, together=False) == (1, (1,))
    assert companies_at_work((1, 2), 2, together=True) == (2, (1, 2))
    assert companies_at_work((), None, together=True) == (None, ())
