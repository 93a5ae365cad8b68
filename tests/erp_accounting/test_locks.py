"""Lock dates, what lifts them for a while, and fiscal years: in the records and in the database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.erp_accounting.models import (
    Entry,
    EntryState,
    InvoiceKind,
    JournalKind,
    Ledger,
    LockException,
    LockScope,
)
from addons.erp_accounting.services import entries, exceptions, fiscal_years, ledgers, verification
from core.api import Invalid, RuleBroken, User, writing_closed
from core.testing.web import a_person
from tests.erp_accounting.factories import DAY, an_entry, an_invoice
from tests.erp_accounting.test_entries import draft
from tests.erp_accounting.test_guards import sql

if TYPE_CHECKING:
    from core.api import Env
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

pytestmark = pytest.mark.addons("erp_accounting")
D = Decimal
SOON = timedelta(hours=2)


def lock(env: Env, **dates: date) -> None:
    ledgers.set_locks(env, ledgers.of(env), **dates)


def let_pass(env: Env, **values: Any) -> LockException:
    given: dict[str, Any] = {
        "scope": LockScope.ALL,
        "first_day": DAY,
        "until": datetime.now(UTC) + SOON,
        "reason": "The supplier sent his March invoice late",
    }
    return exceptions.grant(env, **given | values)


@pytest.mark.parametrize(
    ("locked", "sale", "purchase", "other"),
    [
        ("sales", False, True, True),
        ("purchases", True, False, True),
        ("everything", False, False, False),
        ("hard", False, False, False),
    ],
)
def test_a_lock_date_holds_for_its_journals(
    env: Env, locked: str, sale: bool, purchase: bool, other: bool
) -> None:
    lock(env, **{locked: DAY})

    def passes(work: Any) -> bool:
        try:
            with env.session.begin_nested():
                work()
        except ledgers.PeriodLocked:
            return False
        return True

    assert passes(lambda: an_invoice(env)) is sale
    assert passes(lambda: an_invoice(env, kind=InvoiceKind.SUPPLIER_INVOICE)) is purchase
    assert passes(lambda: an_entry(env)) is other
    assert passes(lambda: an_entry(env, day=DAY + timedelta(days=1)))


def turn_posted(env: Env, entry: Entry) -> None:
    """As a service that skips the checks of posting would."""
    with writing_closed(entry):
        entry.number, entry.year, entry.sequence, entry.hash = "MISC-2026-0001", 2026, 1, "x"
        entry.state = EntryState.POSTED


def test_a_record_that_another_service_posts_is_refused_in_words(env: Env) -> None:
    entry = draft(env, "10", "10")
    lock(env, everything=DAY)

    with pytest.raises(ledgers.PeriodLocked):
        turn_posted(env, entry)


def test_the_database_refuses_a_locked_day_whoever_writes(env: Env) -> None:
    entry = draft(env, "10", "10")
    lock(env, everything=DAY)

    with pytest.raises(DBAPIError, match="the books are locked until 2026-03-02"):
        sql(
            env,
            "UPDATE erp_accounting_entry SET state = 'posted', sequence = 1, year = 2026, hash = 'x',"
            f" number = 'MISC-2026-0001' WHERE id = {entry.id}",
        )


def test_an_exception_lets_pass_and_is_named_by_what_it_let_through(env: Env) -> None:
    lock(env, everything=DAY)
    exception = let_pass(env)

    entry = an_entry(env)

    assert entry.lock_exception_id == exception.id
    assert an_entry(env, day=DAY + timedelta(days=1)).lock_exception_id is None
    with pytest.raises(ledgers.PeriodLocked):
        an_entry(env, day=DAY - timedelta(days=1))
    assert (exception.granted_by_id, exception.reason) == (
        env.user.id,
        "The supplier sent his March invoice late",
    )
    assert list(verification.findings(env)) == []


def test_an_exception_of_sales_does_not_lift_what_is_locked_for_everything(env: Env) -> None:
    lock(env, sales=DAY, everything=DAY - timedelta(days=10))
    let_pass(env, scope=LockScope.SALES, first_day=date(2026, 1, 1))

    assert an_invoice(env).is_posted
    with pytest.raises(ledgers.PeriodLocked):
        an_entry(env, day=DAY - timedelta(days=10))


def test_an_exception_that_was_ended_lets_nothing_pass(env: Env) -> None:
    lock(env, everything=DAY)
    exception = let_pass(env)

    exceptions.end(env, exception)

    with pytest.raises(ledgers.PeriodLocked):
        an_entry(env)
    with pytest.raises(exceptions.AlreadyEnded):
        exceptions.end(env, exception)


def test_an_exception_of_somebody_else_lets_nothing_pass(workspace: LiveWorkspace) -> None:
    person = a_person(workspace.platform, workspace.entry, name="Rita")
    with workspace.env() as env:
        lock(env, everything=DAY)
        rita = env.session.scalars(select(env[User]).where(env[User].email == person.email)).one()
        let_pass(env, user=rita)

    with pytest.raises(ledgers.PeriodLocked), workspace.env() as env:
        an_entry(env)


def test_a_hard_lock_has_no_exception(env: Env) -> None:
    lock(env, everything=DAY)
    let_pass(env)
    lock(env, everything=DAY, hard=DAY)

    with pytest.raises(ledgers.PeriodLocked):
        an_entry(env)
    with pytest.raises(exceptions.BeyondHardLock):
        let_pass(env)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"until": datetime.now(UTC) - SOON}, "until"),
        ({"until": datetime.now(UTC) + timedelta(days=40)}, "until"),
    ],
)
def test_an_exception_says_why_and_until_when(env: Env, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        let_pass(env, **wrong)

    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(
    "change",
    ["reason = 'other'", "until = until + interval '1 day'", "first_day = first_day - 9", "user_id = 1"],
)
def test_an_exception_is_never_changed_or_deleted(env: Env, change: str) -> None:
    let_pass(env)

    with pytest.raises(DBAPIError, match="is never changed"):
        sql(env, f"UPDATE erp_accounting_lock_exception SET {change}")
    with pytest.raises(DBAPIError, match="is never changed"):
        sql(env, "DELETE FROM erp_accounting_lock_exception")


def test_raw_sql_cannot_name_an_exception_that_has_ended(env: Env) -> None:
    lock(env, everything=DAY)
    exception = let_pass(env)
    entry = draft(env, "10", "10")
    exceptions.end(env, exception)

    with pytest.raises(DBAPIError, match="has ended"):
        sql(
            env,
            "UPDATE erp_accounting_entry SET state = 'posted', sequence = 1, year = 2026, hash = 'x',"
            f" number = 'MISC-2026-0001', lock_exception_id = {exception.id} WHERE id = {entry.id}",
        )


def test_whoever_posts_while_the_day_is_being_locked_reads_the_sentence(workspace: LiveWorkspace) -> None:
    """The posting has passed the service's check when the lock is set; the database makes it wait."""
    with workspace.env() as env:
        an_entry(env)

    def post() -> str:
        try:
            with workspace.env() as env:
                ledgers.of(env)  # read before the lock
                entry = draft(env, "10", "10")
                locking.result()
                entries.post(env, entry)
        except ledgers.PeriodLocked as error:
            return error.message
        return "posted"

    def lock_it() -> None:
        with workspace.env() as env:
            lock(env, everything=DAY)

    with ThreadPoolExecutor(2) as pool:
        locking = pool.submit(lock_it)
        outcome = pool.submit(post).result()

    assert outcome == "The books are locked until 2 Mar 2026: nothing can be posted on 2 Mar 2026."


