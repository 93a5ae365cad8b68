"""Write a quote, send it, replace it by a new version, and take the customer's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import AddressKind
from addons.base.services import addresses, currencies, timeline
from addons.base.services.sentences import Amount
from addons.catalog.services.prices import list_of
from addons.catalog.services.taxed import lines_of
from addons.crm_sales.models import Quote, QuoteLine, QuoteStatus
from addons.crm_sales.services import content, lines, numbering, opportunities, orders, ownership
from core.api import Invalid, NotFound, RuleBroken, _, copied, hash_of_token, writing_closed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from addons.base.models import Party
    from addons.crm_sales.models import Opportunity, Order
    from addons.crm_sales.services.lines import LineDraft
    from core.api import Env

VALID_DAYS = 30
LATER = [
    "sent_at",
    "decided_at",
    "decided_by",
    "decided_ip",
    "decided_hash",
    "refusal_reason",
    "document_hash",
    "content",
    "token_hash",
    "token_expires_at",
]
"""Empty at first; said so that the database need not be asked for them."""


class NotDraft(RuleBroken):
    """A sent version never changes."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(
            _("Quote {number} is {status}.", number=quote.reference, status=quote.status),
            hint=_("Make a new version to change it."),
        )


class NotOpen(RuleBroken):
    """Only a version that was sent and not answered can be accepted or refused."""

    def __init__(self, quote: Quote) -> None:
        if quote.status == QuoteStatus.REPLACED:
            hint = _("Ask for the new version of this quote.")
        elif quote.status == QuoteStatus.DRAFT:
            hint = _("Send it first.")
        else:
            hint = _("Ask for a new quote to order something else.")
        super().__init__(
            _("Quote {number} is {status}.", number=quote.reference, status=quote.status), hint=hint
        )


class Expired(RuleBroken):
    """The promise was for a time."""

    def __init__(self, quote: Quote) -> None:
        super().__init__(
            _("Quote {number} was valid until {day}.", number=quote.reference, day=quote.valid_until),
            hint=_("Ask for a new version."),
        )


def create(
    env: Env,
    party: Party,
    drafts: Sequence[LineDraft] = (),
    *,
    opportunity: Opportunity | None = None,
    on: date | None = None,
    currency: str = "",
    **values: Any,
) -> Quote:
    """A draft for a customer; prices and taxes that the lines leave out come from the catalog."""
    day = on or env.today()
    price_list = values.pop("price_list", None) or list_of(env, party)
    money = currency or (price_list.currency if price_list else env.company.currency)
    owner_id = values.pop("owner_id", None) or env.user.id or None
    quote = env[Quote](
        **{
            "party": party,
            "opportunity": opportunity,
            "contact_id": opportunity.contact_id if opportunity else None,
            "price_list": price_list,
            "currency": currencies.check(env, money),
            "quoted_on": day,
            "valid_until": day + timedelta(days=int(env.setting("crm_sales.validity_days", VALID_DAYS))),
            "status": QuoteStatus.DRAFT,
            "revision": 1,
            "owner_id": owner_id,
            "team_id": ownership.team_of(env, owner_id),
            "invoice_address": addresses.as_text(env, party, AddressKind.INVOICE),
            "delivery_address": addresses.as_text(env, party, AddressKind.DELIVERY),
            "terms": env.setting("crm_sales.terms") or None,
        }
        | dict.fromkeys(LATER)
        | values
    )
    if quote.valid_until < day:
        raise Invalid(fields={"valid_until": _("Choose {day} or later.", day=day)})
    quote.lines = lines.build(
        env, env[QuoteLine], drafts, price_list=price_list, currency=quote.currency, on=day
    )
    lines.total(quote, quote.lines)
    quote.number = numbering.take(env, numbering.QUOTE, day)
    with writing_closed(quote):
        env.session.add(quote)
    timeline.log(env, quote, _("Quote {number} created", number=quote.number), party=party)
    return quote


def recompute(env: Env, quote: Quote) -> None:
    """Bring a draft's totals in step with its lines; those of a sent quote stay."""
    if quote.is_draft:
        lines.total(quote, lines_of(env, quote))


def send(env: Env, quote: Quote) -> str:
    """Make a draft final and give the secret of its public page; older versions that were sent are replaced.

    The mail itself is ``mailing.send``: a quote may also be handed over on paper.
    """
    env.lock(quote)
    if not quote.is_draft:
        raise NotDraft(quote)
    if quote.valid_until < env.today():
        raise Expired(quote)
    quote_lines = lines_of(env, quote)
    if not any(line.is_product for line in quote_lines):
        raise lines.NoLines(quote)
    _replace_older(env, quote)
    with writing_closed(quote):
        lines.total(quote, quote_lines)
        if _has_unwritten_lines(env):
            env.session.flush()  # before the status: lines of a sent quote are final
        quote.content = content.of(env, quote)
        quote.document_hash = content.fingerprint(quote.content)
        quote.status, quote.sent_at = QuoteStatus.SENT, env.now()
        token = _new_token(env, quote)
        amount = Amount(quote.total, quote.currency)
        sentence = _("Quote {number} sent, {amount}", number=quote.reference, amount=amount)
        timeline.log(env, quote, sentence, party=quote.party)
    env.hooks.quote_sent(env=env, quote=quote)
    return token


def require_open(quote: Quote) -> None:
    """Raise NotOpen unless the customer may still answer."""
    if not quote.is_sent:
        raise NotOpen(quote)


