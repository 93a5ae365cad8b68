from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from addons.base.models import ContactPoint
from addons.base.models.keys import company_key, domain_key, email_key, person_key, phone_key
from addons.base.services import duplicates
from addons.base.services.duplicates import Strength
from tests.base.factories import a_party, a_person

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("base")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" Anna@Example.COM ", "anna@example.com"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("ａｎｎａ@example.com", "anna@example.com"),  # noqa: RUF001 - wide letters are the point
        ("no address", None),
        ("@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_an_e_mail_key_ignores_spelling(written: str | None, key: str | None) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("01 42 68 53 00", "+33142685300"),
        ("+33 (0)1 42 68 53 00", "+33142685300"),
        ("0049 30 0074321", "+49300074321"),
        ("12", None),
        ("ask Anna", None),
    ],
)
def test_a_phone_key_is_the_number_dialled_from_anywhere(written: str, key: str | None) -> None:
    assert phone_key(written, "FR") == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Dupont & Fils S.A.R.L.", "dupont fils"),
        ("DUPONT ET FILS", "dupont fils"),
        ("Dupont and Fils SARL", "dupont fils"),
        ("Königlich Essen GmbH", "koniglich essen"),
        ("Folk och fä HB", "folk fa hb"),
        ("SA", "sa"),
        ("!!!", None),
    ],
)
def test_a_company_key_ignores_accents_and_legal_forms(written: str, key: str | None) -> None:
    assert company_key(written) == key


def test_free_mail_says_nothing_about_a_company() -> None:
    assert domain_key("anna@gmail.com", None) is None
    assert domain_key("anna@tilleuls.fr", None) == "tilleuls.fr"
    assert domain_key("anna@gmail.com", "https://www.Tilleuls.fr/contact") == "tilleuls.fr"
    assert person_key("DUPONT Anne") == person_key("Anne Dupont")


def test_the_same_e_mail_or_phone_is_certain_the_same_domain_likely_a_near_name_possible(env: Env) -> None:
    by_mail = a_party(env, name="One", email="info@tilleuls.example")
    by_phone = a_party(env, name="Two", phone="+33 1 42 68 53 00")
    by_domain = a_party(env, name="Three", email="other@tilleuls.example")
    by_name = a_party(env, name="Hotel des Tilleul SAS")
    by_further_mail = a_party(env, name="Four")
    by_further_mail.contact_points.append(env[ContactPoint](value="INFO@tilleuls.example"))
    a_party(env, name="Hôtel Bellevue")
    a_person(env, name="Hôtel des Tilleuls")
    a_party(env, name="Hôtel des Tilleuls", active=False)
    env.session.flush()

    party = a_party(env, email="info@tilleuls.example", phone="01 42 68 53 00")
    matches = duplicates.of(env, party)

    assert {match.party.id: match.strength for match in matches} == {
        by_mail.id: Strength.CERTAIN,
        by_phone.id: Strength.CERTAIN,
        by_further_mail.id: Strength.CERTAIN,
        by_domain.id: Strength.STRONG,
        by_name.id: Strength.POSSIBLE,
    }
    assert [match.strength for match in matches] == sorted(
        (match.strength for match in matches), key=list(Strength).index
    )


def test_a_party_alone_has_no_duplicate(env: Env) -> None:
    assert duplicates.of(env, a_party(env, name="Nordlys Interiør AS")) == []
