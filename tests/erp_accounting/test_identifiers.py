"""Numbers that states give: wrong ones are told above the draft, and never refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_accounting.queries import documents
from addons.erp_accounting.services import identifiers, invoices
from tests.erp_accounting.factories import a_draft, a_party

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_accounting")


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("FR44732829320", False),
        ("fr 44 732 829 320", False),
        ("FR45732829320", True),
        ("BE0428759497", False),
        ("BE0428759498", True),
        ("DE136695976", False),
        ("DE123456789", True),
        ("CHE-107.787.577 IVA", False),
        ("GB980780684", False),
        ("US123", False),
        ("", False),
    ],
)
def test_a_vat_number_is_checked_by_its_country(number: str, wrong: bool) -> None:
    assert identifiers.vat_is_wrong(number) is wrong


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("732 829 320", False),
        ("732829321", True),
        ("73282932000074", False),
        ("73282932000075", True),
        ("HRB 86", False),
    ],
)
def test_a_siren_and_a_siret_have_check_digits(number: str, wrong: bool) -> None:
    assert identifiers.registration_is_wrong(number) is wrong


def test_numbers_that_contradict_each_other_are_told() -> None:
    found = list(identifiers.problems("Lumen", "FR44732829320", "552100554"))

    assert found == ["The VAT number FR44732829320 of Lumen does not belong to 552100554."]
    assert list(identifiers.problems("Lumen", "FR44732829320", "73282932000074")) == []
    assert list(identifiers.problems("Lumen", "", "732829321", country="FR")) == [
        "732829321 of Lumen is no SIREN or SIRET."
    ]


@given(number=st.text(max_size=25), registration=st.text(max_size=25))
def test_whatever_is_typed_gives_sentences_and_no_crash(number: str, registration: str) -> None:
    assert all(isinstance(one, str) for one in identifiers.problems("X", number, registration, country="FR"))


def test_a_draft_warns_of_the_customers_number_and_is_posted_all_the_same(env: Env) -> None:
    draft = a_draft(env, party=a_party(env, name="Kunde", vat_number="DE123456789"))

    assert documents.warnings(env, draft) == ["The VAT number DE123456789 of Kunde is wrong."]
    invoices.post(env, draft)
    assert documents.warnings(env, draft) == []
