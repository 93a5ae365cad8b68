"""Triggers that hold companies apart in the database, written from what the models declare.

A composite foreign key would need a company in every owned line and a second unique index on every table that
is pointed to, and it lets a row pass, or refuses it, as soon as one side is shared. A trigger asks for the
company of both sides by the ids that are there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from sqlalchemy import inspect

from core.orm.ddl import Trigger
from core.security.companies import KEY, companies_of
from core.security.refusals import CompanyIsFinal, CompanyMismatch, ReferenceRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from psycopg.errors import RaiseException

    from core.errors import CoreError
    from core.registry.compose import Registry
    from core.security.companies import Companies, CompanyReference
    from core.security.shapes import Shape

MISMATCH: Final = "same_company"
FINAL: Final = "company_is_final"
"""Names of constraints that the triggers give when they refuse; see ``refusal_of``."""
LONGEST_NAME: Final = 63
"""Bytes that PostgreSQL keeps of a name."""


def company_triggers(registry: Registry) -> Iterator[tuple[str, str, Trigger]]:
    """(unit, table, trigger) of every model whose rows belong to a company, and of every unit that adds
    references to it."""
    companies = companies_of(registry)
    for name in companies.of:
        shape = companies.shapes.by_name[name]
        table = _table(shape)
        own_unit = registry.table_units[table]
        by_unit: dict[str, list[CompanyReference]] = defaultdict(list)
        for reference in companies.of[name].references:
            by_unit[registry.column_units[table, _column(shape, reference.key)]].append(reference)
        yield own_unit, table, _own_trigger(companies, shape, by_unit.pop(own_unit, []))
        for unit, references in sorted(by_unit.items()):
            yield unit, table, _added_trigger(companies, shape, unit, references)


def mismatch_queries(registry: Registry) -> Iterator[tuple[str, str, str, str]]:
    """(model, column, model pointed to, SELECT): the ids and companies of both sides where they differ."""
    companies = companies_of(registry)
    for name, belonging in companies.of.items():
        shape = companies.shapes.by_name[name]
        for reference in belonging.references:
            target, key = companies.shapes.by_name[reference.target], _column(shape, reference.key)
            ours, theirs = _company(companies, shape, "t"), _company(companies, target, "r")
            query = (
                f"SELECT * FROM (SELECT t.id, {ours} AS ours, r.id AS other, {theirs} AS theirs"  # noqa: S608 - declared names
                f" FROM {_table(shape)} t JOIN {_table(target)} r ON r.id = t.{key}) pair"
                " WHERE theirs <> ours OR (theirs IS NOT NULL AND ours IS NULL) ORDER BY id"
            )
            yield name, key, target.name, query


def company_refusal(
    companies: Companies, raised: RaiseException, seen: Collection[int] | None
) -> CoreError | None:
    """What one of these triggers refused, in words; None when another one did.

    ``seen``: the companies of whoever reads it, who is not told what there is in others; None for the
    platform.
    """
    said = raised.diag
    if said.constraint_name not in (MISMATCH, FINAL):
        return None
    name = companies.shapes.by_table_name[str(said.table_name)]
    model = companies.shapes.by_name[name].cls
    numbers = [int(number) for number in str(said.message_detail).split()]
    if said.constraint_name == FINAL:
        return CompanyIsFinal(model, {"id": numbers[0]})
    target = next(
        one.target
        for one in companies.of[name].references
        if _column(companies.shapes.by_name[name], one.key) == said.column_name
    )
    other = companies.shapes.by_name[target].cls
    if seen is not None and numbers[2] not in seen:
        return ReferenceRefused(other, numbers[1:2])
    return CompanyMismatch(model, {"id": numbers[0]}, other, numbers[1])


def _own_trigger(companies: Companies, shape: Shape, references: Sequence[CompanyReference]) -> Trigger:
    """What the model itself points to, and that its company is final."""
    owner = companies.of[shape.name].owner
    keys = [_column(shape, KEY if owner is None else owner.key)]
    keys += [_column(shape, reference.key) for reference in references]
    when = "INSERT OR " if references else ""
    stays = f"""
  IF TG_OP = 'UPDATE' THEN
    IF {_company(companies, shape, "OLD")} IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = '{FINAL}', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;"""
    body = _body(companies, shape, references, stays)
    return Trigger(MISMATCH, f"AFTER {when}UPDATE OF {', '.join(keys)}", body)


def _added_trigger(
    companies: Companies, shape: Shape, unit: str, references: Sequence[CompanyReference]
) -> Trigger:
    """What another addon, or a wire, lets the model point to."""
    keys = [_column(shape, reference.key) for reference in references]
    return Trigger(
        _name(_table(shape), unit),
        f"AFTER INSERT OR UPDATE OF {', '.join(keys)}",
        _body(companies, shape, references, ""),
        when=" OR ".join(f"NEW.{key} IS NOT NULL" for key in keys),
    )


def _name(table: str, unit: str) -> str:
    name = f"{MISMATCH}_{unit}"
    room = LONGEST_NAME - len(table) - 1
    return name if len(name) <= room else f"{name[: room - 9]}_{crc32(unit.encode()):08x}"


def _body(companies: Companies, shape: Shape, references: Sequence[CompanyReference], before: str) -> str:
    sides = "\n    UNION ALL ".join(
        f"SELECT '{_column(shape, one.key)}', t.id, {_company(companies, target, 't')}"  # noqa: S608 - declared names
        f" FROM {_table(target)} t WHERE t.id = NEW.{_column(shape, one.key)}"
        for one in references
        for target in (companies.shapes.by_name[one.target],)
    )
    compared = f"""
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    {sides}
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = '{MISMATCH}', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;"""  # noqa: S608 - declared names
    found = "\n  wrong text;\n  other text;" if references else ""
    return f"""
DECLARE
  own bigint := {_company(companies, shape, "NEW")};{found}
BEGIN{before}{compared if references else ""}
  RETURN NULL;
END;"""


def _company(companies: Companies, shape: Shape, row: str) -> str:
    """The company of a row as SQL; of a line, that of its document."""
    if shape.company_owned:
        return f"{row}.{_column(shape, KEY)}"
    owner = companies.of[shape.name].owner
    assert owner is not None  # noqa: S101 - a model of companies has a company or an owner
    above = companies.shapes.by_name[owner.target]
    alias = f"{row.lower()}_o"
    inner = _company(companies, above, alias)
    return (
        f"(SELECT {inner} FROM {_table(above)} {alias} WHERE {alias}.id = {row}.{_column(shape, owner.key)})"  # noqa: S608 - declared names
    )


def _table(shape: Shape) -> str:
    table: Any = inspect(shape.cls).local_table
    return str(table.name)


def _column(shape: Shape, key: str) -> str:
    return str(inspect(shape.cls).attrs[key].columns[0].name)
