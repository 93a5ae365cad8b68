"""Take a FEC of another system over: accounts, journals, contacts and posted entries, or nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.models import Account, AccountType, Entry, EntryState, Journal, JournalKind
from addons.erp_accounting.queries import balances
from addons.erp_accounting.services import entries
from addons.l10n_fr.chart import MATCHED, type_of
from addons.l10n_fr.services.fec_check import check_rows
from addons.l10n_fr.services.fec_format import Row, as_amount, as_day, read
from core.api import ZERO, RuleBroken, _, fold, round_money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from addons.l10n_fr.services.fec_check import Problem
    from core.api import Env

MOST_LINES = 50_000
HARMLESS = {"numbers", "width", "columns"}
"""Broken rules that do not hinder taking the entries over: they get numbers of their own here."""
_Key = tuple[str, str, str]


class FecRefused(RuleBroken):
    """Nothing was written; `problems` says why, line by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(
            _("The FEC cannot be taken over: {count} errors.", count=len(problems)),
            hint=_("Have it exported anew. Nothing was written."),
        )


class AlreadyImported(RuleBroken):
    def __init__(self, number: str, journal: str) -> None:
        super().__init__(
            _("Entry {number} of journal {journal} is already here.", number=number, journal=journal),
            hint=_("This file was taken over before. Nothing was written."),
        )


class TooLong(RuleBroken):
    def __init__(self) -> None:
        super().__init__(
            _("The file has more than {most} lines.", most=MOST_LINES),
            hint=_("Take it over in parts, journal by journal."),
        )


class OpeningDiffers(RuleBroken):
    def __init__(self, account: str, given: Decimal, kept: Decimal) -> None:
        super().__init__(
            _("Balances brought forward differ from the books: {account}.", account=account)
            + f" {given} / {kept}",
            hint=_("Take over the year before first, or correct it."),
        )


@dataclass(slots=True)
class Imported:
    entries: int = 0
    lines: int = 0
    accounts: int = 0
    journals: int = 0
    parties: int = 0
    skipped: int = 0
    """Entries that only bring balances forward which the books have already."""


def import_fec(env: Env, content: bytes) -> Imported:
    """Post every entry of a file, in order of its days. Wrong in one line, nothing is written."""
    found = read(content)
    if len(found.rows) > MOST_LINES:
        raise TooLong
    report = check_rows(found)
    if errors := [one for one in report.errors if one.rule not in HARMLESS]:
        raise FecRefused(errors)
    groups: dict[_Key, list[Row]] = defaultdict(list)
    for row in found.rows:
        groups[row["JournalCode"], row["EcritureNum"], row["EcritureDate"]].append(row)
    ordered = sorted(groups.items(), key=lambda pair: (pair[0][2], pair[1][0].number))
    done = Imported()
    _refuse_twice(env, ordered)
    ordered = _without_openings(env, ordered, done)
    accounts = _accounts(env, found.rows, done)
    journals = _journals(env, found.rows, done)
    parties = _parties(env, found.rows, done)
    for (journal, number, when), rows in ordered:
        entries.post_new(
            env,
            journal=journals[journal],
            date=as_day(when),
            lines=[_posting(env, row, accounts, parties) for row in rows],
            label=rows[0]["EcritureLib"][:200],
            origin=f"{journal} {number}"[:80],
        )
        done.entries += 1
        done.lines += len(rows)
    return done


def _posting(env: Env, row: Row, accounts: dict[str, int], parties: dict[str, int]) -> entries.Posting:
    balance = as_amount(row["Debit"]) - as_amount(row["Credit"])
    currency = row["Idevise"].upper()
    foreign = None
    if len(currency) == 3 and currency != env.company.currency:
        foreign = round_money(abs(as_amount(row["Montantdevise"])), currency)
        foreign = -foreign if balance < 0 else foreign
    return entries.signed(
        accounts[row["CompteNum"]],
        balance,
        party=parties.get(row["CompAuxNum"]),
        label=row["EcritureLib"][:200],
        currency=currency if foreign is not None else "",
        amount_currency=foreign,
    )


def _refuse_twice(env: Env, ordered: Sequence[tuple[_Key, list[Row]]]) -> None:
    model = env[Entry]
    wanted = {f"{journal} {number}"[:80]: as_day(when) for (journal, number, when), _rows in ordered}
    names = list(wanted)
    for begin in range(0, len(names), 1000):
        rows = env.session.execute(
            select(model.origin, model.date).where(
                model.company_id == env.company_id,
                model.state == EntryState.POSTED,
                model.origin.in_(names[begin : begin + 1000]),
            )
        )
        for origin, when in rows:
            if wanted[origin] == when:
                journal, _space, number = origin.partition(" ")
                raise AlreadyImported(number, journal)


