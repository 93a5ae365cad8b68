"""MT940 (SWIFT customer statement), with the habits of German, Dutch and Swiss banks in field 86."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from mt940.models import Transactions
from mt940.options import Options

from addons.erp_accounting.models import StatementFormat
from addons.erp_accounting.services.bank.statement import (
    MOST_LINES,
    FileRefused,
    ParsedLine,
    ParsedStatement,
    clean,
)
from core.api import ZERO, _

_START = re.compile(r"^:20:", re.MULTILINE)
_ENTRIES = re.compile(r"^:61:", re.MULTILINE)
_CODE = re.compile(r"/(EREF|BENM|ORDP|NAME|REMI|IBAN|BIC|ISDT|TRTP|MARF|CSID|PREF|RTRN)/")
_ACCOUNT = re.compile(r"\b([A-Z]{2}\d{2}[A-Z0-9]{11,30})\b")
NO_REFERENCE = {"", "NONREF", "NOTPROVIDED", "EREF", "N", "NOREF"}
_BLANKS = re.compile(r"\s+")


def read(text: str) -> list[ParsedStatement]:
    """The statements of a file, or FileRefused."""
    starts = [match.start() for match in _START.finditer(text)]
    if max(len(starts), len(_ENTRIES.findall(text))) > MOST_LINES:  # before the library makes objects of them
        raise FileRefused(
            _("The file has more than {most} lines.", most=MOST_LINES), hint=_("Split it by month.")
        )
    if not starts:
        raise FileRefused(_("This file has no MT940 statement."))
    ends = [*starts[1:], len(text)]
    found = [_statement(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    return _joined([statement for statement in found if statement is not None])


def _statement(block: str) -> ParsedStatement | None:
    block = re.split(r"^-\}?\s*$", block, maxsplit=1, flags=re.MULTILINE)[0]
    transactions: Any = Transactions(options=Options.all())  # RC takes money back; ?31 is an account
    try:
        transactions.parse(block)
    except (RuntimeError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise FileRefused(_("This MT940 file is damaged: {why}.", why=clean(str(error), 120))) from error
    if len(transactions) != len(_ENTRIES.findall(block)):
        raise FileRefused(_("This MT940 file is damaged: {why}.", why=":61:"))
    data = transactions.data
    opening = data.get("final_opening_balance") or data.get("intermediate_opening_balance")
    closing = data.get("final_closing_balance") or data.get("intermediate_closing_balance")
    if opening is None and closing is None and not len(transactions):
        return None
    if opening is None or closing is None:
        raise FileRefused(_("This MT940 file has no opening or no closing balance."))
    account = _BLANKS.sub("", str(data.get("account_identification") or ""))
    currency = str(opening.amount.currency)
    if str(closing.amount.currency) != currency:
        raise FileRefused(
            _(
                "The account is in {account}, but the file has an amount in {found}.",
                account=currency,
                found=closing.amount.currency,
            )
        )
    return ParsedStatement(
        StatementFormat.MT940,
        account,
        currency,
        lines=[line for one in transactions if (line := _line(one.data)) is not None],
        opening=opening.amount.amount,
        closing=closing.amount.amount,
        start=_plain(opening.date),
        end=_plain(closing.date),
        reference=clean(
            "/".join(str(data[key]) for key in ("statement_number", "sequence_number") if data.get(key)), 80
        ),
    )


def _joined(statements: list[ParsedStatement]) -> list[ParsedStatement]:
    """Pages of one statement (60M, 62M) become one: the next page opens with what the last one closed."""
    found: list[ParsedStatement] = []
    for one in statements:
        last = found[-1] if found else None
        number = one.reference.partition("/")[0]
        if (
            last is not None
            and number
            and last.reference.partition("/")[0] == number
            and "/" in one.reference
            and last.account == one.account
            and last.closing == one.opening
        ):
            last.lines += one.lines
            last.closing, last.end = one.closing, one.end
        else:
            found.append(one)
    return found


def _line(data: dict[str, Any]) -> ParsedLine | None:
    amount = data["amount"].amount
    if amount == ZERO:
        return None
    raw = str(data.get("transaction_details") or "")
    coded = _coded(raw)
    purpose = data.get("purpose") or coded.get("REMI") or ("" if coded else raw)
    name = str(
        data.get("applicant_name") or coded.get("NAME") or coded.get("ORDP") or coded.get("BENM") or ""
    ).lstrip("0123456789 ")
    reference = str(data.get("bank_reference") or "").strip()
    if reference.upper() in NO_REFERENCE:
        reference = ""
    sender = str(
        data.get("end_to_end_reference") or coded.get("EREF") or data.get("customer_reference") or ""
    )
    iban = data.get("applicant_iban") or coded.get("IBAN") or ""
    if not iban:
        known = _ACCOUNT.search(f"{data.get('extra_details') or ''} {raw}")
        iban = known.group(1) if known else ""
    day = data.get("entry_date") or data["date"]
    return ParsedLine(
        date=_plain(day),
        amount=amount,
        label=clean(str(purpose)) or clean(raw) or clean(str(data.get("posting_text") or name)),
        value_date=_plain(data["date"]),
        partner_name=clean(name, 200),
        partner_iban=str(iban).replace(" ", "")[:40],
        bank_reference=clean(reference, 80),
        end_to_end="" if sender.strip().upper() in NO_REFERENCE else clean(sender, 80),
    )


def _coded(raw: str) -> dict[str, str]:
    """Field 86 in the /CODE/value/ notation of Dutch banks."""
    flat = raw.replace("\n", "")
    marks = list(_CODE.finditer(flat))
    if not marks:
        return {}
    ends = [*(mark.start() for mark in marks[1:]), len(flat)]
    found = {mark.group(1): flat[mark.end() : end].strip("/ ") for mark, end in zip(marks, ends, strict=True)}
    return {code: value for code, value in found.items() if value}


def _plain(day: Any) -> date:
    """The library's date as a plain one."""
    return date(day.year, day.month, day.day)
