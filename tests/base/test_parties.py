from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addons.base.models import Address, ContactPoint, Party, Tag
from tests.base.factories import a_party

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")


def test_a_party_keeps_its_duplicate_keys(env: Env) -> None:
    party = a_party(env, name="Dupont & Fils S.A.R.L.", email=" Info@Dupont-Fils.FR ", phone="01 42 68 53 00")

    assert (party.name_key, party.email_key) == ("dupont fils", "info@dupont-fils.fr")
    assert (party.phone_key, party.domain_key) == ("+33142685300", "dupont-fils.fr")


def test_a_party_has_addresses_further_e_mails_and_tags(env: Env) -> None:
    party = a_party(env)
    party.addresses.append(
        env[Address](street="14 quai des Tanneurs", postcode="74000", city="Annecy", country="FR")
    )
    party.contact_points.append(env[ContactPoint](value="compta@tilleuls.fr"))
    party.tags.append(env[Tag](name="Hotels"))
    env.session.flush()

    env.session.expire_all()

    again = env.get(Party, party.id)
    assert [address.one_line for address in again.addresses] == ["14 quai des Tanneurs, 74000 Annecy, FR"]
    assert [point.key for point in again.contact_points] == ["compta@tilleuls.fr"]
    assert [tag.name for tag in again.tags] == ["Hotels"]
