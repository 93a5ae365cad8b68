"""A form: sections and tabs of fields, editable lines, business verbs, links to what belongs to the
record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from core.env import Env


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form or of a line. A plain string stands for ``Field(string)``.

    readonly, required, visible: a fixed answer, or asked for the record shown. A nullable column is optional,
    every other one required, unless said otherwise here.
    options: narrows what a relation offers: ``lambda env, record, party: party.is_customer``.
    after: only in a ``FormExtension``: the field it stands after.
    template: a template of the addon for this field, given ``record``, ``field`` and ``value``.
    label_of: the label on the page of one record, where it depends on it; ``label`` is its name elsewhere.
    used: whether the company at work uses it at all; asked once for the page, before ``visible``.
    """

    path: str
    label: str = ""
    readonly: bool | Callable[[Any], bool] | None = None
    required: bool | Callable[[Any], bool] | None = None
    visible: bool | Callable[[Any], bool] = True
    placeholder: str = ""
    help: str = ""
    kind: str = ""
    options: Callable[[Env, Any, type[Any]], ColumnElement[bool]] | None = None
    after: str = ""
    template: str = ""
    label_of: Callable[[Any], str] | None = None
    used: Callable[[Env], bool] | None = None


class Section:
    """A titled block of one or more columns of fields: ``Section(_("General"), ("title", "party"),
    ("owner",))``."""

    __slots__ = ("after", "columns", "title", "visible")

    def __init__(
        self,
        title: str,
        *columns: Sequence[str | Field],
        visible: bool | Callable[[Any], bool] = True,
        after: str = "",
    ) -> None:
        self.title = title
        self.columns = tuple(tuple(column) for column in columns)
        self.visible = visible
        self.after = after


@dataclass(frozen=True, slots=True)
class Total:
    """One row under editable lines. ``final`` is the figure everybody looks for."""

    label: str
    amount: Decimal
    note: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines edited in place: ``Lines("lines", ("product", "quantity", "price"), picker="product")``.

    picker: the relation typed into in the last row; choosing adds a line. Default: the first relation column.
    picked: ``picked(env, record, line)`` fills the new line from what was chosen (description, price, taxes).
    changed: ``changed(env, record, line)`` after a cell of a line changed, before totals (amounts).
    totals: ``totals(env, record)`` gives the rows under the table; recomputed at each change.
    hint: ``hint(env, chosen)`` a short text at the right of an option of the picker (stock, price).
    position: the column lines are ordered by; without it they cannot be moved.
    kind: the choice column whose values "section" and "note" make a line a heading or a remark, with ``text``
    alone; a section shows the sum of ``amount`` of the lines after it.
    fixed: the rows are given: they are edited, none is added, moved or taken away.
    """

    path: str
    columns: tuple[str | Field, ...]
    picker: str = ""
    picked: Callable[[Env, Any, Any], None] | None = None
    changed: Callable[[Env, Any, Any], None] | None = None
    totals: Callable[[Env, Any], Sequence[Total]] | None = None
    hint: Callable[[Env, Any], str] | None = None
    position: str = "position"
    kind: str = ""
    text: str = "description"
    amount: str = "net"
    readonly: bool | Callable[[Any], bool] | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a tab drawn by a template of the addon, given ``record``, ``env`` and what ``context``
    returns."""

    template: str
    context: Callable[[Env, Any], dict[str, Any]] | None = None


class Tab:
    """A tab under the sections: ``Tab(_("Lines"), Lines(...))``; it may hold lines, sections and parts."""

    __slots__ = ("after", "content", "count", "name", "title", "visible")

    def __init__(
        self,
        title: str,
        *content: Lines | Section | Part,
        name: str = "",
        count: Callable[[Env, Any], int] | None = None,
        visible: bool | Callable[[Any], bool] = True,
        after: str = "",
    ) -> None:
        self.title = title
        self.content = content
        self.name = name
        self.count = count
        self.visible = visible
        self.after = after


