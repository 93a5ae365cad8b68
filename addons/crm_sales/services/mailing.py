"""Send a quote by e-mail, with its PDF and the link to the customer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.base.models.keys import email_key
from addons.base.services import mailing
from addons.base.services.mailing import Letter
from addons.crm_sales.services import quotes
from core.api import MAIL_LINK, Invalid, _, base_url, compose_mail

if TYPE_CHECKING:
    from addons.crm_sales.models import Quote
    from core.api import Env

TEMPLATE = "crm_sales/mail/quote.txt"


def address_of(env: Env, quote: Quote) -> str:
    """Whom to write to: the contact, else the customer; empty when neither has an address."""
    for party in (quote.contact, quote.party):
        if party is not None and party.email:
            return party.email
    return ""


def send(env: Env, quote: Quote, to: str, message: str = "") -> None:
    """Make the quote final and send it."""
    address = _checked(to)
    quotes.send(env, quote)
    _post(env, quote, address, message)


def send_again(env: Env, quote: Quote, to: str, message: str = "") -> None:
    """Send the same version once more; the new link replaces the old one when the mail leaves."""
    address = _checked(to)
    quotes.require_open(quote)
    _post(env, quote, address, message)


def _checked(to: str) -> str:
    address = to.strip()
    if email_key(address) is None:
        raise Invalid(fields={"to": _("Write an e-mail address such as anna@example.com.")})
    return address


def _post(env: Env, quote: Quote, to: str, message: str) -> None:
    party = quote.contact or quote.party
    locale = party.locale or quote.party.locale or env.company.locale
    base_url(env)  # nothing is sent that could lead nowhere
    subject, text = compose_mail(
        env,
        TEMPLATE,
        {
            "quote": quote,
            "customer": party,
            "link": MAIL_LINK,
            "message": (message or "").strip(),
            "sender": env.user.name,
        },
        locale=locale,
    )
    pdf = env.render_report("crm_sales.quote", quote, locale=locale)
    sentence = _("Quote {number} sent to {address}", number=quote.reference, address=to)
    mailing.post(env, quote, [to], Letter(subject, text), pdf, sentence, opens=quote)
