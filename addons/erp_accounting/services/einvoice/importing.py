"""Make a draft bill of a supplier's electronic invoice, and keep the file with it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from addons.base.models import Address, File, Party
from addons.base.models.keys import company_key
from addons.base.services import files
from addons.catalog.models import Tax, TaxCategory, TaxKind
from addons.catalog.services.taxes import line_amount
from addons.erp_accounting.models import AccountedTax, Invoice, InvoiceKind, LineKind
from addons.erp_accounting.services import drafting, invoices, ledgers
from addons.erp_accounting.services.coins import coin
from addons.erp_accounting.services.drafting import LineDraft
from addons.erp_accounting.services.einvoice.reading import NotReadable, Read, WrongTotals, read
from core.api import ZERO, RuleBroken, _, format_money, format_percent

if TYPE_CHECKING:
    from addons.erp_accounting.services.einvoice.reading import Charge, Partner
    from core.api import Env

CENTS = Decimal("0.05")
"""By so much the taxes of a file may differ from ours: some round them line by line, some to coins."""


class ForSomeoneElse(RuleBroken):
    def __init__(self, said: str, own: str) -> None:
        super().__init__(
            _("This invoice is for {said}, not for your company ({own}).", said=said, own=own),
            hint=_("Choose the company it is for, or send it back to the supplier."),
        )


class UnknownSupplier(RuleBroken):
    """`proposed` is what the file says of them."""

    def __init__(self, proposed: Partner) -> None:
        super().__init__(
            _("{name} is not one of your suppliers yet.", name=proposed.name),
            hint=_("Choose the supplier, or create it with the data of the file."),
        )
        self.proposed = proposed


class NoSuchTax(RuleBroken):
    def __init__(self, category: str, rate: Decimal) -> None:
        kind = str(TaxCategory(category).label) if category in set(TaxCategory) else category
        super().__init__(
            _("There is no purchase tax of {rate} ({kind}).", rate=format_percent(rate), kind=kind),
            hint=_("Create it under Settings, Taxes, and import the file again."),
        )


@dataclass(frozen=True, slots=True)
class Imported:
    invoice: Invoice
    is_new: bool
    """False when the very file was imported before: nothing was added."""


def bring_in(
    env: Env, name: str, content: bytes, *, supplier: Party | None = None, create_supplier: bool = False
) -> Imported:
    """A draft bill or credit note with its lines, taxes and file. Refused, nothing is written.

    supplier: who it is from, where the file does not lead to a known one; or create_supplier.
    """
    if known := _imported_before(env, content):
        return Imported(known, False)
    found = read(name, content)
    _for_us(env, found)
    if not found.lines:
        raise NotReadable(name, str(_("it has no lines (a profile below BASIC).")))
    drafts = [_draft_line(env, one, found.currency) for one in found.lines]
    party = supplier or match_supplier(env, found)
    if party is None:
        if not create_supplier:
            raise UnknownSupplier(found.seller)
        party = _create(env, found.seller)
    party.is_supplier = True
    return Imported(_write(env, name, content, found, party, drafts), True)


def _imported_before(env: Env, content: bytes) -> Invoice | None:
    model, invoice = env[File], env[Invoice]
    return env.session.scalars(
        select(invoice)
        .join(model, (model.record_id == invoice.id) & (model.model == Invoice.model_name))
        .where(
            model.sha256 == hashlib.sha256(content).hexdigest(),
            invoice.company_id == env.company_id,
            invoice.kind.in_([InvoiceKind.SUPPLIER_INVOICE, InvoiceKind.SUPPLIER_CREDIT_NOTE]),
        )
        .order_by(invoice.id)
        .limit(1)
    ).first()


def _for_us(env: Env, found: Read) -> None:
    """The buyer's VAT number, else its registration, must be the company's where both are known."""
    own_vat, own_registration = _plain(env.company.vat_number), _plain(env.company.registration_number)
    for said, own in (
        (_plain(found.buyer.vat), own_vat),
        (_plain(found.buyer.registration), own_registration),
    ):
        if said and own:
            if said != own and not (own[:9] == said[:9] and own.isdigit() and said.isdigit()):
                raise ForSomeoneElse(f"{found.buyer.name} ({said})", own)
            return


def _plain(number: str | None) -> str:
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper())


def match_supplier(env: Env, found: Read) -> Party | None:
    """By VAT number, registration number, or the one contact of that name."""
    party, seller = env[Party], found.seller
    for column, value in ((party.vat_number, seller.vat), (party.registration_number, seller.registration)):
        if value:
            rows = env.session.scalars(
                select(party).where(column == value, party.active, party.merged_into_id.is_(None)).limit(2)
            ).all()
            if len(rows) == 1:
                return rows[0]
    key = company_key(seller.name)
    if not key:
        return None
    rows = env.session.scalars(
        select(party)
        .where(
            party.name_key == key,
            party.active,
            party.merged_into_id.is_(None),
            or_(party.vat_number.is_(None), party.vat_number == "", party.vat_number == seller.vat),
        )
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None


def _create(env: Env, seller: Partner) -> Party:
    if not seller.name:
        raise UnknownSupplier(seller)
    party = env.add(
        Party,
        name=seller.name,
        is_supplier=True,
        vat_number=seller.vat or None,
        registration_number=seller.registration or None,
        email=seller.email or None,
    )
    place = seller.place
    country = place.get("country_code", "")
    env.add(
        Address,
        party_id=party.id,
        street=place.get("addr_l1"),
        street2=place.get("addr_l2"),
        postcode=(place.get("postcode") or "")[:20] or None,
        city=place.get("city"),
        country=country if re.fullmatch(r"[A-Z]{2}", country) else None,
    )
    return party


def _draft_line(env: Env, one: Charge, currency: str) -> LineDraft:
    """Quantity and price as in the file where they give its net amount, else the amount itself."""
    quantity, price = one.quantity, one.price.quantize(Decimal("1.000000"))
    if line_amount(quantity, price, ZERO, currency) != one.net:
        price = (one.net / quantity).quantize(Decimal("1.000000")) if quantity else one.net
        if not quantity or line_amount(quantity, price, ZERO, currency) != one.net:
            quantity, price = Decimal(1), one.net
    tax = _tax(env, one)
    return LineDraft(
        description=one.text,
        quantity=quantity,
        unit_price=price,
        taxes=[tax] if tax else [],
        account=ledgers.account_id(env, "expenses"),
    )


def _tax(env: Env, one: Charge) -> Tax | None:
    """The company's purchase tax of this category and rate; a reverse charge by what is declared oneself."""
    if one.category == TaxCategory.OUTSIDE_SCOPE.value:
        return None
    model = env[AccountedTax]
    statement = select(model).where(
        model.company_id == env.company_id,
        model.kind == TaxKind.PURCHASE,
        model.category == one.category,
        model.rate == one.rate,
        model.included.is_(False),
        model.active,
    )
    found = env.session.scalars(statement.order_by(model.position, model.id).limit(1)).first()
    if found is not None:
        return found
    if one.rate or one.category == TaxCategory.STANDARD.value:
        raise NoSuchTax(one.category, one.rate)
    if one.category in {TaxCategory.REVERSE_CHARGE.value, TaxCategory.INTRA_COMMUNITY.value}:
        raise NoSuchTax(one.category, one.rate)
    return None


