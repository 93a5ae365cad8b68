"""OFX and QFX, version 1 (SGML) and 2 (XML). The format has a closing balance and no opening one."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from addons.erp_accounting.models import StatementFormat
from addons.erp_accounting.services.bank import ofx_tags
from addons.erp_accounting.services.bank.statement import (
    FileRefused,
    ParsedLine,
    ParsedStatement,
    amount_of,
    clean,
)
from core.api import _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read(content: bytes) -> list[ParsedStatement]:
    """The statements of a file that have a balance, or FileRefused."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise FileRefused(
            _("This XML file defines a document type or entities, as no bank does. It is not read.")
        )
    try:
        root = ofx_tags.parse(content)
    except ofx_tags.Malformed as error:
        raise FileRefused(_("This OFX file is damaged: {why}.", why=clean(str(error), 120))) from error
    refused = root.find(".//SONRS/STATUS")
    if refused is not None and refused.findtext("SEVERITY", "").strip() == "ERROR":
        why = clean(refused.findtext("MESSAGE"), 200) or refused.findtext("CODE", "")
        raise FileRefused(_("The bank answered with an error instead of a statement: {why}", why=why))
    found = [_statement(element) for tag in ("STMTRS", "CCSTMTRS") for element in root.iter(tag)]
    if not found:
        raise FileRefused(_("This OFX file has no bank statement."))
    return found


def _statement(element: Element) -> ParsedStatement:
    account = next(
        (
            text
            for path in ("BANKACCTFROM/ACCTID", "CCACCTFROM/ACCTID")
            if (text := (element.findtext(path) or "").strip())
        ),
        "",
    )
    balance = element.find("LEDGERBAL")
    lines = [_line(one) for one in element.findall("BANKTRANLIST/STMTTRN")]
    lines = [line for line in lines if line.amount]
    closing = amount_of(_number(balance.findtext("BALAMT")), "LEDGERBAL") if balance is not None else None
    statement = ParsedStatement(
        StatementFormat.OFX,
        account.replace(" ", ""),
        clean(element.findtext("CURDEF"), 3).upper(),
        lines=lines,
        closing=closing,
        end=max((line.date for line in lines), default=None),
        start=min((line.date for line in lines), default=None),
    )
    if closing is not None:
        statement.opening = closing - statement.total
    return statement


def _line(element: Element) -> ParsedLine:
    name = clean(element.findtext("NAME") or element.findtext("PAYEE/NAME") or "", 200)
    memo = clean(element.findtext("MEMO") or "")
    label = memo if name and memo.startswith(name) else clean(f"{name} {memo}")
    check = clean(element.findtext("CHECKNUM"), 40).strip("0")
    reference = clean(element.findtext("FITID"), 80)
    return ParsedLine(
        date=_day(element.findtext("DTPOSTED")),
        amount=amount_of(_number(element.findtext("TRNAMT")), "TRNAMT"),
        label=label or clean(element.findtext("TRNTYPE")),
        partner_name=name,
        partner_iban=clean(element.findtext("BANKACCTTO/ACCTID"), 40).replace(" ", ""),
        bank_reference=reference,
        end_to_end=clean(element.findtext("REFNUM"), 80) or check,
    )


def _number(text: str | None) -> str:
    """Some banks write a comma (OFX 3.2.9.1 allows both)."""
    return (text or "").strip().replace(",", ".")


def _day(text: str | None) -> date:
    """The day as the bank wrote it, whatever its time zone."""
    found = _DAY.match((text or "").strip())
    try:
        if found is None:
            raise ValueError(text)
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise FileRefused(
            _("“{text}” is no date ({what}).", text=(text or "")[:40], what="DTPOSTED")
        ) from error