def test_a_lock_waits_for_what_is_being_posted_and_counts_it(workspace: LiveWorkspace) -> None:
    def post(_attempt: int) -> bool:
        try:
            with workspace.env() as env:
                an_entry(env, "10")
        except ledgers.PeriodLocked:
            return False
        return True

    def lock_it() -> None:
        with workspace.env() as env:
            lock(env, everything=date(2026, 3, 31))

    with ThreadPoolExecutor(6) as pool:
        posted = [pool.submit(post, attempt) for attempt in range(12)]
        pool.submit(lock_it).result()
        count = [one.result() for one in posted].count(True)

    with workspace.env() as env:
        kept = env.session.execute(
            text("SELECT coalesce(sum(entries), 0) FROM erp_accounting_closing_total")
        ).scalar_one()
        posted_entries = env.session.scalars(select(env[Entry].id)).all()
        assert len(posted_entries) == count == kept
        assert list(verification.findings(env)) == []


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [
        (1, date(2026, 3, 2), (date(2026, 1, 1), date(2026, 12, 31))),
        (7, date(2026, 3, 2), (date(2025, 7, 1), date(2026, 6, 30))),
        (7, date(2026, 7, 1), (date(2026, 7, 1), date(2027, 6, 30))),
        (3, date(2024, 2, 29), (date(2023, 3, 1), date(2024, 2, 29))),
        (12, date(2026, 12, 1), (date(2026, 12, 1), date(2027, 11, 30))),
    ],
)
def test_a_fiscal_year_begins_with_any_month(
    env: Env, month: int, day: date, year: tuple[date, date]
) -> None:
    ledgers.of(env).fiscal_month = month

    assert fiscal_years.around(env, day) == year


