"""Write invoices and credit notes as drafts, and keep their totals in step with their lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from addons.catalog.models import Product as ProductModel
from addons.catalog.models import Tax as TaxModel
from addons.catalog.services.taxes import TaxableLine, TaxResult, compute, line_amount
from addons.erp_accounting.models import (
    AccountedCategory,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    LineKind,
    PaymentTerm,
)
from addons.erp_accounting.services import analytic, ledgers
from addons.erp_accounting.services.coins import in_coins
from core.api import ZERO, RuleBroken, _, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from addons.base.models import Party
    from addons.catalog.models import Product, Tax, Unit
    from addons.erp_accounting.services.booking import BookedTax
    from core.api import Env


ONE = Decimal(1)
BY_RULE = 0
"""No record has this id."""


class NotADraft(RuleBroken):
    def __init__(self, invoice: Invoice) -> None:
        super().__init__(
            _("{invoice} is already {state}.", invoice=invoice.title, state=invoice.state.label),
            hint=_("Create a credit note to correct it."),
        )


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line to write. Taxes and account come from the product where they are not given."""

    product: Product | None = None
    description: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = ZERO
    discount: Decimal = ZERO
    """Percent."""
    taxes: Sequence[Tax] | None = None
    account: int | None = None
    unit: Unit | None = None
    distribution: int | None = BY_RULE
    """Over analytic accounts: an id, None for none, or by the rules of the company."""
    kind: LineKind = LineKind.PRODUCT
    values: Mapping[str, Any] = field(default_factory=dict)
    """Further columns: those that other addons added, or all of a line that this one is a copy of."""


