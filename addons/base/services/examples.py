"""Example contacts: invented companies and people, with notes and things to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import Activity, ActivityKind, Address, Party, PartyKind
from addons.base.services import parties, timeline
from core.api import User, _

if TYPE_CHECKING:
    from core.api import Env

ORGANISATIONS = (
    ("Groupe Castellane", _("Hotels"), "castellane.example", "12 quai du Port", "13002", "Marseille", "FR"),
    ("Hôtel des Tilleuls", _("Hotels"), "tilleuls.example", "14 quai des Tanneurs", "74000", "Annecy", "FR"),
    ("Clinique Saint-Aubin", _("Health"), "saint-aubin.example", "3 rue des Lilas", "49000", "Angers", "FR"),
    ("Brasserie Kervran", _("Restaurants"), "kervran.example", "8 rue de Siam", "29200", "Brest", "FR"),
    ("Maison Verdier", _("Shops"), "verdier.example", "21 rue de la Paix", "75002", "Paris", "FR"),
    (
        "Mairie de Valmont",
        _("Public bodies"),
        "valmont.example",
        "1 place de la Mairie",
        "76540",
        "Valmont",
        "FR",
    ),
    ("Nordlys Interiør AS", _("Shops"), "nordlys.example", "Storgata 9", "0155", "Oslo", "NO"),
    (
        "Halden & Pryce Architects",
        _("Architects"),
        "halden-pryce.example",
        "40 Mount Street",
        "W1K",
        "London",
        "GB",
    ),
)
PEOPLE = (
    ("Lucie Ferrand", _("Project manager"), "Groupe Castellane"),
    ("Mathilde Aubry", _("Director"), "Hôtel des Tilleuls"),
    ("Yann Le Goff", _("Owner"), "Brasserie Kervran"),
    ("Sofia Lindqvist", _("Buyer"), "Nordlys Interiør AS"),
)
SUPPLIERS = (("Verrerie du Lac", "verrerie-du-lac.example", "Thonon-les-Bains"),)


def load(env: Env) -> None:
    """Write them for the current company; the user who asked owns them."""
    found: dict[str, Party] = {}
    owner_id = env.user.id or _somebody(env)
    for name, industry, domain, street, postcode, city, country in ORGANISATIONS:
        found[name] = env[Party](
            name=name,
            industry=str(industry),
            website=f"https://www.{domain}",
            email=f"contact@{domain}",
            is_customer=True,
            owner_id=owner_id,
            addresses=[env[Address](street=street, postcode=postcode, city=city, country=country)],
        )
    for name, domain, city in SUPPLIERS:
        found[name] = env[Party](
            name=name,
            email=f"contact@{domain}",
            is_supplier=True,
            addresses=[env[Address](city=city, country="FR")],
        )
    env.session.add_all(found.values())
    env.session.flush()
    for name, job, organisation in PEOPLE:
        first, _space, last = name.partition(" ")
        employer = found[organisation]
        mail = f"{first}.{last}@{(employer.website or '').removeprefix('https://www.')}"
        person = env[Party](
            kind=PartyKind.PERSON,
            name=name,
            job_title=str(job),
            email=mail.lower().replace(" ", "-"),
            owner_id=owner_id,
        )
        env.session.add(person)
        env.session.flush()
        parties.join(env, person, employer, str(job))
    castellane = found["Groupe Castellane"]
    parties.tag(env, castellane, str(_("Key accounts")))
    note = timeline.note(env, castellane, str(_("Asks for delivery before 10:00, service entrance only.")))
    note.author_id = owner_id
    if owner_id:
        _plan(env, castellane, owner_id, str(_("Visit the lobby")), -2, ActivityKind.VISIT)
        _plan(env, found["Hôtel des Tilleuls"], owner_id, str(_("Confirm the colour")), 0, ActivityKind.CALL)
    env.session.flush()


def _plan(env: Env, party: Party, owner_id: int, summary: str, days: int, kind: ActivityKind) -> None:
    env.session.add(
        env[Activity](
            model=party.model_name,
            record_id=party.id,
            record_name=party.name,
            party_id=party.id,
            kind=kind,
            summary=summary,
            due_on=env.today() + timedelta(days=days),
            assignee_id=owner_id,
        )
    )


def _somebody(env: Env) -> int | None:
    user = env[User]
    return env.session.scalar(select(user.id).where(user.active).order_by(user.id).limit(1))
