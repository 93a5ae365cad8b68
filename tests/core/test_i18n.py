from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

import jinja2
import msgspec
import pytest
from markupsafe import Markup

from core import i18n
from core.i18n import _, ngettext, using
from core.i18n.catalogs import domain_of, messages, register_domain
from core.i18n.jinja import install
from core.i18n.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRENCH = """
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Hello {name}"
msgstr "Bonjour {name}"

msgid "{count} invoice created"
msgid_plural "{count} invoices created"
msgstr[0] "{count} facture créée"
msgstr[1] "{count} factures créées"

msgid "Due on {day} for {amount}"
msgstr "Pour le {day} : {amount}"

#, fuzzy
msgid "Unsure"
msgstr "Pas sûr"
"""


@pytest.fixture(autouse=True)
def french(tmp_path: Path) -> Iterator[None]:
    for domain in ("tests", "acme_fleet"):
        folder = tmp_path / domain / "locale" / "fr" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        text = FRENCH if domain == "tests" else FRENCH.replace("Bonjour", "Salut")
        (folder / f"{domain}.po").write_text(text, encoding="utf-8")
        register_domain(domain, tmp_path / domain)
    yield
    messages.cache_clear()


def test_a_text_is_rendered_in_the_language_of_each_reader() -> None:
    greeting = _("Hello {name}", name="Ada")

    with using("fr"):
        french = (str(greeting), f"{greeting}!", greeting.in_locale("en"))

    assert (str(greeting), *french) == ("Hello Ada", "Bonjour Ada", "Bonjour Ada!", "Hello Ada")


def test_a_text_written_in_french_is_a_french_string_for_whatever_takes_strings() -> None:
    with using("fr_CA"):
        greeting = _("Hello {name}", name="Ada")

    assert " ".join([greeting]) == "Bonjour Ada"
    assert isinstance(greeting, str)


def test_a_text_goes_through_json_pickle_and_copies_with_its_source() -> None:
    greeting = _("Hello {name}", name="Ada")

    kept = pickle.loads(pickle.dumps(copy.deepcopy(greeting)))  # noqa: S301 - our own bytes

    with using("fr"):
        assert str(kept) == "Bonjour Ada"
        assert msgspec.json.encode([greeting], enc_hook=str) == b'["Bonjour Ada"]'


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 invoices created", "0 facture créée"),
        (1, "1 invoice created", "1 facture créée"),
        (12000, "12,000 invoices created", "12\u202f000 factures créées"),
    ],
)
def test_the_plural_follows_the_rule_of_the_language(count: int, english: str, french: str) -> None:
    created = ngettext("{count} invoice created", "{count} invoices created", count)

    assert str(created) == english
    assert created.in_locale("fr") == french


def test_values_inside_a_sentence_are_written_as_the_reader_writes_them() -> None:
    due = _("Due on {day} for {amount}", day=date(2026, 12, 2), amount=Decimal("1234.5000"))

    assert str(due) == "Due on 2 Dec 2026 for 1,234.5"
    assert due.in_locale("fr") == "Pour le 2 déc. 2026 : 1\u202f234,5"


def test_a_choice_inside_a_sentence_is_written_by_its_label() -> None:
    class Stage(StrEnum):
        WON = "won"

        @property
        def label(self) -> Text:
            return Text("Hello {name}", domain="tests", values={"name": "winner"})

    assert _("{stage}", stage=Stage.WON).in_locale("fr") == "Bonjour winner"


def test_an_unsure_translation_is_not_shown_and_a_missing_one_falls_back_to_the_source() -> None:
    assert _("Unsure").in_locale("fr") == "Unsure"
    assert _("Nobody translated me").in_locale("fr") == "Nobody translated me"


def test_the_domain_is_the_addon_of_the_calling_module() -> None:
    assert _("x").domain == "tests"
    assert [
        domain_of(m) for m in ("addons.crm_sales.services.win", "core.web.app", "acme_fleet.hooks", "addons")
    ] == [
        "crm_sales",
        "core",
        "acme_fleet",
        "addons",
    ]


def test_each_template_speaks_with_the_catalog_of_its_own_addon() -> None:
    templates = {
        "tests/base.html": "{{ _('Hello {name}', name='base') }} {% block body %}{% endblock %}",
        "acme_fleet/page.html": "{% extends 'tests/base.html' %}"
        "{% block body %}{{ _('Hello {name}', name=who) }}{% endblock %}",
    }
    environment = jinja2.Environment(loader=jinja2.DictLoader(templates), autoescape=True)
    install(environment)

    with using("fr"):
        page = environment.get_template("acme_fleet/page.html").render(who="<Ada>")

    assert page == "Bonjour base Salut &lt;Ada&gt;"


def test_a_verb_loses_its_dots_and_keeps_the_language_of_the_reader() -> None:
    environment = jinja2.Environment(autoescape=True)
    install(environment)
    verb = environment.from_string("{{ verb|plain_verb }}")
    label = Text("Reverse…", domain="erp_accounting")

    with using("fr"):
        french = verb.render(verb=label)

    assert (french, verb.render(verb=label)) == ("Extourner", "Reverse")


