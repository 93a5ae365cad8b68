"""Contacts from a file: checked, compared with who is there, written together as the form writes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from addons.base.models import Affiliation, ContactKind, Party, PartyKind
from addons.base.services import parties
from core.security.trail import trail_of
from core.views.imports import Table, run_import
from tests.base.factories import a_party, a_person, as_person, written

if TYPE_CHECKING:
    from core.api import Env
    from core.views.imports import ImportResult

pytestmark = pytest.mark.addons("base")

HEADINGS = ["name", "email", "phone"]
PASSING = {"id", "created_at", "updated_at", "external_ref"}


def bring(env: Env, *rows: list[Any], headings: list[str] | None = None, **options: Any) -> ImportResult:
    names = headings or HEADINGS
    return run_import(env, "base.party", Table(names, list(rows)), {name: name for name in names}, **options)


def names(env: Env) -> set[str]:
    return set(env.session.scalars(select(env[Party].name)))


def test_who_has_the_e_mail_or_the_phone_of_a_contact_is_left_out_and_named(env: Env) -> None:
    a_party(env, name="Tilleuls", email="info@tilleuls.example")
    reachable = a_party(env, name="Kervran", phone="+33 1 42 68 53 00")
    parties.add_contact_point(env, reachable, ContactKind.EMAIL, "bar@kervran.example")
    a_party(env, name="Gone", email="gone@tilleuls.example", active=False)
    before = names(env)

    result = bring(
        env,
        ["Hôtel", " INFO@Tilleuls.example ", ""],
        ["Brasserie", "", "01 42 68 53 00"],
        ["Bar", "bar@kervran.example", ""],
        ["New", "new@kervran.example", "0142685301"],
        ["Again", "gone@tilleuls.example", ""],
        ["Twin", "NEW@kervran.example", ""],
        ["Nobody", "", "ask Anna"],
        ["Nothing", "", "ask Anna"],
    )

    assert [(one.row, one.message) for one in result.errors] == [
        (2, "“Tilleuls” has the same e-mail."),
        (3, "“Kervran” has the same phone number."),
        (4, "“Kervran” has the same e-mail."),
        (7, "“New” has the same e-mail."),
    ]
    assert (result.created, result.failed) == (4, 4)
    assert names(env) - before == {"New", "Again", "Nobody", "Nothing"}


def test_they_are_created_all_the_same_when_asked(env: Env) -> None:
    a_party(env, name="Tilleuls", email="info@tilleuls.example")

    result = bring(env, ["Hôtel", "info@tilleuls.example", ""], even_alike=True)

    assert (result.created, result.failed) == (1, 0)


def test_a_contact_that_the_key_finds_is_changed_not_refused(env: Env) -> None:
    known = a_party(env, name="Tilleuls", email="info@tilleuls.example", external_ref="C-1")

    result = bring(
        env,
        ["C-1", "Les Tilleuls", "info@tilleuls.example"],
        ["C-2", "Other", "info@tilleuls.example"],
        headings=["external_ref", "name", "email"],
        key=("external_ref",),
    )

    assert (result.created, result.updated, result.failed) == (0, 1, 1)
    assert result.errors[0].message == "“Tilleuls” has the same e-mail."
    assert known.name == "Les Tilleuls"


@pytest.mark.parametrize(
    "values",
    [
        {
            "name": "Dupont & Fils S.A.",
            "email": "Info@Dupont.example",
            "website": "https://dupont.example/fr",
        },
        {"name": "Anne Dupont", "kind": PartyKind.PERSON, "phone": "01 42 68 53 00", "job_title": "Chef"},
        {"name": 'O\'Brien \\ "Söhne"', "is_customer": True, "note": "a\nb", "vat_number": "FR1"},
    ],
)
def test_many_at_once_are_what_one_is(env: Env, values: dict[str, Any]) -> None:
    one = parties.create(env, dict(values))
    trail = trail_of(env.scope.connection)
    told = [entry.changes for entry in trail.entries if entry.record_id == one.id]

    (number,) = parties.create_many(env, [dict(values)])

    many = env.get(Party, number)
    env.session.refresh(one, ["search_tokens"])
    env.session.refresh(many, ["search_tokens"])
    left, right = written(env, one), written(env, many)
    assert {key: left[key] for key in left.keys() - PASSING} == {
        key: right[key] for key in right.keys() - PASSING
    }
    assert [e.changes for e in trail.entries if (e.model, e.record_id) == ("base.party", number)] == told


def test_people_join_their_organisation_and_carry_their_tags(env: Env) -> None:
    house = a_party(env, name="Tilleuls")
    parties.tag(env, house, "VIP")
    parties.tag(env, house, "Press")

    result = bring(
        env,
        ["person", "Lucie Ferrand", "Tilleuls", "Director", "VIP, Press"],
        ["organisation", "Annexe", "Tilleuls", "Director", "VIP"],
        ["person", "Marc Petit", "Nobody", "", ""],
        headings=["kind", "name", "parent", "job_title", "tags"],
    )

    assert [(one.row, one.message) for one in result.errors] == [(4, "parent: There is no contact “Nobody”.")]
    lucie, annexe = (
        env.session.scalars(select(env[Party]).where(env[Party].name == name)).one()
        for name in ("Lucie Ferrand", "Annexe")
    )
    assert (lucie.parent_id, lucie.job_title) == (house.id, "Director")
    assert {tag.name for tag in lucie.tags} == {"VIP", "Press"}
    assert (annexe.parent_id, annexe.job_title, {tag.name for tag in annexe.tags}) == (None, None, {"VIP"})
    link = env[Affiliation]
    found = env.session.execute(select(link.person_id, link.organisation_id, link.role)).all()
    assert [tuple(row) for row in found] == [(lucie.id, house.id, "Director")]


def test_a_row_that_cannot_be_right_is_told_by_its_heading_and_the_others_are_written(env: Env) -> None:
    before = names(env)
    result = run_import(
        env,
        "base.party",
        Table(
            ["Who", "Mail", "Since"],
            [["", "a@x.example", ""], ["B", "no address", ""], ["C", "c@x.example", ""], ["  ", "", "x"]],
        ),
        {"Who": "name", "Mail": "email"},
    )

    assert [one.row for one in result.errors] == [2, 3, 5]
    assert result.errors[1].message == "Mail: Write an e-mail address such as anna@example.com."
    assert names(env) - before == {"C"}
    assert [(row, number > 0, old) for row, number, old in result.undo] == [(4, True, None)]


def test_what_only_the_database_refuses_is_found_among_many(env: Env) -> None:
    before = names(env)
    rows = [[f"Row {n}", "x" * (200 if n in (3, 17) else 20)] for n in range(24)]

    result = bring(env, *rows, headings=["name", "industry"])

    assert [one.row for one in result.errors] == [5, 19]
    assert len(names(env) - before) == 22


def test_nobody_brings_in_what_they_may_not_create(env: Env) -> None:
    from core.errors import NotAllowed

    reader = as_person(env)
    a_person(env)

    with pytest.raises(NotAllowed):
        bring(reader, ["A", "", ""])


def test_a_thousand_rows_take_as_many_statements_as_two(env: Env, statements: Any) -> None:
    sent = []
    for count in (2, 600):
        with statements() as seen:
            bring(env, *[[f"{count}-{n}", f"{count}-{n}@x.example", ""] for n in range(count)])
        sent.append(len(seen))

    assert sent[0] == sent[1]
