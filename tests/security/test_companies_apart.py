"""A record points to records of its own company only: every reference of every model, at every door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from core.db.transaction import transaction
from core.platform import SYSTEM
from core.registry.migrations import owner_in
from core.registry.verify import mixed_companies
from core.security.companies import companies_of
from core.security.document_rules import documents_of
from core.security.following import Fixed
from core.security.refusals import CompanyIsFinal, CompanyMismatch
from core.testing.statements import counting
from tests.security.two_companies import OF_ONE_PERSON, TwoCompanies, add_second_company, first_company

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.env import Env
    from core.testing.workspaces import Workspaces

SHARED_ROWS_OF = {"core_audit"}
"""Tables whose rows point nowhere: the trace outlives what it tells about."""


@dataclass
class Mixed:
    """Every model has a row of one company and a copy of it in the other one."""

    two: TwoCompanies
    rows: dict[str, int]
    """Table -> a row of the second company."""
    copies: dict[str, int]
    """Table -> its copy, of the first company."""

    @property
    def references(self) -> list[tuple[str, str, str]]:
        """(table, column, table pointed to), from the keys of the tables alone."""
        return sorted(
            (name, column.name, key.column.table.name)
            for name in self.rows
            for column in self.two.registry.metadata.tables[name].columns
            for key in column.foreign_keys
            if column.name != "company_id" and key.column.table.name in self.rows
            if (name, column.name) not in self.leading
        )

    @property
    def leading(self) -> set[tuple[str, str]]:
        """Columns by which a line without a company of its own belongs to one."""
        companies = companies_of(self.two.registry)
        return {
            (companies.shapes.by_name[name].cls.__table__.name, found.owner.key)  # type: ignore[attr-defined]  # composed
            for name, found in companies.of.items()
            if found.owner is not None
        }

    def above(self, env: Env, record: Any) -> list[Any]:
        """The documents whose company is that of a line."""
        owner = companies_of(self.two.registry).of[record.model_name].owner
        if owner is None:
            return []
        document = env.session.get_one(env.registry.model(owner.target), getattr(record, owner.key))
        return [document, *self.above(env, document)]

    def model(self, table: str) -> Any:
        return next(one for one in self.two.registry.models.values() if one.__table__.name == table)

    def user(self) -> Any:
        """An administrator who works in both companies."""
        assert self.two.ben is not None
        return self._env(self.two.ben.who())

    def platform(self) -> Any:
        """The platform itself, which no grant and no record rule holds back."""
        return self._env(SYSTEM)

    def _env(self, who: Any) -> Any:
        both = (self.two.there, self.two.here)
        return self.two.platform.env(
            self.two.entry, user=who, company_id=self.two.there, company_ids=both, reason="test"
        )


@pytest.fixture(scope="module")
def mixed(workspaces: Workspaces) -> Mixed:
    two = first_company(workspaces)
    add_second_company(two)
    assert two.refused == {}
    tables = [name for name in two.tables() if name not in OF_ONE_PERSON and name not in SHARED_ROWS_OF]
    found = Mixed(two, {}, {})
    with owner_in(two.platform.server, two.entry) as connection:
        for name in tables:
            only_company_triggers(connection, name)
            where = two.tables()[name]
            found.rows[name] = connection.scalar(text(f"SELECT min(id) FROM {name} WHERE {where}"))
        for name in tables:
            copy_of(connection, found, name)
    return found


def only_company_triggers(connection: Any, table: str) -> None:
    """Other rules of a table would refuse first."""
    names = text(
        "SELECT conname FROM pg_constraint"
        " WHERE conrelid = CAST(:table AS regclass) AND contype IN ('c', 'u')"
    )
    for name in connection.scalars(names, {"table": table}).all():
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    indexes = text(
        "SELECT CAST(indexrelid AS regclass) FROM pg_index"
        " WHERE indrelid = CAST(:table AS regclass) AND indisunique AND NOT indisprimary"
    )
    for name in connection.scalars(indexes, {"table": table}).all():
        connection.execute(text(f"DROP INDEX {name}"))
    triggers = text(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
        " AND tgname NOT LIKE 'same!_company%' ESCAPE '!'"
    )
    for name in connection.scalars(triggers, {"table": table}).all():
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {name}"))


def copy_of(connection: Any, found: Mixed, table: str) -> int:
    """The same row in the first company; of a line, under the copy of its document."""
    if table in found.copies:
        return found.copies[table]
    two = found.two
    columns = [
        c.name for c in two.registry.metadata.tables[table].columns if not c.computed and c.name != "id"
    ]
    values = {name: f'"{name}"' for name in columns}
    if "company_id" in values:
        values["company_id"] = str(two.here)
    else:
        key, above = two.tables()[table].partition(" IN (SELECT id FROM ")[::2]
        values[key] = str(copy_of(connection, found, above.partition(" ")[0]))
    listed, taken = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    statement = f"INSERT INTO {table} ({listed}) SELECT {taken} FROM {table} WHERE id = :id RETURNING id"
    found.copies[table] = connection.scalar(text(statement), {"id": found.rows[table]})
    triggers = text(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
        " AND tgname LIKE 'same!_company%' ESCAPE '!'"
    )
    for name in connection.scalars(triggers, {"table": table}).all():
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {name}"))
    return found.copies[table]


def test_raw_sql_of_the_workspace_is_refused_by_the_database(mixed: Mixed) -> None:
    tried, refused = set(), set()
    with transaction(mixed.two.platform.server, mixed.two.entry) as connection:
        for table, column, target in mixed.references:
            columns = mixed.two.registry.metadata.tables[table].columns
            taken = {f'"{c.name}"': f'"{c.name}"' for c in columns if not c.computed and c.name != "id"}
            taken[f'"{column}"'] = ":target"
            insert = f"INSERT INTO {table} ({', '.join(taken)}) SELECT {', '.join(taken.values())}"
            for door, statement in (
                ("update", f'UPDATE {table} SET "{column}" = :target WHERE id = :id'),
                ("insert", f"{insert} FROM {table} WHERE id = :id"),
            ):
                tried.add((table, column, door))
                ids = {"target": mixed.copies[target], "id": mixed.rows[table]}
                if constraint_that_refused(connection, statement, ids) == "same_company":
                    refused.add((table, column, door))

    assert len(tried) > 200
    assert tried - refused == set()


def constraint_that_refused(connection: Any, statement: str, values: dict[str, Any]) -> str | None:
    savepoint = connection.begin_nested()
    try:
        connection.execute(text(statement), values)
    except DBAPIError as error:
        raised: Any = error.orig
        return str(raised.diag.constraint_name)
    finally:
        savepoint.rollback()
    return None


def test_no_row_moves_to_another_company(mixed: Mixed) -> None:
    moved = {}
    leads = dict(mixed.leading)
    with transaction(mixed.two.platform.server, mixed.two.entry) as connection:
        for table, number in mixed.rows.items():
            column = leads.get(table, "company_id")
            owners = mixed.two.registry.metadata.tables[table].columns[column].foreign_keys
            above = next((key.column.table.name for key in owners), "core_company")
            target = mixed.copies.get(above, mixed.two.here)
            statement = f'UPDATE {table} SET "{column}" = :target WHERE id = :id'
            moved[table] = constraint_that_refused(connection, statement, {"target": target, "id": number})

    assert moved == dict.fromkeys(mixed.rows, "company_is_final")


@pytest.fixture
def without_rules_of_their_own(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A posted invoice, for one, refuses any change first."""
    monkeypatch.setattr(documents_of(mixed.two.registry), "rows", {})
    for model in mixed.two.registry.models.values():
        monkeypatch.setattr(model, "before_save", lambda _self, _env: None)
        monkeypatch.setattr(model, "before_bulk_update", classmethod(lambda _cls, _env, _values: None))