def test_a_first_year_may_be_longer_and_the_next_follows_it(env: Env) -> None:
    fiscal_years.write(env, start=date(2025, 9, 17), end=date(2026, 12, 31))

    assert fiscal_years.around(env, DAY) == (date(2025, 9, 17), date(2026, 12, 31))
    assert fiscal_years.around(env, date(2027, 5, 1)) == (date(2027, 1, 1), date(2027, 12, 31))
    assert fiscal_years.around(env, date(2025, 9, 1)) == (date(2025, 1, 1), date(2025, 9, 16))


def test_years_never_overlap_and_never_last_more_than_two_years(env: Env) -> None:
    fiscal_years.write(env, start=date(2026, 1, 1), end=date(2026, 12, 31))

    with pytest.raises(fiscal_years.YearsOverlap):
        fiscal_years.write(env, start=date(2026, 12, 31), end=date(2027, 12, 30))
    with pytest.raises(Invalid):
        fiscal_years.write(env, start=date(2027, 1, 1), end=date(2029, 1, 1))
    with pytest.raises(DBAPIError, match="overlaps another one"):
        sql(
            env,
            'INSERT INTO erp_accounting_fiscal_year (company_id, name, start, "end", state, created_at,'
            " updated_at) SELECT company_id, 'x', DATE '2026-06-01', DATE '2027-05-31', 'open', now(), now()"
            " FROM erp_accounting_ledger",
        )


def test_lock_dates_are_moved_by_their_action(env: Env) -> None:
    fields = ledgers.of(env).locked_fields(env)

    assert set(fields) == {"lock_sales", "lock_purchases", "lock_all", "lock_hard"}
    lock(env, hard=DAY)
    with pytest.raises(RuleBroken, match="closed for good until 2 Mar 2026"):
        lock(env, hard=DAY - timedelta(days=1))
    assert env.session.scalars(select(env[Ledger].lock_hard)).one() == DAY
    assert an_entry(env, day=DAY + timedelta(days=1)).journal.kind is JournalKind.GENERAL


def test_locks_are_set_and_lifted_on_screen(workspace: LiveWorkspace, client: Visitor) -> None:
    with workspace.env() as env:
        ledger_id = ledgers.of(env).id
    dates = {"sales": "", "purchases": "", "everything": "2026-03-31", "hard": "2026-01-31"}

    done = client.post(f"/app/erp_accounting/ledger/{ledger_id}/actions/set_locks", dates)
    back = client.post(f"/app/erp_accounting/ledger/{ledger_id}/actions/set_locks", dates | {"hard": ""})
    pages = [
        client.get(f"/app/erp_accounting/{path}").status_code
        for path in (
            "fiscal_year/",
            "fiscal_year/new",
            "lock_exception/",
            "lock_exception/new",
            "closing_total/",
        )
    ]

    assert done.status_code in {200, 204, 303}
    assert back.status_code == 409
    assert pages == [200] * 5
    with workspace.env() as env:
        books = ledgers.of(env)
        assert (books.lock_sales, books.lock_all, books.lock_hard) == (
            None,
            date(2026, 3, 31),
            date(2026, 1, 31),
        )


def test_an_exception_is_granted_and_a_year_written_from_their_forms(env: Env) -> None:
    until = datetime.now(UTC) + SOON

    exception = exceptions.create(env, {"first_day": DAY, "until": until, "reason": "Late bill"})
    year = fiscal_years.create(env, {"start": date(2026, 4, 1)})
    following = fiscal_years.create(env, {})

    assert (exception.scope, exception.granted_by_id, exception.is_ended) == (LockScope.ALL, None, False)
    assert (year.name, year.end) == ("2026", date(2026, 12, 31))
    assert (following.start, following.end) == (date(2027, 1, 1), date(2027, 12, 31))
    with pytest.raises(Invalid) as error:
        exceptions.create(env, {"first_day": DAY})
    assert set(error.value.fields) == {"until", "reason"}
