"""camt.053 (ISO 20022, bank to customer statement), every version from 001.02 on.

Entities and document types are refused: a bank's file has none, and they are how XML attacks are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring

from addons.erp_accounting.models import StatementFormat
from addons.erp_accounting.services.bank.statement import (
    FileRefused,
    ParsedLine,
    ParsedStatement,
    amount_of,
    clean,
    day_of,
)
from core.api import ZERO, _, uploads

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from xml.etree.ElementTree import Element

OPENING = ("OPBD", "PRCD")
"""Opening booked; else the closing balance of the day before (external balance type codes)."""
CLOSING = "CLBD"
KINDS = {"Rpt": "camt.052", "Ntfctn": "camt.054"}
NO_REFERENCE = {"", "NONREF", "NOTPROVIDED"}


class NoStatement(FileRefused):
    def __init__(self, found: str) -> None:
        super().__init__(
            _("This is a {found} file: it has movements but no closing balance.", found=found)
            if found
            else _("This XML file has no bank statement."),
            hint=_("Ask your bank for camt.053 statements."),
        )


def read(content: bytes) -> list[ParsedStatement]:
    """The statements of a file, or FileRefused."""
    found = blocks(content)
    if not any(kind == "Stmt" for kind, _statement in found):
        raise NoStatement(KINDS[found[0][0]] if found else "")
    return [statement for kind, statement in found if kind == "Stmt"]


def blocks(content: bytes) -> list[tuple[str, ParsedStatement]]:
    """Every statement, report or notification with its kind: Stmt, Rpt, Ntfctn."""
    try:
        uploads.check_xml(content)
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except uploads.Hostile as error:
        raise FileRefused(
            _("This XML file defines a document type or entities, as no bank does. It is not read.")
        ) from error
    except uploads.Damaged as error:
        raise FileRefused(_("This XML file is damaged: {why}.", why=str(error)[:120])) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return [(kind, _statement(element)) for kind in ("Stmt", *KINDS) for element in root.iter(kind)]


def _statement(element: Element) -> ParsedStatement:
    account = _text(element, "Acct/Id/IBAN") or _text(element, "Acct/Id/Othr/Id")
    balances = {code: balance for balance in element.findall("Bal") if (code := _code(balance, "Tp"))}
    opening = next((balances[code] for code in OPENING if code in balances), None)
    closing = balances.get(CLOSING)
    currency = _text(element, "Acct/Ccy") or _currency(closing) or _currency(opening)
    for balance in (opening, closing):
        _same_currency(currency, _currency(balance))
    statement = ParsedStatement(
        StatementFormat.CAMT,
        account.replace(" ", ""),
        currency,
        opening=_signed(opening) if opening is not None else None,
        closing=_signed(closing) if closing is not None else None,
        start=_balance_day(opening),
        end=_balance_day(closing),
        reference=clean(_text(element, "Id"), 80),
    )
    made = _text(element, "CreDtTm")
    fallback = statement.end or (day_of(made, "CreDtTm") if made else None)
    for entry in element.findall("Ntry"):
        if (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") in {"BOOK", ""}:
            _same_currency(currency, _currency(entry))
            statement.lines += _lines(entry, currency, fallback)
    return statement


def _same_currency(account: str, found: str) -> None:
    if found and account and found != account:
        raise FileRefused(
            _(
                "The account is in {account}, but the file has an amount in {found}.",
                account=account,
                found=found,
            )
        )


def _lines(entry: Element, currency: str, fallback: date | None) -> list[ParsedLine]:
    """One line an entry; a batch gives one for each of its parts when these add up to it."""
    day = _day(entry, "BookgDt") or _day(entry, "ValDt") or fallback
    if day is None:
        raise FileRefused(_("An entry of the file has no date."))
    total = _signed(entry)
    parts = entry.findall("NtryDtls/TxDtls")
    amounts = [_part_amount(part, currency) for part in parts]
    if len(parts) > 1 and all(amounts) and sum((one or ZERO for one in amounts), ZERO) == abs(total):
        sign = 1 if total > 0 else -1
        reference = _reference(entry)
        return [
            _line(
                entry,
                part,
                day,
                sign * (amount or ZERO),
                f"{reference}/{number}" if reference else "",
                currency,
            )
            for number, (part, amount) in enumerate(zip(parts, amounts, strict=True), start=1)
        ]
    if not total:
        return []
    return [_line(entry, parts[0] if len(parts) == 1 else None, day, total, _reference(entry), currency)]


def _part_amount(part: Element, currency: str) -> Decimal | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = part.find(path)
        if found is not None and found.get("Ccy", currency) == currency:
            return amount_of(found.text, path)
    return None


def _line(
    entry: Element, part: Element | None, day: date, amount: Decimal, reference: str, currency: str
) -> ParsedLine:
    other, more = ("Dbtr", "UltmtDbtr") if amount > 0 else ("Cdtr", "UltmtCdtr")
    texts: list[str] = []
    name = iban = end_to_end = ""
    foreign, foreign_currency = None, ""
    if part is not None:
        texts += [one.text or "" for one in part.findall("RmtInf/Ustrd")]
        texts += [one.text or "" for one in part.findall("RmtInf/Strd/CdtrRefInf/Ref")]
        texts += [one.text or "" for one in part.findall("RmtInf/Strd/RfrdDocInf/Nb")]
        texts += [one.text or "" for one in part.findall("RmtInf/Strd/AddtlRmtInf")]
        parties = part.find("RltdPties")
        if parties is not None:
            name = next(
                (
                    found
                    for role in (other, more)
                    if (found := _text(parties, f"{role}/Nm") or _text(parties, f"{role}/Pty/Nm"))
                ),
                "",
            )
            iban = _text(parties, f"{other}Acct/Id/IBAN") or _text(parties, f"{other}Acct/Id/Othr/Id")
        end_to_end = _text(part, "Refs/EndToEndId")
        foreign, foreign_currency = _instructed(part, amount, currency)
        if not texts:
            texts.append(_text(part, "AddtlTxInf"))
    if not any(texts):
        texts.append(_text(entry, "AddtlNtryInf"))
    return ParsedLine(
        date=day,
        amount=amount,
        label=clean(" ".join(text for text in texts if text)) or clean(name),
        value_date=_day(entry, "ValDt"),
        partner_name=clean(name, 200),
        partner_iban=iban.replace(" ", "")[:40],
        bank_reference=reference[:80],
        end_to_end="" if end_to_end.upper() in NO_REFERENCE else clean(end_to_end, 80),
        foreign_amount=foreign,
        foreign_currency=foreign_currency,
    )


def _instructed(part: Element, amount: Decimal, currency: str) -> tuple[Decimal | None, str]:
    """What the sender ordered, when that was in another currency."""
    for path in ("AmtDtls/InstdAmt/Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt"):
        found = part.find(path)
        if found is not None and (other := found.get("Ccy", currency)) != currency:
            value = amount_of(found.text, path)
            return (value if amount > 0 else -value), other
    return None, ""


def _reference(entry: Element) -> str:
    found = _text(entry, "AcctSvcrRef")
    return "" if found.upper() in NO_REFERENCE else clean(found, 70)


def _signed(element: Element) -> Decimal:
    """The amount of a balance or an entry: a debit is negative."""
    value = amount_of(_text(element, "Amt"), "Amt")
    return -value if _text(element, "CdtDbtInd") == "DBIT" else value


def _currency(element: Element | None) -> str:
    amount = element.find("Amt") if element is not None else None
    return amount.get("Ccy", "") if amount is not None else ""


def _code(element: Element, path: str) -> str:
    if _text(element, f"{path}/SubTp/Cd") == "INTM":
        return ""  # a page of a longer statement
    return _text(element, f"{path}/CdOrPrtry/Cd")


def _balance_day(element: Element | None) -> date | None:
    return _day(element, "Dt") if element is not None else None


def _day(element: Element, path: str) -> date | None:
    text = _text(element, f"{path}/Dt") or _text(element, f"{path}/DtTm")
    return day_of(text, path) if text else None


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