def draft(
    env: Env,
    kind: InvoiceKind,
    party: Party,
    lines: Iterable[LineDraft],
    *,
    date: date | None = None,
    currency: str = "",
    payment_term: PaymentTerm | None = None,
    their_reference: str = "",
    origin: str = "",
    owner_id: int | None = None,
    credit_of: Invoice | None = None,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> Invoice:
    """Write a draft with its lines, taxes and totals. `values`: columns that other addons added to the
    invoice."""
    own = {
        "company_id": env.company_id,
        "kind": kind,
        "party_id": party.id,
        "party": party,
        "date": date,
        "currency": currency or env.company.currency,
        "payment_term_id": payment_term.id if payment_term else None,
        "payment_term": payment_term,
        "their_reference": their_reference,
        "origin": origin,
        "owner_id": owner_id,
        "credit_of_id": credit_of.id if credit_of else None,
        "note": note,
    }
    return written(env, env[Invoice](**own | dict(values or {})), lines)


def written(env: Env, invoice: Invoice, lines: Iterable[LineDraft]) -> Invoice:
    """Give a new draft its lines, taxes and totals, and store it."""
    given = list(lines)
    known = _read_products(env, invoice.kind, given)
    invoice.lines = [_line(env, invoice, position, line) for position, line in enumerate(given, start=1)]
    del known  # kept them in the session for as long as the lines ask for their accounts
    recompute(env, invoice)
    with writing_closed(invoice):
        env.session.add(invoice)
    return invoice


def _read_products(env: Env, kind: InvoiceKind, lines: Sequence[LineDraft]) -> list[AccountedCategory]:
    """The taxes of products and the categories whose accounts the lines will ask for, each read at once."""
    taxed = {
        line.product.id: line.product for line in lines if line.product is not None and line.taxes is None
    }
    name = "sale_taxes" if kind.is_sale else "purchase_taxes"
    unread = {key: product for key, product in taxed.items() if name in inspect(product).unloaded}
    if unread:
        products, taxes = env[ProductModel], env[TaxModel]
        found: dict[int, list[Tax]] = {key: [] for key in unread}
        for product_id, tax in env.session.execute(
            select(products.id, taxes).join(getattr(products, name)).where(products.id.in_(unread))
        ):
            found[product_id].append(tax)
        for key, product in unread.items():
            set_committed_value(product, name, found[key])
    ids = {line.product.category_id for line in lines if line.product and line.account is None}
    ids.discard(None)
    if not ids:
        return []
    model = env[AccountedCategory]
    accounts = model.income_accounts if kind.is_sale else model.expense_accounts
    categories = env.session.scalars(select(model).where(model.id.in_(ids)).options(joinedload(accounts)))
    return list(categories.unique())


def _line(env: Env, invoice: Invoice, position: int, line: LineDraft) -> InvoiceLine:
    product = line.product
    own = {
        "company_id": env.company_id,
        "position": position,
        "kind": line.kind,
        "product_id": product.id if product else None,
        "product": product,
        "description": line.description or (product.name if product else ""),
        "quantity": line.quantity,
        "unit_id": line.unit.id if line.unit else (product.unit_id if product else None),
        "unit_price": line.unit_price,
        "discount": line.discount,
        "account_id": line.account,
    }
    found = env[InvoiceLine](**dict(line.values) | own)
    if line.kind is LineKind.PRODUCT:
        found.taxes = list(default_taxes(env, invoice.kind, product) if line.taxes is None else line.taxes)
        if found.account_id is None:
            found.account_id = default_account(env, invoice.kind, product)
        found.distribution_id = line.distribution
        if line.distribution == BY_RULE:
            found.distribution_id = analytic.default_for(
                env, account_id=found.account_id, product=product, party_id=invoice.party_id
            )
    return found


def default_taxes(env: Env, kind: InvoiceKind, product: Product | None) -> list[Tax]:
    """The product's taxes of this company."""
    if product is None:
        return []
    taxes = product.sale_taxes if kind.is_sale else product.purchase_taxes
    return [tax for tax in taxes if tax.company_id == env.company_id]


def default_account(env: Env, kind: InvoiceKind, product: Product | None) -> int:
    """The account of the product's category in this company's chart, else the ledger's for goods or
    services."""
    category = product.category if product else None
    if category is not None and isinstance(category, env[AccountedCategory]):
        accounts = category.income_accounts if kind.is_sale else category.expense_accounts
        own = next((one.id for one in accounts if one.company_id == env.company_id), None)
        if own is not None:
            return own
    goods = product is not None and product.is_goods
    if kind.is_sale:
        return ledgers.account_id(env, "sales" if goods else "services")
    return ledgers.account_id(env, "purchases" if goods else "expenses")


def computed(invoice: Invoice) -> tuple[list[InvoiceLine], TaxResult[BookedTax]]:
    """The lines that carry amounts, and the document's totals from them."""
    lines = [line for line in invoice.lines if line.kind is LineKind.PRODUCT]
    taxable: list[TaxableLine[BookedTax]] = [
        TaxableLine(
            line_amount(line.quantity, line.unit_price, line.discount, invoice.currency),
            cast("list[BookedTax]", line.taxes),
        )
        for line in lines
    ]
    return lines, _in_coins(invoice, compute(taxable, invoice.currency))


def _in_coins(invoice: Invoice, result: TaxResult[BookedTax]) -> TaxResult[BookedTax]:
    """What is paid in coins is rounded to the smallest one; the difference is a rounding line."""
    if invoice.payment_term is None or not invoice.payment_term.cash:
        return result
    difference = in_coins(result.total, invoice.currency) - result.total
    return replace(result, rounding=result.rounding + difference)


def recompute(env: Env, invoice: Invoice) -> TaxResult[BookedTax]:
    """Set the totals of a draft and the net of its lines from quantities, prices and taxes."""
    if not invoice.is_draft and invoice.state is not None:
        raise NotADraft(invoice)
    lines, result = computed(invoice)
    for line, taxed in zip(lines, result.lines, strict=True):
        line.net = taxed.net
    invoice.net, invoice.tax, invoice.rounding, invoice.total = (
        result.net,
        result.tax,
        result.rounding,
        result.total,
    )
    invoice.taxes = [
        {
            "tax_id": total.tax.id,
            "code": total.tax.code,
            "name": total.tax.name,
            "category": str(tax.category),
            "rate": str(total.tax.rate.normalize()),
            "base": str(total.base),
            "amount": str(total.amount),
            "reason": tax.exemption_reason or "",
        }
        for total in result.taxes
        for tax in (cast("Tax", total.tax),)
    ]
    return result
