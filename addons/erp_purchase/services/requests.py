"""Ask several vendors for prices, choose, and order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import MessageKind, Party
from addons.base.services import timeline
from addons.erp_purchase.models import (
    Quotation,
    QuotationLine,
    QuotationState,
    Request,
    RequestState,
    VendorPrice,
)
from addons.erp_purchase.services import mailing, orders, prices
from addons.erp_purchase.services.orders import LineInput
from core.api import ZERO, RuleBroken, _, format_date, writing_closed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from addons.erp_purchase.models import Order, RequestLine
    from core.api import Env

TEMPLATE = "erp_purchase/mail/request.txt"


class NotOpen(RuleBroken):
    def __init__(self, request: Request) -> None:
        super().__init__(
            _("{request} is {state}.", request=request.number, state=request.state.label),
            hint=_("Start a new request for quotation."),
        )


class NothingAsked(RuleBroken):
    def __init__(self, request: Request) -> None:
        super().__init__(
            _("{request} asks for nothing yet.", request=request.number),
            hint=_("Add at least one product."),
        )


class NoOffer(RuleBroken):
    def __init__(self, line: QuotationLine) -> None:
        super().__init__(
            _(
                '{vendor} made no offer for "{product}".',
                vendor=line.quotation.party.name,
                product=line.description,
            ),
            hint=_("Enter their price first, or choose another vendor."),
        )


class NothingChosen(RuleBroken):
    def __init__(self, request: Request) -> None:
        super().__init__(
            _("Nothing of {request} is chosen.", request=request.number),
            hint=_("Choose an offer for at least one line."),
        )


class OfferExpired(RuleBroken):
    def __init__(self, quotation: Quotation, day: date) -> None:
        super().__init__(
            _(
                "The offer of {vendor} was valid until {day}.",
                vendor=quotation.party.name,
                day=format_date(day),
            ),
            hint=_("Ask for a new offer, or write down until when it is valid now."),
        )


def invite(env: Env, request: Request, *, party: Party) -> Quotation:
    """Ask one more vendor; one that is asked already gets what was added since."""
    _open(env, request)
    if not request.lines:
        raise NothingAsked(request)
    model = env[Quotation]
    query = select(model).where(model.request_id == request.id, model.party_id == party.id)
    quotation = env.session.scalars(query).first() or env.add(
        Quotation,
        request_id=request.id,
        request=request,
        party_id=party.id,
        party=party,
        currency=orders.currency_for(env, party),
    )
    known = {line.request_line_id for line in quotation.lines}
    for line in request.lines:
        if line.id not in known:
            quotation.lines.append(
                env[QuotationLine](request_line_id=line.id, request_line=line, position=line.position)
            )
    env.session.flush()
    return quotation


def invite_known(env: Env, request: Request) -> list[Quotation]:
    """Ask every vendor who has a price for one of the products."""
    _open(env, request)
    found = prices.valid(env, [line.product_id for line in request.lines])
    return [
        invite(env, request, party=env.get(Party, party_id))
        for party_id in sorted({price.party_id for price in found})
    ]


def send(env: Env, quotation: Quotation, to: str, message: str = "") -> None:
    """Send the request to its vendor by e-mail, with its PDF."""
    _open(env, quotation.request, quotation)
    address = mailing.checked(to)
    subject = mailing.write(
        env,
        quotation,
        address,
        TEMPLATE,
        {
            "quotation": quotation,
            "request": quotation.request,
            "message": (message or "").strip(),
            "sender": env.user.name,
        },
        report="erp_purchase.request",
    )
    with writing_closed(quotation.request, quotation):
        quotation.sent_at = env.now()
        if quotation.state is QuotationState.DRAFT:
            quotation.state = QuotationState.SENT
        if quotation.request.state is RequestState.DRAFT:
            quotation.request.state = RequestState.SENT
    sentence = _("{request} sent to {address}", request=quotation.request.number, address=address)
    timeline.log(env, quotation, sentence, party=quotation.party, kind=MessageKind.MAIL, subject=subject)
    timeline.log(env, quotation.request, sentence, party=quotation.party)
    env.session.flush()


def answered(_env: Env, quotation: Quotation) -> None:
    """Whether the vendor has answered follows from the prices that were written down. Nothing is flushed."""
    offers = any(line.unit_price is not None for line in quotation.lines)
    if offers:
        quotation.state = QuotationState.ANSWERED
    elif quotation.state is QuotationState.ANSWERED:
        quotation.state = QuotationState.SENT if quotation.sent_at else QuotationState.DRAFT


def decline(env: Env, quotation: Quotation) -> None:
    """The vendor makes no offer."""
    _open(env, quotation.request, quotation)
    with writing_closed(quotation):
        for line in quotation.lines:
            line.unit_price, line.chosen = None, False
        quotation.state = QuotationState.DECLINED
    timeline.log(env, quotation, _("{vendor} makes no offer", vendor=quotation.party.name))


def take_known_prices(env: Env, quotation: Quotation) -> None:
    """Fill in what the vendor's price list says for the quantities asked."""
    _open(env, quotation.request, quotation)
    for line in quotation.lines:
        asked = line.request_line
        found = prices.best(
            env,
            asked.product,
            asked.quantity,
            party_id=quotation.party_id,
            unit=asked.unit or asked.product.unit,
            currency=quotation.currency,
        )
        if found is not None and line.unit_price is None:
            line.unit_price, line.discount, line.lead_days = (
                found.unit_price,
                found.discount,
                found.lead_days,
            )
    env.session.flush()