def changed(env: Env, source: Any, column: str, target: Any) -> None:
    setattr(source, column, target.id)
    env.session.flush()


def created(env: Env, source: Any, column: str, target: Any) -> None:
    env.session.add(type(source)(**values_of(source) | {column: target.id}))
    env.session.flush()


def changed_in_bulk(env: Env, source: Any, column: str, target: Any) -> None:
    model = type(source)
    assert env.bulk_update(model, model.id == source.id, {column: target.id}) == 1


def created_in_bulk(env: Env, source: Any, column: str, target: Any) -> None:
    env.bulk_insert(type(source), [values_of(source) | {column: target.id}])


def values_of(record: Any) -> dict[str, Any]:
    return {
        prop.key: getattr(record, prop.key)
        for prop in inspect(type(record)).column_attrs
        if prop.columns[0].name not in {"id", "version", "search_tokens"}
        and getattr(prop.columns[0], "table", None) is type(record).__table__
        and not prop.columns[0].computed
        and prop.key not in {"created_at", "updated_at"}
    }


IN_MEMORY, IN_BULK = (changed, created), (changed_in_bulk, created_in_bulk)


@pytest.mark.usefixtures("without_rules_of_their_own")
@pytest.mark.parametrize("who", ["user", "platform"])
@pytest.mark.parametrize("door", IN_MEMORY + IN_BULK)
def test_every_writer_is_refused_in_words(
    mixed: Mixed, who: str, door: Callable[[Env, Any, str, Any], None]
) -> None:
    answers = {}
    with counting(mixed.two.platform.server.engine) as sent, getattr(mixed, who)() as env:
        for table, column, target in mixed.references:
            answers[table, column] = refusal(env, mixed, door, table, column, target)

    accepted = {place: said for place, said in answers.items() if said != "CompanyMismatch"}
    assert accepted == {}
    if door in IN_MEMORY:  # the session refuses before a statement is sent
        assert [
            one for one in sent if one.startswith(("UPDATE", "INSERT INTO")) and "core_audit" not in one
        ] == []


