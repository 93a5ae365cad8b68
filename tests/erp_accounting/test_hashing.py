"""The seal covers what counts and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from addons.erp_accounting.services.hashing import HashedLine, entry_hash

D = Decimal
LINES = (
    HashedLine("411000", D(120), D(0), "EUR", D(120), "", D(0), date(2026, 4, 1)),
    HashedLine("707000", D(0), D(100), "EUR", D(-100), "FR-C20", D(0), None),
    HashedLine("445710", D(0), D(20), "EUR", D(-20), "FR-C20", D(-100), None),
)
DAY = date(2026, 3, 2)
SEAL = "12c4"


def seal(
    *lines: HashedLine,
    previous: str = SEAL,
    journal: str = "VT",
    number: str = "FA-2026-0001",
    day: date = DAY,
) -> str:
    return entry_hash(previous, journal, number, day, lines or LINES)


def test_the_same_content_gives_the_same_seal_whatever_the_scale_of_its_decimals() -> None:
    zero = replace(LINES[1], tax_base=D("-0.00"))  # what is left of a tiny foreign base
    longer = (replace(LINES[0], debit=D("120.0000"), amount_currency=D("120.00")), zero, *LINES[2:])

    assert seal() == seal(*longer)
    assert len(seal()) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"account": "411001"},
        {"debit": D("120.01")},
        {"credit": D("0.01")},
        {"currency": "USD"},
        {"amount_currency": D(121)},
        {"tax_code": "FR-C10"},
        {"tax_base": D(1)},
        {"due": date(2026, 4, 2)},
        {"due": None},
    ],
)
def test_every_part_of_a_line_changes_the_seal(change: dict[str, Any]) -> None:
    assert seal(replace(LINES[0], **change), *LINES[1:]) != seal()


def test_the_header_the_order_and_the_chain_change_the_seal() -> None:
    seals = {
        seal(),
        seal(previous=""),
        seal(journal="AC"),
        seal(number="FA-2026-0002"),
        seal(day=date(2026, 3, 3)),
        seal(LINES[1], LINES[0], LINES[2]),
        seal(*LINES[:2]),
    }

    assert len(seals) == 7


def test_the_format_of_the_first_version_never_changes() -> None:
    assert seal() == "433b2ab11aebd916183cc99681ac8886c89cf839c7d7d0f9800111e2f94cea76"
