"""Lines and totals of quotes and sales orders: what a product brings along, and the sums."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import Product, ProductSaleTax, Tax
from addons.catalog.services.prices import Wanted, prices
from addons.catalog.services.taxes import TaxableLine, compute, line_amount
from addons.crm_sales.models import LineKind
from core.api import HUNDRED, ZERO, Invalid, RuleBroken, _, copied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from addons.catalog.models import PriceList, Unit
    from addons.crm_sales.models import SalesDocument, SalesLine
    from core.api import Env

LIMIT = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line as somebody wants it; what is None comes from the product."""

    product: Product | None = None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    discount: Decimal = ZERO
    taxes: Sequence[Tax] | None = None
    description: str = ""
    unit: Unit | None = None
    kind: LineKind = LineKind.PRODUCT


class NoLines(RuleBroken):
    """An empty document promises nothing."""

    def __init__(self, document: SalesDocument) -> None:
        super().__init__(
            _("{number} has no product line.", number=document.number), hint=_("Add a product first.")
        )


def build(
    env: Env,
    model: type[Any],
    drafts: Sequence[LineDraft],
    *,
    price_list: PriceList | None,
    currency: str,
    on: date,
) -> list[Any]:
    """Make the lines of ``model``; prices and taxes that were not given are looked up in one go."""
    unpriced = [i for i, draft in enumerate(drafts) if draft.product is not None and draft.unit_price is None]
    wanted = [
        Wanted(draft.product, draft.quantity, draft.unit)
        for draft in drafts
        if draft.product is not None and draft.unit_price is None
    ]
    found = dict(zip(unpriced, _prices(env, wanted, price_list, currency, on), strict=True))
    untaxed = {d.product.id for d in drafts if d.product is not None and d.taxes is None}
    taxes = sale_taxes(env, untaxed)
    lines = []
    for position, draft in enumerate(drafts):
        check(draft, position)
        line = model(position=position, kind=draft.kind, description=draft.description)
        if draft.kind == LineKind.PRODUCT:
            line.quantity, line.discount = draft.quantity, draft.discount
            line.unit_price = found[position] if draft.unit_price is None else draft.unit_price
            line.taxes = list(draft.taxes or ())
            if draft.product is not None:
                line.product = draft.product
                line.unit_id = draft.unit.id if draft.unit else draft.product.unit_id
                line.description = draft.description or draft.product.name
                if draft.taxes is None:
                    line.taxes = taxes.get(draft.product.id, [])
        else:
            line.quantity = ZERO
        lines.append(line)
    return lines


def check(draft: LineDraft, position: int) -> None:
    """Refuse a line that cannot be right, in words that name it."""
    if draft.kind != LineKind.PRODUCT:
        if not draft.description.strip():
            raise Invalid(
                fields={f"lines.{position}.description": _("Write the text of line {n}.", n=position + 1)}
            )
        return
    name = draft.product.name if draft.product is not None else draft.description
    if draft.product is None and not draft.description.strip():
        raise Invalid(
            fields={f"lines.{position}.product": _("Choose a product on line {n}.", n=position + 1)}
        )
    if not ZERO <= draft.discount <= HUNDRED:
        message = _("The discount of {name} must be between 0 and 100 %.", name=name)
        raise Invalid(fields={f"lines.{position}.discount": message})
    if abs(draft.quantity) >= LIMIT or abs(draft.unit_price or ZERO) >= LIMIT:
        raise Invalid(
            fields={
                f"lines.{position}.quantity": _("The quantity or price of {name} is too large.", name=name)
            }
        )


def sale_taxes(env: Env, product_ids: Iterable[int]) -> Mapping[int, list[Tax]]:
    """The taxes of products when they are sold, in one statement."""
    ids = list(product_ids)
    if not ids:
        return {}
    tax, join = env[Tax], env[ProductSaleTax]
    rows = env.session.execute(
        select(join.product_id, tax)
        .join(tax, tax.id == join.tax_id)
        .where(join.product_id.in_(ids), tax.company_id == env.company_id)
        .order_by(tax.position, tax.id)
    )
    found: dict[int, list[Tax]] = {}
    for product_id, row in rows:
        found.setdefault(product_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class AgreedTax:
    """A tax as a document was agreed with it, whatever became of the tax since."""

    id: int
    name: str
    rate: Decimal
    included: bool


def agreed_taxes(document: Any) -> dict[int, dict[str, Any]]:
    """What a document keeps of its taxes, by their ids: it was agreed, or comes from one that was."""
    if document.is_draft and getattr(document, "quote_id", None) is None:
        return {}
    return {row["tax_id"]: row for row in document.tax_summary or ()}


def tax_names(line: SalesLine, agreed: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """What the taxes of a line are called on its document."""
    return [tax.name for tax in _taxes(line, agreed)]


def _taxes(line: Any, agreed: Mapping[int, Mapping[str, Any]]) -> list[AgreedTax]:
    return [
        AgreedTax(tax.id, row["name"], Decimal(row["rate"]), row["included"])
        if (row := agreed.get(tax.id))
        else AgreedTax(tax.id, tax.name, tax.rate, tax.included)
        for tax in line.taxes
    ]


def total(document: SalesDocument, lines: Iterable[SalesLine]) -> None:
    """Compute the document's totals and each line's share (EN 16931); nothing is read when taxes are
    loaded. What was agreed keeps the names and rates of its taxes.
    """
    counted: list[Any] = [line for line in lines if line.is_product]
    amounts = [
        line_amount(line.quantity, line.unit_price, line.discount or ZERO, document.currency)
        for line in counted
    ]
    agreed = agreed_taxes(document)
    result = compute(
        [TaxableLine(amount, _taxes(line, agreed)) for amount, line in zip(amounts, counted, strict=True)],
        document.currency,
    )
    for line, share in zip(counted, result.lines, strict=True):
        if line.net != share.net:
            line.net = share.net
        if line.tax != share.tax:
            line.tax = share.tax
    document.net, document.tax = result.net, result.tax
    document.rounding, document.total = result.rounding, result.total
    document.tax_summary = [
        {
            "tax_id": row.tax.id,
            "name": row.tax.name,
            "rate": f"{row.tax.rate.normalize():f}",
            "included": row.tax.included,
            "base": str(row.base),
            "amount": str(row.amount),
        }
        for row in result.taxes
    ]


def copies(model: type[Any], lines: Iterable[Any]) -> list[Any]:
    """The same lines for another document (a new version of a quote, an order)."""
    return [copied(line, to=model) for line in lines]


def discounts(lines: Iterable[SalesLine], currency: str) -> Decimal:
    """How much all discounts together take off, in the prices' own terms."""
    return sum(
        (
            line_amount(line.quantity, line.unit_price, ZERO, currency)
            - line_amount(line.quantity, line.unit_price, line.discount or ZERO, currency)
            for line in lines
            if line.is_product and line.discount
        ),
        ZERO,
    )


def _prices(
    env: Env, wanted: Sequence[Wanted], price_list: PriceList | None, currency: str, on: date
) -> list[Decimal]:
    return prices(env, wanted, price_list=price_list, currency=currency, on=on) if wanted else []


def decimal(text: str) -> Decimal:
    """An amount kept as text in a tax summary."""
    return Decimal(text)