def test_markup_inside_a_sentence_stays_markup_and_everything_else_is_escaped() -> None:
    environment = jinja2.Environment(autoescape=True)
    install(environment)
    sentence = _("{a} & {b}", a=Markup("<b>x</b>"), b="<i>")

    assert environment.from_string("{{ s }}").render(s=sentence) == "<b>x</b> &amp; &lt;i&gt;"
    assert environment.from_string("{{ _('a {n} b', n=n) }}").render(n=Markup("<b>1</b>")) == "a <b>1</b> b"
    assert environment.from_string("{{ s }}").render(s=_("<i>")) == "&lt;i&gt;"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "french"),
    [
        ("12972", "EUR", "€12,972.00", "12\u202f972,00\u00a0€"),
        ("-0.005", "EUR", "\u2212€0.01", "\u22120,01\u00a0€"),
        ("2.345", "USD", "US$2.35", "2,35\u00a0$US"),
        ("1234.5", "JPY", "JP¥1,235", "1\u202f235\u00a0JPY"),
        ("1.2345", "TND", "TND\u00a01.235", "1,235\u00a0TND"),
        ("-0.001", "EUR", "€0.00", "0,00\u00a0€"),
    ],
)
def test_money_has_its_currency_its_digits_and_rounds_half_up(
    amount: str, currency: str, english: str, french: str
) -> None:
    assert i18n.format_money(Decimal(amount), currency) == english
    assert i18n.format_money(Decimal(amount), currency, locale="fr") == french


def test_quantities_and_rates_lose_useless_zeros() -> None:
    assert i18n.format_quantity(Decimal("2500.000000"), "kg") == "2,500\u00a0kg"
    assert i18n.format_quantity(Decimal("0.250000"), locale="fr") == "0,25"
    assert i18n.format_percent(Decimal("5.5000000000")) == "5.5%"
    assert i18n.format_percent(Decimal("20.0"), locale="fr") == "20\u00a0%"
    assert i18n.format_number(Decimal(-7), digits=2) == "\u22127.00"
    assert i18n.format_price(Decimal("0.012500"), "EUR") == "€0.0125"
    assert i18n.format_price(Decimal("2.500000"), "EUR") == "€2.50"


def test_an_instant_is_written_in_the_time_zone_of_the_reader() -> None:
    noon = datetime(2026, 12, 2, 23, 5, tzinfo=UTC)

    assert i18n.format_datetime(noon, "Europe/Paris") == "3 Dec 2026, 00:05"
    assert i18n.format_datetime(noon, "Europe/Paris", locale="fr") == "3 déc. 2026, 00:05"
    assert i18n.format_time(noon, "America/New_York") == "18:05"


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 12, 2), "today", "aujourd’hui"),
        (date(2026, 12, 3), "tomorrow", "demain"),
        (date(2026, 12, 1), "yesterday", "hier"),
        (date(2026, 12, 5), "in 3\u00a0days", "dans 3\u00a0jours"),
        (date(2026, 11, 27), "5\u00a0days ago", "il y a 5\u00a0jours"),
        (date(2026, 12, 20), "20 Dec 2026", "20 déc. 2026"),
    ],
)
def test_a_near_day_is_said_and_a_far_one_is_dated(day: date, english: str, french: str) -> None:
    today = date(2026, 12, 2)

    assert i18n.format_relative_day(day, today) == english
    assert i18n.format_relative_day(day, today, locale="fr") == french


@pytest.mark.parametrize(
    ("typed", "locale", "read"),
    [
        ("1 234,56", "fr", "1234.56"),
        ("1\u202f234,56", "fr", "1234.56"),
        ("1234.56", "fr", "1234.56"),
        ("1,234.56", "en", "1234.56"),
        ("\u2212 3", "en", "-3"),
        (".5", "en", "0.5"),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, locale: str, read: str) -> None:
    assert i18n.parse_decimal(typed, locale=locale) == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "locale"),
    [
        ("1,5", "en"),
        ("1.234,5", "fr"),
        ("1,2345", "en"),
        ("", "en"),
        ("1e5", "en"),
        ("NaN", "fr"),
        ("12,3,4", "fr"),
    ],
)
def test_a_number_that_could_mean_two_things_is_refused(typed: str, locale: str) -> None:
    with pytest.raises(i18n.Unreadable):
        i18n.parse_decimal(typed, locale=locale)


def test_dates_are_read_in_the_order_of_the_reader() -> None:
    assert i18n.parse_date("2/12/2026", locale="fr") == date(2026, 12, 2)
    assert i18n.parse_date("2/12/26") == date(2026, 12, 2)
    assert i18n.parse_date("12/2/2026", locale="en_US") == date(2026, 12, 2)
    assert i18n.parse_date("2026-12-02", locale="fr") == date(2026, 12, 2)
    for wrong in ("31/02/2026", "tomorrow", "2026", "1/2/3/4"):
        with pytest.raises(i18n.Unreadable):
            i18n.parse_date(wrong)


def test_the_language_is_negotiated_with_the_browser() -> None:
    assert i18n.negotiate("fr-CA,fr;q=0.8,en;q=0.5") == "fr"
    assert i18n.negotiate("de, en-US;q=0.7, fr;q=0.9") == "fr"
    assert i18n.negotiate("de;q=x, *") == "en"
    assert i18n.known("tlh-QO") == "en"