def _write(
    env: Env, name: str, content: bytes, found: Read, party: Party, drafts: list[LineDraft]
) -> Invoice:
    kind = InvoiceKind.SUPPLIER_CREDIT_NOTE if found.is_credit_note else InvoiceKind.SUPPLIER_INVOICE
    note = found.note
    if found.prepaid:
        paid = _("Already paid: {amount}.", amount=format_money(found.prepaid, found.currency))
        note = f"{paid}\n{note}".strip()
    bill = drafting.draft(
        env,
        kind,
        party,
        drafts,
        date=found.day,
        currency=found.currency,
        their_reference=found.number,
        origin=found.order,
        owner_id=env.user.id,
        note=note,
        values={"due_date": found.due} if found.due and found.due >= found.day else {},
    )
    if twin := invoices.entered_before(env, bill):
        raise invoices.AlreadyEntered(found.number, party.name, twin)
    _meet(env, bill, found)
    files.attach(env, bill, name, content, party=party)
    return bill


def _meet(env: Env, bill: Invoice, found: Read) -> None:
    """The draft must come to the file's totals: cents of rounding are a line, anything more is refused."""
    difference = found.total + found.rounding - bill.total
    if difference and abs(bill.tax - found.tax) > max(CENTS, coin(found.currency)):
        money = found.currency
        raise WrongTotals(str(_("The tax")), format_money(found.tax, money), format_money(bill.tax, money))
    if difference:
        text = str(_("Rounding of the supplier"))
        rounding = env[type(bill.lines[0])](
            company_id=bill.company_id,
            position=len(bill.lines) + 1,
            kind=LineKind.PRODUCT,
            description=text,
            quantity=Decimal(1),
            unit_price=difference,
            account_id=ledgers.account_id(env, "rounding"),
        )
        bill.lines.append(rounding)
        drafting.recompute(env, bill)
        env.session.flush()
