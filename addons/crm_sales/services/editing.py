"""What follows when somebody types into a quote or an order: defaults of the customer, of a product,
totals.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect

from addons.base.models import AddressKind, Party
from addons.base.services import addresses, currencies
from addons.catalog.services.prices import Wanted, list_of, prices
from addons.catalog.services.taxed import lines_of
from addons.crm_sales.models import LineKind, Quote
from addons.crm_sales.services import lines, orders, quotes
from addons.crm_sales.services.lines import sale_taxes
from core.api import ZERO, Total, User, _, format_money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.catalog.models import PriceList, Product
    from addons.crm_sales.models import Order
    from core.api import Env


def changed(env: Env, document: Any, names: Iterable[str]) -> None:
    """After fields or lines changed and before they are saved."""
    given = set(names)
    is_quote = document.model_name == Quote.model_name
    if document.id is None:
        _begin(env, document, given, is_quote=is_quote)
        return
    if "party" in given:
        _take_over_customer(env, document)
    if "currency" in given:
        document.currency = currencies.check(env, document.currency)
    if is_quote:
        quotes.recompute(env, document)
    else:
        orders.recompute(env, document)


def create_quote(env: Env, values: dict[str, Any]) -> Quote:
    """A new quote from what a form holds."""
    party, rest = _split(env, values)
    quoted_on = rest.pop("quoted_on", None)
    return quotes.create(env, party, on=quoted_on, **rest)


def create_order(env: Env, values: dict[str, Any]) -> Order:
    """A new order from what a form holds."""
    party, rest = _split(env, values)
    order_date = rest.pop("order_date", None)
    return orders.create(env, party, on=order_date, **rest)


def picked(env: Env, document: Any, line: Any) -> None:
    """A product was chosen for a line: its name, unit, price for this customer, and taxes."""
    product: Product | None = line.product
    if product is None:
        return
    line.kind = LineKind.PRODUCT
    line.description = product.name
    line.unit, line.unit_id = product.unit, product.unit_id
    currency = document.currency or env.company.currency
    wanted = [Wanted(product, line.quantity or Decimal(1))]
    found = prices(env, wanted, price_list=_price_list(env, document), currency=currency)
    line.unit_price = found[0]
    line.taxes = sale_taxes(env, [product.id]).get(product.id, [])


def totals(env: Env, document: Any) -> Sequence[Total]:
    """The rows under the lines: discounts, before tax, each tax, total; recomputed while they are typed."""
    currency = document.currency = document.currency or env.company.currency
    current = _lines(env, document)
    if _is_typed(env, document, current):
        lines.total(document, current)
    rows: list[Total] = []
    saved = lines.discounts(current, currency)
    if saved:
        rows.append(Total(_("Discounts included"), -saved))
    rows.append(Total(_("Before tax"), document.net or ZERO))
    for row in document.tax_summary or ():
        base = format_money(lines.decimal(row["base"]), currency)
        rows.append(Total(row["name"], lines.decimal(row["amount"]), note=_("on {base}", base=base)))
    if document.rounding:
        rows.append(Total(_("Rounding"), document.rounding))
    rows.append(Total(_("Total"), document.total or ZERO, final=True))
    return rows


def _is_typed(env: Env, document: Any, current: Sequence[Any]) -> bool:
    """Whether what is shown is not stored yet: who only reads sees what was written, and changes nothing."""
    return not inspect(document).persistent or any(
        not inspect(one).persistent or env.session.is_modified(one) for one in (document, *current)
    )


def line_changed(env: Env, document: Any, line: Any) -> None:
    """A cell changed: the line's amount and the document's totals follow."""
    document.currency = document.currency or env.company.currency
    if line.is_product and not line.description and line.product is not None:
        line.description = line.product.name
    lines.total(document, _lines(env, document))


def hint(env: Env, product: Any) -> str:
    """What stands beside a product in the picker: what another addon has to say, then the price."""
    said = [text for text in env.hooks.line_hint(env=env, product=product) if text]
    price = format_money(product.sale_price, env.company.currency)
    return " · ".join([*(str(text) for text in said), price])


def _lines(env: Env, document: Any) -> Sequence[Any]:
    return lines_of(env, document)


def _begin(env: Env, document: Any, given: set[str], *, is_quote: bool) -> None:
    """Fill what a new document begins with, without overwriting what was typed."""
    document.currency = document.currency or env.company.currency
    if document.owner_id is None and document.owner is None and env.user.id:
        document.owner, document.owner_id = env.get(User, env.user.id), env.user.id
    today = env.today()
    if is_quote:
        document.quoted_on = document.quoted_on or today
        if document.valid_until is None:
            days = int(env.setting("crm_sales.validity_days", quotes.VALID_DAYS))
            document.valid_until = document.quoted_on + timedelta(days=days)
    else:
        document.order_date = document.order_date or today
    opportunity = document.opportunity
    if opportunity is not None and document.party is None:
        document.party, document.party_id = opportunity.party, opportunity.party_id
        given = given | {"party"}
    if "party" in given:
        _take_over_customer(env, document)
    lines.total(document, document.lines)


def _take_over_customer(env: Env, document: Any) -> None:
    party = _party(env, document)
    if party is None:
        return
    document.invoice_address = addresses.as_text(env, party, AddressKind.INVOICE)
    document.delivery_address = addresses.as_text(env, party, AddressKind.DELIVERY)
    price_list = list_of(env, party)
    if price_list is not None:
        document.price_list, document.price_list_id = price_list, price_list.id
        if not any(line.is_product for line in document.lines):
            document.currency = price_list.currency


def _party(env: Env, document: Any) -> Party | None:
    if document.party is not None:
        found: Party = document.party
        return found
    return env.session.get(env[Party], document.party_id) if document.party_id else None


def _price_list(env: Env, document: Any) -> PriceList | None:
    if document.price_list is not None:
        found: PriceList = document.price_list
        return found
    return list_of(env, _party(env, document))


def _split(env: Env, values: dict[str, Any]) -> tuple[Party, dict[str, Any]]:
    """The customer, and the other values with links turned into their columns."""
    rest = {name: value for name, value in values.items() if value is not None}
    party = rest.pop("party", None) or env.get(Party, rest.pop("party_id"))
    rest.pop("party_id", None)
    for name in ("contact", "owner", "team", "price_list"):
        linked = rest.pop(name, None)
        if linked is not None:
            rest[name if name == "price_list" else f"{name}_id"] = (
                linked if name == "price_list" else linked.id
            )
    rest.pop("price_list_id", None)
    return party, rest
