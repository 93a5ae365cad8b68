"""Read a supplier's electronic invoice: Factur-X (a PDF), CII or UBL. Nothing of a file is trusted."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree

from core.api import ZERO, RuleBroken, _, format_money, format_percent, uploads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

LARGEST = 20 * 1024 * 1024
LARGEST_XML = 10 * 1024 * 1024
MOST_ELEMENTS = 200_000
"""Of an invoice: some five thousand lines."""
MOST_ATTACHMENTS = 50
_PACKED = (
    "zlib_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "brotli_maximum_output_length",
    "jbig2_maximum_output_length",
    "array_based_stream_maximum_output_length",
)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:CrossIndustryInvoice|CrossIndustryDocument|Invoice|CreditNote)[\s>]")
"""CII in its two versions, and UBL."""
CREDIT_NOTES = frozenset(
    "81 83 261 262 296 308 381 396 420 458 502 503 532".split()  # noqa: SIM905 - as the standard lists them
)
logging.getLogger("factur-x").setLevel(logging.CRITICAL)  # it prints whole files; refusals are told here


class NotReadable(RuleBroken):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            _("{name} is no electronic invoice that can be read: {why}", name=name, why=why),
            hint=_("Ask the supplier for a Factur-X, CII or UBL file, or enter the invoice by hand."),
        )


class WrongTotals(RuleBroken):
    def __init__(self, what: str, said: str, computed: str) -> None:
        super().__init__(
            _(
                "{what} is {said} in the file, but its lines give {computed}.",
                what=what,
                said=said,
                computed=computed,
            ),
            hint=_("Ask the supplier for a corrected invoice."),
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of the file, or an allowance (negative) or charge on the whole document."""

    text: str
    net: Decimal
    quantity: Decimal
    price: Decimal
    category: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Partner:
    name: str
    vat: str = ""
    registration: str = ""
    place: Mapping[str, str] = field(default_factory=dict)
    email: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says. Amounts are in `currency`, positive for a credit note too."""

    number: str
    day: date
    due: date | None
    currency: str
    is_credit_note: bool
    seller: Partner
    buyer: Partner
    lines: tuple[Charge, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    rounding: Decimal
    prepaid: Decimal
    order: str
    note: str
    iban: str


def read(name: str, content: bytes) -> Read:
    """Understand a file, or NotReadable or WrongTotals with the reason in words."""
    import facturx  # it brings a PDF library, and is only needed for such files

    try:
        uploads.check_size(content, LARGEST)
        xml = _xml_of(name, content)
        uploads.check_size(xml, LARGEST_XML)
        uploads.check_xml(xml, MOST_ELEMENTS)
    except uploads.TooMuch as error:
        raise NotReadable(name, error.message) from error
    except uploads.Hostile as error:
        raise NotReadable(name, str(_("it declares entities, which an invoice never needs."))) from error
    except uploads.Damaged as error:
        raise NotReadable(name, str(_("it is not well-formed XML."))) from error
    try:
        given = facturx.parse_ubl_cii_xml(_plain_booleans(xml), check_xsd=False, check_schematron=False)
    except Exception as error:
        raise NotReadable(name, str(_("it is neither CII nor UBL."))) from error
    try:
        found = _understood(given)
    except (KeyError, ValueError, InvalidOperation, TypeError, IndexError) as error:
        raise NotReadable(name, str(_("its number, date, currency, lines or totals are missing."))) from error
    _check(found)
    return found


def _xml_of(name: str, content: bytes) -> bytes:
    if not content.startswith(b"%PDF-"):
        return content
    import pypdf  # heavy, and only needed for such files

    most = 2 * LARGEST_XML
    limits: dict[str, Any] = dict.fromkeys(_PACKED, most) | {"stream_decoding_work_maximum_length": 4 * most}
    try:
        with pypdf.apply_configuration(**limits):
            for file in islice(pypdf.PdfReader(io.BytesIO(content)).attachment_list, MOST_ATTACHMENTS):
                if file.name.casefold().endswith(".xml") and _is_invoice(xml := file.content):
                    return xml
    except Exception as error:
        raise NotReadable(name, str(_("the PDF carries no electronic invoice."))) from error
    raise NotReadable(name, str(_("the PDF carries no electronic invoice.")))


def _is_invoice(xml: bytes) -> bool:
    """Whether the file beside a PDF is an invoice, by its root: others may lie there too."""
    return bool(_ROOT.search(xml[:20_000]))


def _plain_booleans(xml: bytes) -> Any:
    """Schemas also write true as 1 and false as 0; the library knows the words only."""
    tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for element in tree.iter("{*}ChargeIndicator", "{*}Indicator"):
        element.text = {"0": "false", "1": "true"}.get((element.text or "").strip(), element.text)
    return tree


def _understood(given: dict[str, Any]) -> Read:
    lines = [_line(one) for one in given.get("BG-25") or []]
    if lines:
        lines += [_document_charge(one, -1) for one in given.get("BG-20") or []]
        lines += [_document_charge(one, 1) for one in given.get("BG-21") or []]
    else:  # BASIC WL: the bases of the taxes, which hold allowances and charges already
        lines = [_base(one) for one in given.get("BG-23") or []]
    total = _number(given["BT-112"])
    sign = -1 if total < 0 else 1
    note = "\n".join(one["BT-22"] for one in given.get("BG-1") or [] if one.get("BT-22"))
    return Read(
        number=str(given["BT-1"])[:80],
        day=given["BT-2"],
        due=given.get("BT-9"),
        currency=str(given["BT-5"]),
        is_credit_note=(str(given["BT-3"]) in CREDIT_NOTES) != (sign < 0),
        seller=_partner(given["BG-4"]),
        buyer=_partner(given.get("BG-7") or {}),
        lines=tuple(_turned(one, sign) for one in lines if one.net),
        net=sign * _number(given["BT-109"]),
        tax=sign * _number(given.get("BT-110")),
        total=sign * total,
        rounding=sign * _number(given.get("BT-114")),
        prepaid=sign * _number(given.get("BT-113")),
        order=str(given.get("BT-13") or "")[:80],
        note=note[:2000],
        iban=str(given.get("BT-84") or ""),
    )


def _turned(one: Charge, sign: int) -> Charge:
    if sign > 0:
        return one
    return Charge(one.text, -one.net, -one.quantity, one.price, one.category, one.rate)


def _number(value: Any) -> Decimal:
    made = Decimal(str(value)) if value not in (None, "") else ZERO
    if not made.is_finite() or abs(made) >= Decimal(10) ** 15:
        raise InvalidOperation
    return made


def _line(one: dict[str, Any]) -> Charge:
    quantity = _number(one.get("BT-129") or "1")
    price = _number(one.get("BT-146")) / (_number(one.get("BT-149")) or Decimal(1))
    names = [str(one.get("BT-153") or ""), str(one.get("BT-154") or "")]
    return Charge(
        "\n".join(dict.fromkeys(name for name in names if name))[:1000],
        _number(one["BT-131"]),
        quantity,
        price,
        str(one.get("BT-151") or "O"),
        _number(one.get("BT-152")),
    )


def _base(one: dict[str, Any]) -> Charge:
    amount, rate = _number(one["BT-116"]), _number(one.get("BT-119"))
    text = _("Total with tax of {rate}", rate=format_percent(rate)) if rate else _("Total without tax")
    return Charge(str(text), amount, Decimal(1), amount, str(one.get("BT-118") or "O"), rate)


def _document_charge(one: dict[str, Any], sign: int) -> Charge:
    amount = sign * _number(one["amount"])
    default = _("Allowance") if sign < 0 else _("Charge")
    return Charge(
        str(one.get("reason") or default)[:1000],
        amount,
        Decimal(1),
        amount,
        str(one.get("vat_category_code") or "O"),
        _number(one.get("vat_rate")),
    )


def _partner(given: dict[str, Any]) -> Partner:
    place = {key: str(given[key]) for key in PLACE if given.get(key)}
    contacts = given.get("contacts") or [{}]
    return Partner(
        name=str(given.get("name") or given.get("biz_name") or "")[:200],
        vat="".join(str(given.get("vat_identifier") or "").split()).upper()[:20],
        registration="".join(str(given.get("legal_identifier") or "").split())[:40],
        place=place,
        email=str(contacts[0].get("email") or "")[:254],
    )


PLACE = ("addr_l1", "addr_l2", "postcode", "city", "country_code")


def _check(found: Read) -> None:
    """The file's own totals must follow from its lines (BR-CO-13, BR-CO-15)."""
    money = found.currency
    lines = sum((one.net for one in found.lines), ZERO)
    if found.lines and lines != found.net:
        what = str(_("The total before tax"))
        raise WrongTotals(what, format_money(found.net, money), format_money(lines, money))
    if found.net + found.tax != found.total:
        what = str(_("The total with tax"))
        computed = found.net + found.tax
        raise WrongTotals(what, format_money(found.total, money), format_money(computed, money))
