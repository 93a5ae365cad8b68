"""Read what a scanner types: EAN and UPC numbers, and GS1-128 with lot, expiry and serial number.

Source: GS1 General Specifications, sections 3 (application identifiers), 7.9 (check digit) and 7.12 (dates).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SEPARATOR = "\x1d"
"""FNC1 as scanners send it: the end of an element of variable length."""
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
"""Length of the data after these identifiers; after others it ends at the separator."""
VARIABLE = {"10": 20, "21": 20, "30": 8, "37": 8, "22": 20, "240": 30, "241": 30, "400": 30, "410": 13}


@dataclass(frozen=True, slots=True)
class Scan:
    """What one scan says; ``text`` is what was typed when it is no GS1 code."""

    text: str
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    quantity: Decimal | None = None

    @property
    def number(self) -> str:
        """The lot or serial number."""
        return self.serial or self.lot


def read(typed: str, today: date) -> Scan:
    """Read a scan; today settles the century of a two-digit year."""
    text = typed.strip()
    body = re.sub(r"^\](C1|d2|Q3|e0)", "", text)
    if body.startswith("("):
        return _scan(text, _bracketed(body), today)
    if body != text or SEPARATOR in body:
        return _scan(text, _elements(body.lstrip(SEPARATOR)), today)
    if re.fullmatch(r"\d{8}|\d{12,14}", body) and checks(body):
        return Scan(text, gtin=body)
    if body.startswith("01") and len(body) > 16 and body[:16].isdigit() and checks(body[2:16]):
        return _scan(text, _elements(body), today)
    return Scan(text)


def checks(number: str) -> bool:
    """The check digit of an EAN, UPC, GTIN or SSCC is right."""
    if not number.isdigit():
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(number[:-1]), 1))
    return (10 - total % 10) % 10 == int(number[-1])


def forms(gtin: str) -> set[str]:
    """The ways in which one article number is written: with and without leading zeros."""
    bare = gtin.lstrip("0")
    return {gtin, *(bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length)}


def _bracketed(body: str) -> dict[str, str]:
    """As people read it under the bars: (01)...(17)...(10)..."""
    return {code: value.strip() for code, value in re.findall(r"\((\d{2,4})\)([^(]*)", body)}


def _elements(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = body
    while rest:
        rest = rest.lstrip(SEPARATOR)
        code = next((rest[:size] for size in (2, 3) if rest[:size] in FIXED or rest[:size] in VARIABLE), "")
        if re.match(r"3[1-6]\d\d", rest):
            found[rest[:4]] = rest[4:10]
            rest = rest[10:]
        elif code in FIXED:
            end = len(code) + FIXED[code]
            found[code] = rest[len(code) : end]
            rest = rest[end:]
        elif code:
            value, _, rest = rest[len(code) :].partition(SEPARATOR)
            found[code] = value
        else:
            break  # an identifier nobody here needs; what follows it cannot be told apart
    return found


def _scan(text: str, elements: dict[str, str], today: date) -> Scan:
    gtin = elements.get("01") or elements.get("02") or ""
    counted = elements.get("30") or elements.get("37") or ""
    return Scan(
        text,
        gtin=gtin if checks(gtin or "1") or not gtin else "",
        lot=elements.get("10", ""),
        serial=elements.get("21", ""),
        expires_on=_day(elements.get("17") or elements.get("15") or "", today),
        quantity=Decimal(counted) if counted.isdigit() and int(counted) else None,
    )


def _day(written: str, today: date) -> date | None:
    """YYMMDD; day 00 is the last of its month, and the century is the one that lies nearest."""
    if not re.fullmatch(r"\d{6}", written):
        return None
    year, month, day = int(written[:2]), int(written[2:4]), int(written[4:])
    distance = year - today.year % 100
    century = today.year // 100 + (-1 if distance >= 51 else 1 if distance <= -50 else 0)
    if not 1 <= month <= 12:
        return None
    last = monthrange(century * 100 + year, month)[1]
    return date(century * 100 + year, month, min(day, last) or last) if day <= last else None
