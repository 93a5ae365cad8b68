"""Whose statements a file holds: banks name accounts by IBAN, by number, or by bank code and number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import BankAccount
from addons.erp_accounting.services.bank.statement import FileRefused
from core.api import _

if TYPE_CHECKING:
    from addons.erp_accounting.services.bank.statement import ParsedStatement
    from core.api import Env

SHORTEST = 6
"""Digits of an account number that are looked for inside an IBAN."""


class UnknownAccount(FileRefused):
    def __init__(self, account: str) -> None:
        super().__init__(
            _("The file is of the account {account}, which is none of yours.", account=account)
            if account
            else _("The file does not say which account it is of."),
            hint=_("Choose the bank account, or create it with this IBAN or number."),
        )


class WrongAccount(FileRefused):
    def __init__(self, account: BankAccount, found: str) -> None:
        super().__init__(
            _(
                "The file is of the account {found}, not of {account} ({iban}).",
                found=found,
                account=account.name,
                iban=account.iban_text,
            ),
            hint=_("Choose the other bank account, or the right file."),
        )


class WrongCurrency(FileRefused):
    def __init__(self, account: BankAccount, found: str) -> None:
        super().__init__(
            _(
                "{account} is in {currency}, but the file is in {found}.",
                account=account.name,
                currency=account.currency,
                found=found,
            ),
            hint=_("Choose the bank account in {found}, or create one.", found=found),
        )


def account_of(env: Env, statement: ParsedStatement, chosen: BankAccount | None) -> BankAccount:
    """The account that was chosen, else the one that the file names; FileRefused when there is none."""
    if chosen is not None:
        return chosen
    model = env[BankAccount]
    own = env.session.scalars(
        select(model).where(model.company_id == env.company_id, model.active).order_by(model.id)
    ).all()
    named = [one for one in own if statement.account and is_named(one, statement.account)]
    fitting = [one for one in named if one.currency == statement.currency] or named
    if fitting:
        return fitting[0]
    raise UnknownAccount(statement.account)


def refuse_others(account: BankAccount, statement: ParsedStatement) -> None:
    """Raise when the file is of another account or in another currency. An account without IBAN and number
    learns its number."""
    if statement.currency and statement.currency != account.currency:
        raise WrongCurrency(account, statement.currency)
    if not statement.account:
        return
    if not account.iban and not account.number:
        account.number = statement.account[:40]
    elif not is_named(account, statement.account):
        raise WrongAccount(account, statement.account)


def is_named(account: BankAccount, found: str) -> bool:
    """Whether a file means this account: its IBAN or number, or a bank code and number inside the IBAN."""
    wanted = _plain(found)
    own = [_plain(text) for text in (account.iban, account.number) if text]
    if wanted in own or wanted.removesuffix(account.currency) in own:
        return True
    if re.match(r"[A-Z]{2}\d{2}", wanted) or not account.iban:
        return False
    parts = [part.lstrip("0") for part in re.split(r"\D+", found) if part.lstrip("0")]
    digits = "".join(parts) if len(parts) > 1 and "/" not in found else ""
    pieces = [digits] if digits else parts
    inside = _plain(account.iban)[4:]
    return bool(pieces) and max(map(len, pieces)) >= SHORTEST and all(piece in inside for piece in pieces)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