def _is_opening(rows: Sequence[Row]) -> bool:
    row = rows[0]
    code, label = fold(row["JournalCode"]), fold(row["JournalLib"])
    return code in {"an", "ran", "ano", "anx", "rn"} or "nouveau" in label


def _without_openings(
    env: Env, ordered: list[tuple[_Key, list[Row]]], done: Imported
) -> list[tuple[_Key, list[Row]]]:
    """Where the books go back before the file, its à-nouveaux must say what they say, and are left out."""
    openings = [pair for pair in ordered if _is_opening(pair[1])]
    if not openings:
        return ordered
    start: date = as_day(openings[0][0][2])
    kept = balances.movements(env, None, start - timedelta(days=1))
    if not any(movement.balance for movement in kept.values()):
        return ordered
    codes = {account.id: account.code for account in balances.accounts(env)}
    expected = {codes[key]: movement.balance for key, movement in kept.items() if movement.balance}
    given: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for _key, rows in openings:
        for row in rows:
            given[row["CompteNum"]] += as_amount(row["Debit"]) - as_amount(row["Credit"])
    for code in sorted({*expected, *given}):
        if code[:1] in "12345" and not code.startswith("12") and given[code] != expected.get(code, ZERO):
            raise OpeningDiffers(code, given[code], expected.get(code, ZERO))
    done.skipped = len(openings)
    return [pair for pair in ordered if not _is_opening(pair[1])]


def _accounts(env: Env, rows: Sequence[Row], done: Imported) -> dict[str, int]:
    model = env[Account]
    found: dict[str, int] = dict(
        env.session.execute(select(model.code, model.id).where(model.company_id == env.company_id)).all()
    )
    named = {row["CompteNum"]: row["CompteLib"] for row in rows}
    for code in sorted(named.keys() - found.keys()):
        kind = AccountType.OFF_BALANCE if code.startswith("8") else type_of(code)
        added = env.add(
            Account,
            company_id=env.company_id,
            code=code[:20],
            name=named[code][:200],
            type=kind,
            reconcilable=code.startswith(MATCHED),
        )
        found[code] = added.id
        done.accounts += 1
    return found


def _journals(env: Env, rows: Sequence[Row], done: Imported) -> dict[str, Journal]:
    """Journals by code. New ones are general: a file may hold an older invoice after a newer one."""
    model = env[Journal]
    found = {
        row.code: row
        for row in env.session.scalars(select(model).where(model.company_id == env.company_id))
        if row.kind not in (JournalKind.SALE, JournalKind.CLOSING)
    }
    taken = set(env.session.scalars(select(model.prefix).where(model.company_id == env.company_id)))
    codes = set(env.session.scalars(select(model.code).where(model.company_id == env.company_id)))
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["JournalCode"], row)
    for code, row in first.items():
        if code in found:
            continue
        own = code[:10] if code[:10] not in codes else f"{code[:8]}-I"
        prefix = own if own not in taken else f"{own}-I"
        kind = JournalKind.OPENING if _is_opening([row]) else JournalKind.GENERAL
        values: dict[str, Any] = {"code": own, "name": row["JournalLib"][:100], "prefix": prefix[:20]}
        found[code] = env.add(Journal, company_id=env.company_id, kind=kind, **values)
        taken.add(prefix)
        codes.add(own)
        done.journals += 1
    return found


def _parties(env: Env, rows: Sequence[Row], done: Imported) -> dict[str, int]:
    """Contacts by their number in the other system, made where they are new."""
    named: dict[str, Row] = {}
    for row in rows:
        if row["CompAuxNum"]:
            named.setdefault(row["CompAuxNum"], row)
    model = env[Party]
    found: dict[str, int] = {
        reference: party_id
        for reference, party_id in env.session.execute(
            select(model.external_ref, model.id).where(model.external_ref.in_(named))
        )
        if reference
    }
    for reference, row in named.items():
        if reference not in found:
            party = env.add(
                Party,
                name=(row["CompAuxLib"] or reference)[:200],
                external_ref=reference[:80],
                is_customer=row["CompteNum"].startswith("41"),
                is_supplier=row["CompteNum"].startswith("40"),
            )
            found[reference] = party.id
            done.parties += 1
    return found
