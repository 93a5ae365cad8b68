"""A record points only to records of its own company, or to those that the companies of a workspace share.

The company of a record is its own ``company_id``, else that of the document it is a line of. A row that joins
a shared record, such as a product, to records of companies may join it to those of several: its reader sees
those of the companies at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection, attributes
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.util import identity_key

from core.errors import AddonError
from core.orm.model import CompanyOwned
from core.security import kept
from core.security.judge import UNKNOWN as UNREAD
from core.security.refusals import CompanyIsFinal, CompanyMismatch
from core.security.shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from core.registry.compose import Registry
    from core.security.guard import GuardedSession
    from core.security.judge import State
    from core.security.shapes import Shape, Shapes


class Unknown:
    """The company of a row that is not in memory: the database's triggers decide about it."""


UNKNOWN: Final = Unknown()
Company = int | Unknown | None
"""None: the companies of the workspace share the row."""
KEY: Final = "company_id"


@dataclass(frozen=True, slots=True)
class CompanyReference:
    """A column that points to a model whose rows belong to one company each."""

    key: str
    target: str
    links: tuple[str, ...]
    """The relationships that set the column."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """How a model's rows belong to a company, and what they point to."""

    owner: CompanyReference | None
    """Leads to the document whose company it is, where the model has no ``company_id`` of its own."""
    documents: tuple[CompanyReference, ...]
    """Where a new row that says no company takes it from."""
    references: tuple[CompanyReference, ...]
    """To rows that must be of the same company."""
    links: tuple[tuple[str, str], ...]
    """(attribute, model) of many-to-many links to rows of companies."""
    deciding: frozenset[str]
    """Attributes whose change makes the row be looked at again."""


class Companies:
    """The belonging of every model of a registry whose rows are of one company each; others share theirs."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.of: dict[str, Belonging] = {}
        names = [name for name in shapes.by_name if self.is_of_company(name)]
        self._refuse_shared(names)
        for name in names:
            self.of[name] = self._belonging(shapes.by_name[name], names)

    def is_of_company(self, name: str) -> bool:
        """Whether each row of a model belongs to one company, or says that all share it."""
        shape = self.shapes.by_name[name]
        return shape.company_owned or any(
            self.is_of_company(owner) for _key, owner in shape.owners if owner != name
        )

    def joined(self, shape: Shape) -> tuple[tuple[str, str], ...]:
        """(column, model) of what a shared record is joined to by these rows, where that is a company's."""
        if shape.name in self.of or not self.shapes.joins(shape):
            return ()
        return tuple((one.key, one.target) for one in shape.references if one.target in self.of)

    def _refuse_shared(self, names: Collection[str]) -> None:
        """A shared row that points to a company's would show, and let others change, what is its own."""
        for name, shape in self.shapes.by_name.items():
            if name in names or self.shapes.joins(shape):
                continue
            for reference in shape.references:
                if reference.target in names:
                    where, target = f"{name}.{reference.key}", reference.target
                    raise AddonError(
                        f"{where}: a shared row points to a company's {target}.",
                        hint=f"Make {name} CompanyOwned; where all companies share it, link by a join model"
                        " (through=...), so that each has its own.",
                    )

    def _belonging(self, shape: Shape, names: Collection[str]) -> Belonging:
        found = {
            one.key: CompanyReference(one.key, one.target, _links_over(shape, one.key))
            for one in shape.references
            if one.target in names
        }
        documents = tuple(found[key] for key, owner in shape.owners if owner != shape.name and key in found)
        links = tuple(
            (link.key, link.mapper.class_.model_name)
            for link in inspect(shape.cls).relationships
            if link.key in shape.many_to_many and link.mapper.class_.model_name in names
        )
        owner = None if shape.company_owned else documents[0]
        return Belonging(
            owner=owner,
            documents=documents,
            references=tuple(one for one in found.values() if one is not owner),
            links=links,
            deciding=frozenset((KEY, *found, *(key for key, _model in links))),
        )


def _links_over(shape: Shape, key: str) -> tuple[str, ...]:
    return tuple(
        link.key
        for link in inspect(shape.cls).relationships
        if link.direction is RelationshipDirection.MANYTOONE
        and not link.viewonly
        and any(column.key == key for column in link.local_columns)
    )


def companies_of(registry: Registry) -> Companies:
    """How the models of a registry belong to companies, computed at its first use."""
    return registry.whole.memo("security.companies", lambda composed: Companies(shapes_of(composed)))