def refusal(env: Env, mixed: Mixed, door: Any, table: str, column: str, target: str) -> str:
    """The name of what refused it; nothing is left of it."""
    savepoint = env.session.begin_nested()
    try:
        source = env.session.get_one(mixed.model(table), mixed.rows[table])
        other = env.session.get_one(mixed.model(target), mixed.copies[target])
        _documents = [
            *mixed.above(env, source),
            *mixed.above(env, other),
        ]  # what is in memory is not asked for
        door(env, source, column, other)
    except Exception as error:
        if isinstance(error, Fixed):  # what a row hangs on is written once, whatever the company
            return CompanyMismatch.__name__
        return type(error).__name__ if isinstance(error, CompanyMismatch) else repr(error)
    finally:
        savepoint.rollback()
        env.session.expunge_all()
    return "accepted"


@pytest.mark.usefixtures("without_rules_of_their_own")
@pytest.mark.parametrize("who", ["user", "platform"])
def test_every_link_to_many_is_refused_too(mixed: Mixed, who: str) -> None:
    answers = {}
    with getattr(mixed, who)() as env:
        for table, link, target in links(mixed):
            answers[table, link] = refusal(env, mixed, linked, table, link, target)

    assert {"erp_accounting_invoice_line", "crm_sales_quote_line"} <= {table for table, _link in answers}
    assert set(answers.values()) == {"CompanyMismatch"}


def linked(env: Env, source: Any, link: str, target: Any) -> None:
    getattr(source, link).append(target)
    env.session.flush()


def links(mixed: Mixed) -> Iterator[tuple[str, str, str]]:
    for table in mixed.rows:
        for link in inspect(mixed.model(table)).relationships:
            other = link.mapper.class_.__table__.name
            if link.secondary is not None and other in mixed.rows:
                yield table, link.key, other


@pytest.mark.usefixtures("without_rules_of_their_own")
def test_a_line_without_a_company_takes_it_from_its_document(mixed: Mixed) -> None:
    line, invoice = mixed.model("erp_accounting_invoice_line"), mixed.copies["erp_accounting_invoice"]
    with mixed.platform() as env:
        savepoint = env.session.begin_nested()
        document = env.session.get_one(mixed.model("erp_accounting_invoice"), invoice)
        by_id = env.add(line, invoice_id=document.id, description="By its number")
        document.lines.append(by_link := line(description="By its link"))
        env.session.flush()
        (in_bulk,) = env.bulk_insert(line, [{"invoice_id": document.id, "description": "In bulk"}])
        companies = {by_id.company_id, by_link.company_id, env.session.get_one(line, in_bulk).company_id}
        savepoint.rollback()

    assert env.company_id == mixed.two.there
    assert companies == {mixed.two.here}


@pytest.mark.usefixtures("without_rules_of_their_own")
def test_a_record_says_in_words_that_it_stays_in_its_company(mixed: Mixed) -> None:
    with mixed.user() as env:
        record = env.session.get_one(mixed.model("catalog_tax"), mixed.rows["catalog_tax"])
        record.company_id = mixed.two.here
        with pytest.raises(CompanyIsFinal) as caught:
            env.session.flush()
        env.session.expunge_all()

    assert f"Tax #{mixed.rows['catalog_tax']} stays in its company." in str(caught.value)


def test_verify_finds_every_reference_to_another_company(mixed: Mixed) -> None:
    """The copies still point to rows of the company that they were copied from."""
    pointing = set()
    with transaction(mixed.two.platform.server, mixed.two.entry) as connection:
        for table, column, _target in mixed.references:
            number = mixed.copies[table]
            if connection.scalar(text(f'SELECT "{column}" FROM {table} WHERE id = {number}')) is not None:
                pointing.add(f"{mixed.model(table).model_name} {number}: {column}")

    found = list(mixed_companies(mixed.two.platform, mixed.two.entry, mixed.two.registry))

    assert len(pointing) > 80
    assert {f"{one.record}: {one.detail.partition(':')[0]}" for one in found} == pointing