@dataclass(frozen=True, slots=True)
class Ask:
    """Something an action needs to know first; asked in a dialog, passed to the service by name.

    kind: "text", "long", "number", "money", "quantity", "date", "bool", "choice" (with ``choices``) or
    "relation" (with ``model``). default: ``default(env, record)``.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[tuple[str, str], ...] | Callable[[Env], Sequence[tuple[str, str]]] = ()
    model: type[Any] | str = ""
    options: Callable[[Env, Any, type[Any]], ColumnElement[bool]] | None = None
    default: Callable[[Env, Any], Any] | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A business verb: a button of the form (or of the bulk bar) and ``POST .../actions/<name>`` of the API.

    service: ``service(env, record, **asked)``. It may return a record or an address to go to next.
    visible: asked for the record; a verb that is not visible answers 409 when called all the same.
    confirm: a question that names the record, for what cannot be undone; a text or ``lambda record: text``.
    keep: the words of the button that changes nothing ("Keep the invoice").
    """

    name: str
    service: Callable[..., Any]
    label: str
    primary: bool | Callable[[Any], bool] = False
    visible: Callable[[Any], bool] | None = None
    confirm: str | Callable[[Any], str] | None = None
    explain: str = ""
    keep: str = ""
    ask: tuple[Ask, ...] = ()
    icon: str = ""
    danger: bool = False
    role: str = ""
    done: str = ""
    """What the toast says: ``_("Order confirmed.")``."""
    menu: bool = False
    """In the "More actions" menu instead of a button of its own."""
    bulk: bool = False
    """On a form's action: offered for a selection of the list too."""


@dataclass(frozen=True, slots=True)
class Smart:
    """A button to what belongs to the record, with its number.

    Either ``target`` and ``via`` (the model and its reference to this record: count and filtered list come by
    themselves), or ``count(env, record)`` and ``url(env, record)``. None as count hides the button.
    """

    name: str
    label: str
    icon: str = "link"
    target: str = ""
    via: str = ""
    count: Callable[[Env, Any], int | None] | None = None
    url: Callable[[Env, Any], str] | None = None
    list_name: str = ""
    visible: bool | Callable[[Any], bool] = True


@dataclass(frozen=True, slots=True)
class Many:
    """How records of a model come in many at once; imports use it instead of ``Form.create``.

    Values are columns by attribute (``parent_id``), tags a list of ids.
    check: ``check(env, values)`` raises Invalid for what cannot be right in one row.
    create: ``create(env, rows) -> ids`` writes checked rows, all or none, and all that one record brings.
    alike: ``alike(env, rows) -> sentences``: which record, or earlier row, each row is likely the same as;
    empty for none. Such rows are left out unless the person wants them all the same.
    """

    check: Callable[[Env, dict[str, Any]], None]
    create: Callable[[Env, Sequence[dict[str, Any]]], Sequence[int]]
    alike: Callable[[Env, Sequence[Mapping[str, Any]]], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The page of one record.

    title, subtitle: an attribute, or ``lambda record: text``. status: the choice shown as the ribbon;
    ``steps`` its values in order when not all of them belong there.
    readonly: True for a record that has no inputs at all (posted, closed).
    deletable: False, or asked for the record, hides Delete; the ORM and the roles decide anyway.
    defaults: what a new record begins with where its columns cannot say it, by path:
    ``{"currency": lambda env: env.company.currency}``; shown on a new page, filled in for programs and files.
    create: ``create(env, values) -> record``: the service that makes a new one (default: ``env.add``). Values
    are the fields that were said and the new lines by their path; lines it leaves out are added afterwards.
    many: the services that make many at once, for imports.
    changed: ``changed(env, record, names)`` after fields were set and before they are checked and saved.
    warn: sentences shown above the form (a credit limit, a possible duplicate).
    """

    model: type[Any]
    sections: tuple[Section, ...] = ()
    tabs: tuple[Tab, ...] = ()
    title: str | Callable[[Any], str] = ""
    subtitle: str | Callable[[Any], str] = ""
    status: str = ""
    steps: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    smart: tuple[Smart, ...] = ()
    readonly: bool | Callable[[Any], bool] = False
    deletable: bool | Callable[[Any], bool] = True
    defaults: Mapping[str, Callable[[Env], Any]] = field(default_factory=dict)
    create: Callable[[Env, dict[str, Any]], Any] | None = None
    many: Many | None = None
    changed: Callable[[Env, Any, frozenset[str]], None] | None = None
    warn: Callable[[Env, Any], Sequence[str]] | None = None
    timeline: bool = True
    reports: tuple[str, ...] = ()
    """Names of declared reports offered under Print."""
    mail: bool = True
    """Whether "Send" stands beside Print; False where a verb of the form itself sends the document."""
    template: str = ""
    """A template of the addon that replaces the generic page; it is given the same context."""