def refuse_mismatch(session: GuardedSession, state: State, shape: Shape, changed: Collection[str]) -> None:
    """Refuse a new or changed record that memory shows to point to another company's.

    ``changed`` is empty for a new one. What memory does not know is left to the triggers of the database: it
    costs no statement.
    """
    belonging = session.companies.of.get(shape.name)
    if belonging is None or (changed and not belonging.deciding.intersection(changed)):
        return
    if KEY in changed and shape.company_owned:
        before = state.committed_state.get(KEY)
        if before not in UNREAD and before != state.dict.get(KEY):
            raise CompanyIsFinal(shape.cls, state.dict)
    own = company_of_state(session, state, shape)
    if own is UNKNOWN:
        return
    for target, theirs, number in _pointed_to(session, state, belonging, changed):
        if theirs is not UNKNOWN and theirs is not None and theirs != own:
            model = session.companies.shapes.by_name[target].cls
            raise CompanyMismatch(shape.cls, state.dict, model, number)


def _pointed_to(
    session: GuardedSession, state: State, belonging: Belonging, changed: Collection[str]
) -> Iterator[tuple[str, Company, int | None]]:
    """(model, company, id) of what a record points to."""
    for reference in belonging.references:
        yield reference.target, *_company_behind(session, state, reference)
    for key, target in belonging.links:
        if key not in state.committed_state:
            continue
        for other in attributes.get_history(state.obj(), key).added:
            linked = instance_state(other)
            shape = session.companies.shapes.by_name[target]
            yield target, company_of_state(session, linked, shape), linked.dict.get("id")


def company_of_state(session: GuardedSession, state: State, shape: Shape) -> Company:
    """The company of a record in memory, as it will be written; UNKNOWN when memory does not tell."""
    if shape.company_owned:
        found: Company = state.dict.get(KEY, UNKNOWN)
        if state.key is None and found in (None, UNKNOWN) and issubclass(shape.cls, CompanyOwned):
            return document_company(session, state, shape)
        return found
    belonging = session.companies.of.get(shape.name)
    if belonging is None or belonging.owner is None:
        return None
    return _company_behind(session, state, belonging.owner)[0]


def document_company(session: GuardedSession, state: State, shape: Shape) -> int | None:
    """The company of a new record that names none: its document's, else the one at work."""
    belonging = session.companies.of[shape.name]
    for reference in belonging.documents:
        found, _number = _company_behind(session, state, reference)
        if isinstance(found, int):
            return found
    return session.env.company_id


def document_company_of_values(
    session: GuardedSession, shape: Shape, values: Mapping[str, Any]
) -> int | None:
    """The same of a row that is written without a record."""
    for reference in session.companies.of[shape.name].documents:
        above = session.companies.shapes.by_name[reference.target]
        number = values.get(reference.key)
        found = company_of_number(session, above, number) if isinstance(number, int) else None
        if isinstance(found, int):
            return found
    return session.env.company_id


def _company_behind(
    session: GuardedSession, state: State, reference: CompanyReference
) -> tuple[Company, int | None]:
    """The company, and the id, of the record that a column points to or is about to."""
    shape = session.companies.shapes.by_name[reference.target]
    for link in reference.links:
        if link in state.committed_state and (record := state.dict.get(link)) is not None:
            linked = instance_state(record)
            return company_of_state(session, linked, shape), linked.dict.get("id")
    if reference.key not in state.dict:
        return UNKNOWN, None
    number = state.dict[reference.key]
    return (None if number is None else company_of_number(session, shape, number)), number


def company_of_number(session: GuardedSession, shape: Shape, number: int) -> Company:
    """The company of a record by its id, when memory knows the record."""
    state = session.fresh.get((shape.name, number))
    if state is None and (record := session.identity_map.get(identity_key(shape.cls, number))) is not None:
        state = instance_state(record)
    if state is not None and state not in session.strangers:
        return company_of_state(session, state, shape)
    rows = kept.rows_of(session, session.plan.models[shape.name])
    values = None if rows is None else rows.by_id.get(number)
    return UNKNOWN if values is None else _company_of_values(session, shape, values)


def _company_of_values(session: GuardedSession, shape: Shape, values: Mapping[str, Any]) -> Company:
    if shape.company_owned:
        company: Company = values.get(KEY, UNKNOWN)
        return company
    owner = session.companies.of[shape.name].owner
    if owner is None or not isinstance(values.get(owner.key), int):
        return UNKNOWN
    return company_of_number(session, session.companies.shapes.by_name[owner.target], values[owner.key])
