"""Check a FEC: also what the administration's own tool lets pass.

Columns and their order, dates that exist, debit or credit but not both, each entry balanced and of one day,
numbers without a gap.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from addons.l10n_fr.services.fec_format import (
    COLUMNS,
    FILE_NAME,
    NEVER_EMPTY,
    Read,
    Row,
    as_amount,
    as_day,
    read,
)
from core.api import ZERO, _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

TOGETHER = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))
MOST = 500
_DIGITS = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """line 0 is the whole file. An error makes the file void, a warning asks for a look."""

    line: int
    rule: str
    sentence: str
    error: bool = True


@dataclass(slots=True)
class Report:
    lines: int
    entries: int
    debit: Decimal
    credit: Decimal
    separator: str
    encoding: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.error]

    @property
    def is_valid(self) -> bool:
        return not self.errors

    def rules(self) -> Counter[str]:
        """How often each rule is broken."""
        return Counter(problem.rule for problem in self.problems)


def check(content: bytes, name: str = "") -> Report:
    """Everything that is wrong with a file; NotAFec when it cannot be read at all."""
    return check_rows(read(content), name)


def check_rows(found: Read, name: str = "") -> Report:
    """The same for a file that was read already."""
    report = Report(len(found.rows), 0, ZERO, ZERO, found.separator, found.encoding)
    say = report.problems.append
    for problem in (*_file(name), *_columns(found)):
        say(problem)
    entries: dict[tuple[str, str, str], Decimal] = defaultdict(lambda: ZERO)
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    first: dict[tuple[str, str, str], int] = {}
    for row in found.rows:
        for problem in _row(row):
            say(problem)
        try:
            debit, credit = as_amount(row["Debit"]), as_amount(row["Credit"])
        except ValueError:
            continue
        report.debit += debit
        report.credit += credit
        key = (row["JournalCode"], row["EcritureNum"], row["EcritureDate"])
        entries[key] += debit - credit
        days[key[:2]].add(key[2])
        first.setdefault(key, row.number)
    report.entries = len(entries)
    for key, difference in entries.items():
        if difference:
            journal, number, _day = key
            sentence = _(
                "Entry {number} of journal {journal} is not balanced: {difference}.",
                number=number,
                journal=journal,
                difference=difference,
            )
            say(Problem(first[key], "balance", str(sentence)))
    for (journal, number), when in days.items():
        if len(when) > 1:
            sentence = _(
                "Entry {number} of journal {journal} has {count} dates.",
                number=number,
                journal=journal,
                count=len(when),
            )
            say(Problem(0, "one date", str(sentence)))
    for problem in _numbers(found):
        say(problem)
    if report.debit != report.credit:
        sentence = _(
            "The file is not balanced: debit {debit}, credit {credit}.",
            debit=report.debit,
            credit=report.credit,
        )
        say(Problem(0, "balance of the file", str(sentence)))
    return report


def _file(name: str) -> Iterator[Problem]:
    if name and not FILE_NAME.match(name):
        sentence = _("The file is not called SIREN, FEC, last day of the year: 123456789FEC20261231.txt.")
        yield Problem(0, "file name", str(sentence), error=False)


def _columns(found: Read) -> Iterator[Problem]:
    given = [heading.casefold() for heading in found.headings]
    while given and not given[-1]:
        given.pop()
    wanted = [column.casefold() for column in COLUMNS]
    if given[: len(wanted)] != wanted:
        missing = [column for column in COLUMNS if column.casefold() not in given]
        if missing:
            sentence = _("These columns are missing: {names}.", names=", ".join(missing))
        else:
            sentence = _("The columns do not stand in the order of the regulation.")
        yield Problem(1, "columns", str(sentence))
    elif len(given) > len(wanted):
        sentence = _(
            "{count} further columns follow the 18 of the regulation.", count=len(given) - len(wanted)
        )
        yield Problem(1, "further columns", str(sentence), error=False)
    if any(width != len(found.headings) for width in found.widths):
        yield Problem(0, "width", str(_("Some lines have more or fewer values than the first line.")))


def _row(row: Row) -> Iterator[Problem]:
    for column in NEVER_EMPTY:
        if not row[column]:
            error = column != "ValidDate"
            yield Problem(row.number, "empty", str(_("{column} is empty.", column=column)), error=error)
    for column in ("EcritureDate", "PieceDate", "DateLet", "ValidDate"):
        if row[column]:
            try:
                as_day(row[column])
            except ValueError:
                sentence = _(
                    "{column}: “{value}” is not a day as 20261231.", column=column, value=row[column]
                )
                yield Problem(row.number, "dates", str(sentence))
    try:
        debit, credit = as_amount(row["Debit"]), as_amount(row["Credit"])
        as_amount(row["Montantdevise"])
    except ValueError as error:
        yield Problem(
            row.number, "amounts", str(_("“{value}” is not an amount as 1234,50.", value=str(error)))
        )
    else:
        if bool(debit) == bool(credit):
            sentence = _("A line has a debit or a credit, not both and not none.")
            yield Problem(row.number, "debit or credit", str(sentence))
        if debit < 0 or credit < 0:
            yield Problem(row.number, "signs", str(_("Debit and credit are not negative.")), error=False)
    if row["CompteNum"] and not re.match(r"[1-8]\d\d", row["CompteNum"]):
        sentence = _("Account {code} does not begin with three digits of the PCG.", code=row["CompteNum"])
        yield Problem(row.number, "accounts", str(sentence))
    for one, other in TOGETHER:
        if bool(row[one]) != bool(row[other]):
            sentence = _("{one} and {other} go together.", one=one, other=other)
            yield Problem(row.number, "pairs", str(sentence), error=False)


def _numbers(found: Read) -> Iterator[Problem]:
    """One sequence for the file, or one for each journal and prefix."""
    by_prefix: dict[tuple[str, str], set[int]] = defaultdict(set)
    odd = set()
    for row in found.rows:
        match = _DIGITS.match(row["EcritureNum"])
        if match:
            by_prefix[row["JournalCode"], match[1]].add(int(match[2]))
        else:
            odd.add(row["EcritureNum"])
    for number in sorted(odd):
        sentence = _("“{number}” does not end with a number of a sequence.", number=number)
        yield Problem(0, "numbers", str(sentence), error=False)
    every = [number for numbers in by_prefix.values() for number in numbers]
    if (
        len({prefix for _journal, prefix in by_prefix}) == 1
        and len(every) == len(set(every))
        and not _gap(every)
    ):
        return
    for (journal, _prefix), numbers in sorted(by_prefix.items()):
        missing = _gap(sorted(numbers))
        if missing:
            sentence = _(
                "Journal {journal}: {count} numbers are missing, the first is {number}.",
                journal=journal,
                count=len(missing),
                number=missing[0],
            )
            yield Problem(0, "numbers", str(sentence))


def _gap(numbers: list[int]) -> list[int]:
    known = set(numbers)
    if not known or max(known) - min(known) > 10 * len(known) + MOST:
        return [min(known) + 1] if known else []
    return [number for number in range(min(known), max(known)) if number not in known]


def fiscal_end(name: str) -> date | None:
    """The last day of the fiscal year, from the name of the file."""
    found = FILE_NAME.match(name)
    try:
        return as_day(found[2]) if found else None
    except ValueError:
        return None
