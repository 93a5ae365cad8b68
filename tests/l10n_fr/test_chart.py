"""The French chart: the accounts in force since 2025, and what they are used for."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from addons.erp_accounting.models import AccountType
from addons.l10n_fr.chart import PCG, type_of

GONE = ("675", "775", "777", "79", "671", "771", "4686", "4687", "6718", "7718")
NEW = ("649", "657", "747", "757", "656", "756")
_PUBLIC = os.environ.get("PASSERELLE_PUBLIC_DATA", "")


def official() -> set[str]:
    """The numbers of the regulation's list; skips where the public data is not there."""
    places = (
        [Path(_PUBLIC)] if _PUBLIC else [up / "shared/data/public" for up in Path(__file__).resolve().parents]
    )
    for place in places:
        listed = place / "pcg_fr" / "pcg_2026_flat.csv"
        if listed.is_file():
            with listed.open(encoding="utf-8") as lines:
                return {row["number"] for row in csv.DictReader(lines)}
    pytest.skip("the public list of accounts is not here")


def test_codes_are_six_digits_and_unique() -> None:
    codes = [account.code for account in PCG.accounts]

    assert len(codes) == len(set(codes))
    assert {len(code) for code in codes} == {6}
    assert all(code.isdigit() for code in codes)


def test_every_account_is_one_of_the_regulation() -> None:
    numbers = official()

    unknown = {
        account.code
        for account in PCG.accounts
        if not {account.code.rstrip("0").ljust(length, "0") for length in (2, 3)} & numbers
    }

    assert unknown == {"603780"}, "our only subdivision: losses apart from what was sold"


def test_losses_of_stock_and_goods_not_invoiced_stand_apart() -> None:
    names = {account.code: account for account in PCG.accounts}
    used = PCG.purposes

    assert (used["cost_of_sales"], used["stock_loss"], used["goods_received"]) == (
        "603700",
        "603780",
        "408100",
    )
    assert names["603780"].type is AccountType.COST_OF_SALES
    assert names["408100"].reconcilable
    assert {code for code in names if code.startswith("603")} == {"603100", "603200", "603700", "603780"}


def test_every_three_digit_account_of_the_regulation_is_there() -> None:
    wanted = {number for number in official() if len(number) == 3}

    missing = {number for number in wanted if not any(a.code.startswith(number) for a in PCG.accounts)}

    assert missing == set()


@pytest.mark.parametrize("prefix", GONE)
def test_what_the_regulation_removed_is_not_there(prefix: str) -> None:
    assert [account.code for account in PCG.accounts if account.code.startswith(prefix)] == []


@pytest.mark.parametrize("prefix", NEW)
def test_what_the_regulation_added_is_there(prefix: str) -> None:
    assert any(account.code.startswith(prefix) for account in PCG.accounts)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("411000", AccountType.RECEIVABLE),
        ("419100", AccountType.CURRENT_LIABILITY),
        ("401000", AccountType.PAYABLE),
        ("409100", AccountType.CURRENT_ASSET),
        ("445660", AccountType.CURRENT_ASSET),
        ("445710", AccountType.CURRENT_LIABILITY),
        ("512000", AccountType.BANK),
        ("519000", AccountType.CURRENT_LIABILITY),
        ("120000", AccountType.RESULT),
        ("164000", AccountType.LONG_LIABILITY),
        ("281500", AccountType.FIXED_ASSET),
        ("370000", AccountType.CURRENT_ASSET),
        ("603700", AccountType.COST_OF_SALES),
        ("681100", AccountType.DEPRECIATION),
        ("641100", AccountType.EXPENSE),
        ("707000", AccountType.INCOME),
        ("757000", AccountType.OTHER_INCOME),
    ],
)
def test_the_type_follows_from_the_number(code: str, kind: AccountType) -> None:
    assert type_of(code) is kind


def test_every_account_that_the_books_fall_back_on_is_in_the_chart() -> None:
    codes = {account.code for account in PCG.accounts}
    used = (
        set(PCG.purposes.values())
        | {journal.account for journal in PCG.journals if journal.account}
        | {tax.account for tax in PCG.taxes if tax.account}
        | {tax.reverse_account for tax in PCG.taxes if tax.reverse_account}
    )

    assert used - codes == set()