def keep_prices(env: Env, quotation: Quotation) -> int:
    """Write the offers into the vendor's price list, from today until the offer ends; how many."""
    _refuse_expired(env, quotation)
    count = 0
    for line in quotation.lines:
        if line.unit_price is None:
            continue
        asked = line.request_line
        env.session.add(
            env[VendorPrice](
                party_id=quotation.party_id,
                party=quotation.party,
                product_id=asked.product_id,
                product=asked.product,
                unit_id=asked.unit_id,
                unit=asked.unit,
                min_quantity=asked.quantity,
                price=line.unit_price,
                discount=line.discount,
                currency=quotation.currency,
                lead_days=line.lead_days,
                start_on=env.today(),
                end_on=quotation.valid_until,
            )
        )
        count += 1
    env.session.flush()
    return count


def choose(env: Env, line: QuotationLine) -> None:
    """Take this offer for its line instead of any other."""
    request = line.quotation.request
    _open(env, request, *request.quotations)
    if line.unit_price is None:
        raise NoOffer(line)
    _refuse_expired(env, line.quotation)
    with writing_closed(request):
        for other in _chosen(env, line.request_line_id):
            other.chosen = other is line
        env.session.flush()  # the database allows one chosen offer a line
        line.chosen = True


def choose_none(env: Env, request_line: RequestLine) -> None:
    """Order nothing for a line."""
    request = request_line.request
    _open(env, request, *request.quotations)
    with writing_closed(request):
        for line in _chosen(env, request_line.id):
            line.chosen = False


def make_orders(env: Env, request: Request) -> list[Order]:
    """A draft order for each vendor of whom something is chosen; the request is decided."""
    _open(env, request, *request.quotations)
    with writing_closed(request):
        made = []
        for quotation in request.quotations:
            taken = [line for line in quotation.lines if line.chosen]
            if taken:
                _refuse_expired(env, quotation)
                made.append(_order(env, request, quotation, taken))
        if not made:
            raise NothingChosen(request)
        request.state = RequestState.DECIDED
    told = ", ".join(order.title for order in made)
    timeline.log(env, request, _("Decided: {orders}", orders=told), tone="ok")
    return made


def cancel(env: Env, request: Request) -> None:
    """Ask no more."""
    _open(env, request)
    with writing_closed(request):
        request.state = RequestState.CANCELLED


def complete_line(_env: Env, _request: Request, line: RequestLine) -> None:
    """Fill in what follows from the product of a line typed by hand."""
    if line.product is not None:
        line.description = line.description or line.product.name
        line.unit_id, line.unit = line.product.unit_id, line.product.unit


def create(env: Env, values: dict[str, Any]) -> Request:
    """A draft of the person who writes it."""
    values.setdefault("owner_id", env.user.id)
    return env.add(Request, **values)


def _order(env: Env, request: Request, quotation: Quotation, taken: Sequence[QuotationLine]) -> Order:
    today = env.today()
    given = [
        LineInput(
            line.request_line.product,
            line.request_line.quantity,
            unit=line.request_line.unit,
            unit_price=line.unit_price or ZERO,
            discount=line.discount,
            taxes=[
                tax for tax in line.request_line.product.purchase_taxes if tax.company_id == env.company_id
            ],
            description=line.description,
            expected_on=prices.arrival(line.lead_days, today) or request.needed_on,
        )
        for line in taken
    ]
    order = orders.create(
        env,
        quotation.party,
        given,
        currency=quotation.currency,
        origin=request.number,
        vendor_reference=quotation.vendor_reference,
        owner_id=request.owner_id,
        expected_on=request.needed_on,
    )
    for line, ordered in zip(taken, order.lines, strict=True):
        line.order_line_id = ordered.id
    return order


def _chosen(env: Env, request_line_id: int) -> Sequence[QuotationLine]:
    model = env[QuotationLine]
    query = select(model).where(model.request_line_id == request_line_id, model.chosen)
    return env.session.scalars(query).all()


def _refuse_expired(env: Env, quotation: Quotation) -> None:
    if quotation.valid_until is not None and quotation.valid_until < env.today():
        raise OfferExpired(quotation, quotation.valid_until)


def _open(env: Env, request: Request, *quotations: Quotation) -> None:
    """Hold a request, and offers of it, as long as nothing is decided."""
    env.lock(request, *quotations)
    if not request.is_open:
        raise NotOpen(request)
