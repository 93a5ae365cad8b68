"""Try every document of an addon in every state at every door: what its declaration refuses is refused."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError

from core.errors import CoreError
from core.orm.choices import ChoiceType
from core.orm.document import Condition
from core.rest.dispatch import Call, Dispatcher
from core.security import tokens
from core.security.document_locks import condition_of
from core.security.document_refusals import Agreed, Closed, ComputedField, FixedField, ServiceField
from core.security.document_rules import documents_of
from core.security.shapes import NOISE
from core.testing.web import Visitor, a_person
from core.views import batches
from core.views.access import views_for
from core.views.imports import Table, run_import
from core.views.saving import specs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.security.document_rules import Documents, Owner, RowRules
    from core.views.catalog import ModelViews

BY_DOCUMENT = (Agreed, Closed, ComputedField, FixedField, ServiceField)
BINDING = (Condition.AGREED, Condition.CLOSED)


class _TakenBack(Exception):
    """Leaves a savepoint without keeping what was tried in it."""


def unheld_conditions(app: Any, platform: Platform, workspace: WorkspaceEntry, addon: str) -> list[str]:
    """Each write that a declaration does not hold, as "crm_sales.order confirmed: bulk wrote total", and each
    state of which there is no example."""
    person = a_person(platform, workspace, name="Documents")
    visitor, found = Visitor(app, workspace, person), []
    with platform.env(workspace) as env:
        documents = documents_of(env.registry)
        token = tokens.create(env, "Documents", ["write"], user_id=person.id)
        cases = [
            (rules, status, member)
            for rules in documents.rows.values()
            if rules.document is not None and rules.shape.cls.addon == addon
            for status in sorted(rules.document.decisive)
            for member in _members(rules, status)
        ]
        states = [
            (rules, str(getattr(member, "value", member)), _example(env, rules, status, member))
            for rules, status, member in cases
        ]
    found += [f"{rules.name} {state}: no example" for rules, state, number in states if number is None]
    with platform.env(workspace, user=person.who()) as env:
        for rules, state, number in states:
            if number is not None:
                one = _Tried(env, documents, rules, number)
                found += [f"{rules.name} {state}: {what}" for what in one.inside()]
    caller = _caller(Dispatcher(platform), workspace, token)
    for rules, state, number in states:
        if number is not None:
            with platform.env(workspace, user=person.who()) as env:
                tried = _Tried(env, documents, rules, number)
                before, attempts = tried.stored(), list(tried.outside(caller, visitor))
            open_doors = [f"{door}: {answer}" for door, attempt in attempts if (answer := attempt()) < 400]
            with platform.env(workspace, user=person.who()) as env:
                if _Tried(env, documents, rules, number).stored() != before:
                    found.append(f"{rules.name} {state}: written by {open_doors}")
    return found


def _members(rules: RowRules, key: str) -> list[Any]:
    kind = inspect(rules.shape.cls).column_attrs[key].columns[0].type
    return list(kind.choices) if isinstance(kind, ChoiceType) else []


def _example(env: Env, rules: RowRules, key: str, member: Any) -> int | None:
    model: Any = rules.shape.cls
    return env.session.scalars(
        select(model.id).where(getattr(model, key) == member).order_by(model.id.desc()).limit(1)
    ).first()


def _caller(dispatcher: Dispatcher, workspace: WorkspaceEntry, token: str) -> Callable[..., int]:
    def call(method: str, path: str, body: Any = None) -> int:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body, default=str).encode()
        return dispatcher.answer(
            Call(workspace, method, path, {}, headers, sent, "documents", "127.0.0.1")
        ).status

    return call


class _Tried:
    """One document in one state, with a line of each kind."""

    def __init__(self, env: Env, documents: Documents, rules: RowRules, number: int) -> None:
        assert rules.document is not None
        self.env, self.rules, self.declared, self.number = env, rules, rules.document, number
        self.condition = condition_of(env.session, rules.document, number)  # type: ignore[arg-type]  # guarded
        self.refuses = self.condition is Condition.CLOSED or (
            self.condition is Condition.AGREED and rules.document.amend is None
        )
        self.values: dict[tuple[str, int], dict[str, Any]] = {}
        self.lines: list[tuple[RowRules, Owner, int, int]] = []
        """What each belongs to comes last."""
        self._add_lines(documents, rules.name, number)

    def _add_lines(self, documents: Documents, name: str, number: int) -> None:
        """A line of each kind, over any number of owners."""
        for row in documents.rows.values():
            for owner in row.owners:
                if owner.model == name and row.name not in {name, *(one[0].name for one in self.lines)}:
                    where = getattr(_of(row), owner.key) == number
                    found = self.env.session.scalars(select(_of(row).id).where(where).limit(1)).first()
                    if found is not None:
                        self.lines.append((row, owner, found, number))
                        self._add_lines(documents, row.name, found)

    def inside(self) -> Iterator[str]:
        """Sessions, bulk statements, import and mass edit, each taken back."""
        for key in self._columns(self.rules):
            must = self.refuses and key not in self.rules.free[self.condition]
            must |= key in self.rules.service | self.rules.computed
            must |= self.condition is Condition.AGREED and key in self.rules.fixed
            doors = {"session": self._set, "elevated session": self._set_elevated, "bulk": self._set_in_bulk}
            for door, write in doors.items():
                if must or door == "session":
                    yield from self._say(self.rules, self.number, door, key, write, must)
        if self.refuses:
            yield from self._files_and_batches()
        for row, owner, number, above in self.lines:
            for key in self._columns(row):
                must = self.refuses and key not in row.free[self.condition]
                must |= key in row.service | row.computed
                for door, write in {"session": self._set, "bulk": self._set_in_bulk}.items():
                    if must or door == "session":
                        yield from self._say(row, number, f"line, {door}", key, write, must)
            for door, action in self._line_actions(row, owner.key, number, above):
                yield from self._judge(f"{row.name}, {door}", "", self._outcome(action), self.refuses)

    def outside(self, call: Callable[..., int], visitor: Visitor) -> Iterator[tuple[str, Callable[[], int]]]:
        """REST and the line grid, which commit: only what must change nothing."""
        if not self.refuses:
            return
        base = f"/api/v1/{self.rules.name}/{self.number}"
        for key in self._columns(self.rules):
            if key not in self.rules.free[self.condition]:
                body = {key: other_value(self.rules, key, self._value(self.rules, self.number, key))}
                yield f"REST {key}", partial(call, "PATCH", base, body)
        yield "REST delete", partial(call, "DELETE", base)
        for row, owner, number, above in self.lines:
            line = f"/api/v1/{row.name}"
            for key in self._columns(row):
                if key in row.free[self.condition]:
                    continue
                body = {key: other_value(row, key, self._value(row, number, key))}
                yield (
                    f"REST line {key}",
                    partial(call, "PATCH", f"{line}/{number}", body),
                )
            copy = self._copy(row, number) | {owner.key: above}
            yield "REST new line", partial(call, "POST", line, copy)
            yield "REST delete line", partial(call, "DELETE", f"{line}/{number}")
            link = owner.collections[0] if owner.collections else ""
            page = f"/app/{owner.model.replace('.', '/')}/{above}/lines/{link}"
            yield "line grid", partial(_posted, visitor, page, {f"{link}.{number}.delete": "1"})

    def stored(self) -> Any:
        """The document and its lines as the database has them."""
        rows = [(self.rules, self.number), *((row, number) for row, _owner, number, _above in self.lines)]
        count = [
            len(
                self.env.session.scalars(
                    select(_of(row).id).where(getattr(_of(row), owner.key) == above)
                ).all()
            )
            for row, owner, _number, above in self.lines
        ]
        return [self._read(row, number) for row, number in rows], count

    def _columns(self, rules: RowRules) -> list[str]:
        owners = {owner.key for owner in rules.owners}
        return sorted(rules.shape.columns - NOISE - owners - {"id", "company_id"})

    def _value(self, rules: RowRules, number: int, key: str) -> Any:
        if (rules.name, number) not in self.values:
            self.values[rules.name, number] = self._read(rules, number)
        return self.values[rules.name, number][key]

    def _read(self, rules: RowRules, number: int) -> dict[str, Any]:
        keys = self._columns(rules)
        with self.env.system("documents") as system:
            query = select(*(getattr(_of(rules), key) for key in keys)).where(_of(rules).id == number)
            row = system.session.execute(query).one_or_none()
        return dict(zip(keys, row or [None] * len(keys), strict=True))

    def _set(self, rules: RowRules, number: int, key: str, value: Any) -> None:
        setattr(self.env.get(rules.shape.cls, number), key, value)

    def _set_elevated(self, rules: RowRules, number: int, key: str, value: Any) -> None:
        with self.env.system("documents") as system:
            setattr(system.get(rules.shape.cls, number), key, value)

    def _set_in_bulk(self, rules: RowRules, number: int, key: str, value: Any) -> None:
        with self.env.system("documents") as system:
            system.bulk_update(rules.shape.cls, _of(rules).id == number, {key: value})

    def _line_actions(
        self, row: RowRules, owner: str, number: int, above: int
    ) -> Iterator[tuple[str, Callable[[], Any]]]:
        model, copy = row.shape.cls, self._copy(row, number) | {owner: above}
        yield "session: new", lambda: self.env.add(model, **copy)
        yield "session: delete", lambda: self.env.session.delete(self.env.get(model, number))
        yield "bulk: new", lambda: self.env.bulk_insert(model, [copy])
        yield "bulk: delete", lambda: self.env.bulk_delete(model, _of(row).id == number)

    def _copy(self, row: RowRules, number: int) -> dict[str, Any]:
        left = row.service | row.computed
        values = {key: self._value(row, number, key) for key in self._columns(row) if key not in left}
        return {key: value for key, value in values.items() if value is not None}

    def _files_and_batches(self) -> Iterator[str]:
        views, before = views_for(self.env, self.rules.name), self.stored()
        typed = {key for path in specs_of(views) for key in (path, f"{path}_id")}
        for key in self._columns(self.rules):
            if key in self.rules.free[self.condition] or key not in typed:
                continue
            value = str(other_value(self.rules, key, self._value(self.rules, self.number, key)))
            path = key.removesuffix("_id")
            table = Table(["id", key], [[str(self.number), value]])
            doors: dict[str, Callable[[], Any]] = {
                "import": partial(self._import, table, {"id": "id", key: path}),
                "mass edit": partial(self._edit_many, views, path, value),
            }
            for door, attempt in doors.items():
                changed: list[Any] = []
                self._outcome(attempt, partial(self._note, changed))
                if changed and changed[0] != before:
                    yield f"{door} wrote {key}"

    def _import(self, table: Table, mapping: dict[str, str]) -> None:
        run_import(self.env, self.rules.name, table, mapping, key=("id",))

    def _edit_many(self, views: ModelViews, path: str, value: str) -> None:
        batches.start(self.env, batches.begin_edit(self.env, views, [self.number], path, [value]))

    def _note(self, found: list[Any]) -> None:
        found.append(self.stored())

    def _say(
        self, rules: RowRules, number: int, door: str, key: str, write: Callable[..., None], must: bool
    ) -> Iterator[str]:
        value = other_value(rules, key, self._value(rules, number, key))
        outcome = self._outcome(lambda: write(rules, number, key, value))
        yield from self._judge(door, key, outcome, must)
        free = self.condition in BINDING and key in rules.free[self.condition]
        if free and not must and isinstance(outcome, BY_DOCUMENT):
            yield f"{door} refused {key}, which is free"

    def _judge(self, door: str, key: str, outcome: BaseException | None, must: bool) -> Iterator[str]:
        if must and outcome is None:
            yield f"{door} wrote {key}"

    def _outcome(
        self, attempt: Callable[[], Any], then: Callable[[], Any] | None = None
    ) -> BaseException | None:
        """Why something was refused; None when it was written, with totals that follow from the lines."""
        try:
            with self.env.session.begin_nested():
                attempt()
                self.env.session.flush()
                if then is not None:
                    then()
                self._check_totals()
                raise _TakenBack
        except _TakenBack:
            return None
        except (CoreError, DBAPIError) as error:
            return error

    def _check_totals(self) -> None:
        document = self.env.session.get(self.rules.shape.cls, self.number)
        if document is None or self.declared.total is None or self.condition is Condition.CLOSED:
            return
        self.env.session.expire_all()
        keys = sorted(self.rules.computed)
        stored = [getattr(document, key) for key in keys]
        self.declared.total(self.env, document)
        assert [getattr(document, key) for key in keys] == stored, f"{self.rules.name}: totals differ"


def _posted(visitor: Visitor, page: str, form: dict[str, Any]) -> int:
    return visitor.post(page, form, partial=True).status_code


def _of(rules: RowRules) -> Any:
    return rules.shape.cls


def other_value(rules: RowRules, key: str, value: Any) -> Any:
    """A value of the column's kind that it does not have now."""
    column = inspect(rules.shape.cls).column_attrs[key].columns[0]
    kind: Any = column.type
    if isinstance(kind, ChoiceType):
        return next(member for member in kind.choices if member != value)
    python = kind.python_type
    if column.foreign_keys:
        return (value or 0) + 1_000_000
    begins: dict[type, Any] = {
        bool: lambda: not value,
        int: lambda: (value or 0) + 1,
        Decimal: lambda: (value or Decimal(0)) + 1,
        datetime: lambda: (value or datetime.now().astimezone()) + timedelta(days=1),
        date: lambda: (value or date.today()) + timedelta(days=1),  # noqa: DTZ011 - any day will do
        str: lambda: ("X" if value != "X" else "Y")[: kind.length or 1] if hasattr(kind, "length") else "X",
        list: lambda: [*(value or []), "x"],
        dict: lambda: {**(value or {}), "x": 1},
    }
    if python not in begins:  # JSON
        python = type(value) if type(value) in begins else dict
    return begins[python]()