def new_link(env: Env, quote: Quote) -> str:
    """A new secret for the public page of a sent quote; the old link ends."""
    require_open(quote)
    return _new_token(env, quote)


def revise(env: Env, quote: Quote) -> Quote:
    """Make a new version to change what was sent; the old one holds until the new one is sent."""
    if quote.is_draft:
        raise RuleBroken(
            _("Quote {number} is still a draft.", number=quote.reference), hint=_("Change it directly.")
        )
    if quote.status == QuoteStatus.ACCEPTED:
        raise NotOpen(quote)
    model = env[Quote]
    newest = env.session.scalars(
        select(model)
        .where(model.number == quote.number, model.company_id == quote.company_id)
        .order_by(model.revision.desc())
        .limit(1)
    ).one()
    if newest.is_draft:
        raise RuleBroken(
            _("There is already a draft of version {n}.", n=newest.revision), hint=_("Change that one.")
        )
    day = env.today()
    days = (quote.valid_until - quote.quoted_on).days
    revision = copied(
        quote,
        values={
            "revision": newest.revision + 1,
            "status": QuoteStatus.DRAFT,
            "quoted_on": day,
            "valid_until": day + timedelta(days=days),
            "lines": lines.copies(env[QuoteLine], lines_of(env, quote)),
        },
    )
    with writing_closed(revision):
        env.session.add(revision)
    sentence = _("Version {n} of quote {number} started", n=revision.revision, number=quote.number)
    timeline.log(env, revision, sentence, party=quote.party)
    return revision


def accept(env: Env, quote: Quote, name: str, *, ip: str = "") -> Order:
    """Take the customer's yes: who, when, from where and to which document. Gives the order in draft.

    A second click gives the same order. Refused when expired, replaced or refused before.
    """
    who = name.strip()
    if not who:
        raise Invalid(fields={"name": _("Write your name.")})
    env.lock(quote)
    if quote.status == QuoteStatus.ACCEPTED:
        return orders.of_quote(env, quote)
    if quote.status != QuoteStatus.SENT:
        raise NotOpen(quote)
    if quote.valid_until < env.today():
        raise Expired(quote)
    with writing_closed(quote):
        quote.status, quote.decided_at = QuoteStatus.ACCEPTED, env.now()
        quote.decided_by, quote.decided_ip = who[:200], ip[:45] or None
        quote.decided_hash = quote.document_hash
    order = orders.from_quote(env, quote)
    sentence = _("Quote {number} accepted by {name}", number=quote.reference, name=who)
    timeline.log(env, quote, sentence, party=quote.party, tone="ok")
    if quote.opportunity is not None and quote.opportunity.is_open:
        opportunities.win(env, quote.opportunity)
    env.hooks.quote_accepted(env=env, quote=quote, order=order)
    return order


def refuse(env: Env, quote: Quote, reason: str, *, name: str = "", ip: str = "") -> None:
    """Take the customer's no, with its reason."""
    why = reason.strip()
    if not why:
        raise Invalid(fields={"reason": _("Say in a few words why.")})
    env.lock(quote)
    if quote.status == QuoteStatus.REFUSED:
        return
    if quote.status != QuoteStatus.SENT:
        raise NotOpen(quote)
    with writing_closed(quote):
        quote.status, quote.decided_at = QuoteStatus.REFUSED, env.now()
        quote.decided_by, quote.decided_ip = name.strip()[:200] or None, ip[:45] or None
        quote.refusal_reason = why[:2000]
    sentence = _("Quote {number} refused: {reason}", number=quote.reference, reason=why[:200])
    timeline.log(env, quote, sentence, party=quote.party, tone="bad")
    env.hooks.quote_refused(env=env, quote=quote)


def accept_for_customer(env: Env, quote: Quote) -> Order:
    """A salesperson notes a yes given by word: a draft is made final first."""
    if quote.is_draft:
        send(env, quote)
    return accept(env, quote, env.user.name)


def by_token(env: Env, token: str) -> Quote:
    """The quote behind a public link, or NotFound in words for a customer."""
    model = env[Quote]
    found = env.session.scalar(select(model).where(model.token_hash == hash_of_token(token)))
    if found is None or found.token_expires_at is None or found.token_expires_at < env.now():
        raise NotFound(
            _("This link has expired or is not complete."),
            hint=_("Open the newest message you received, or ask for a new link."),
        )
    return found


def _new_token(env: Env, quote: Quote) -> str:
    return quote.renew_link(env).rpartition("/")[2]


def _has_unwritten_lines(env: Env) -> bool:
    session, line = env.session, env[QuoteLine]
    return any(isinstance(record, line) for record in (*session.new, *session.dirty, *session.deleted))


def _replace_older(env: Env, quote: Quote) -> None:
    if quote.revision == 1:
        return
    model = env[Quote]
    older = env.session.scalars(
        select(model).where(
            model.number == quote.number,
            model.company_id == quote.company_id,
            model.id != quote.id,
            model.status.in_((QuoteStatus.SENT, QuoteStatus.ACCEPTED)),
        )
    ).all()
    env.lock(*older)
    for version in older:
        if version.status == QuoteStatus.ACCEPTED:
            raise NotOpen(version)
    with writing_closed(*older):
        for version in older:
            version.status = QuoteStatus.REPLACED


__all__ = [
    "Expired",
    "NotDraft",
    "NotOpen",
    "accept",
    "accept_for_customer",
    "by_token",
    "create",
    "new_link",
    "recompute",
    "refuse",
    "require_open",
    "revise",
    "send",
]
