"""A workspace where a salesperson meets rows, of every model, about records that they may not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from addons.base.services import calendar_feed
from addons.erp_stock.models import kept as stock_kept
from core.security import tokens
from core.security.shapes import shapes_of
from core.testing.web import Person, a_person
from tests.security.test_every_route import Quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.orm.follows import Follows
    from core.platform import Platform
    from core.testing.workspaces import Workspaces

SECRET, SHOWN = "Zanzibar", "Kilimanjaro"


@dataclass
class Ground:
    """A workspace where a salesperson meets rows about records that they may not read."""

    platform: Platform
    entry: WorkspaceEntry
    registry: Any
    who: Person
    other: int
    token: str = ""
    address: str = ""
    hidden: dict[str, int] = field(default_factory=dict)
    """Records that the salesperson may not read: another's opportunity, a journal."""
    party: int = 0
    other_party: int = 0
    """A contact that the salesperson reads and does not follow."""
    secret: dict[str, list[int]] = field(default_factory=dict)
    """Model -> rows that nothing may tell of."""
    shown: dict[str, int] = field(default_factory=dict)
    """Model -> a row of the salesperson's own on a record that they may read."""

    @property
    def followers(self) -> dict[str, Follows]:
        """The models whose rows hang on records."""
        shapes = shapes_of(self.registry).by_name
        return {name: shape.follows for name, shape in sorted(shapes.items()) if shape.follows}

    def env(self, **options: Any) -> Any:
        """A transaction of the platform itself, or of a user."""
        return self.platform.env(self.entry, registry=self.registry, **options)

    def visitor(self, app: Any) -> Quiet:
        """The salesperson, to whom an error is an answer."""
        return Quiet(app, self, self.who, self.token)  # type: ignore[arg-type]  # it only asks for the entry


def a_ground(workspaces: Workspaces) -> Ground:
    """The workspace with its rows."""
    platform = workspaces.platform
    entry = workspaces.fresh(list(platform.discovered.addons))
    registry = platform.registries.of(platform.discovered.addons)
    roles = ["base.user", "crm_sales.user", "bridge_crm_erp.user"]
    who = a_person(platform, entry, name="Idriss Benali", roles=roles)
    other = a_person(platform, entry, name="Camille Roche", roles=["base.admin"])
    made = Ground(platform, entry, registry, who, other.id)
    with made.env() as env:
        model = registry.model
        made.party = env.add(model("base.party"), name="Hôtel des Tilleuls", is_customer=True).id
        made.other_party = env.add(model("base.party"), name="Brasserie du Port").id
        foreign = a_row(env, "crm_sales.opportunity", made, owner_id=other.id)
        made.hidden = {
            "crm_sales.opportunity": foreign.id,
            "erp_accounting.journal": one_of(env, made, "erp_accounting_journal"),
        }
    with made.env() as env:
        # the references last: what they lead to is there by then
        ordered = sorted(made.followers.items(), key=lambda one: bool(one[1].references))
        for name, follows in ordered:
            made.secret[name] = [row.id for row in secret_rows(env, made, name, follows)]
            shown = a_row(env, name, made, about=("base.party", made.party), mine=who.id, mark=SHOWN)
            made.shown[name] = shown.id
    with made.env(user=who.who()) as env:
        made.token = tokens.create(env, "Till", ["read", "write"])
        _feed, made.address = calendar_feed.make(env, "Phone")
    return made


def secret_rows(env: Env, ground: Ground, name: str, follows: Follows) -> Iterator[Any]:
    """The reader's own rows on records that they may not read; a stranger's rows on one that they may."""
    for about in ground.hidden.items():
        yield a_row(env, name, ground, about=about, mine=ground.who.id)
    if follows.mine and not follows.references:
        yield a_row(env, name, ground, about=("base.party", ground.other_party), mine=ground.other)


def a_row(
    env: Env,
    name: str,
    ground: Ground,
    *,
    about: tuple[str, int] | None = None,
    mine: int = 0,
    mark: str = SECRET,
    **values: Any,
) -> Any:
    """A row of any model: what must be filled in is, and every text says the mark."""
    model = ground.registry.model(name)
    follows = model.__follows__
    stock_kept.keep(env)
    for column in model.__table__.columns:
        if column.name not in values:
            filled = filling(env, ground, column, mark)
            if filled is not None:
                values[column.name] = filled
    if follows is not None:
        for named, numbered in follows.pairs:
            values |= dict(zip((named, numbered), about or (None, None), strict=True))
        for key in follows.references:
            values[key] = rows_about(ground, about)
        values |= {one: mine for one in follows.mine if isinstance(one, str)}
    row = model(**values)
    env.session.add(row)
    env.session.flush()
    return row


def rows_about(ground: Ground, about: tuple[str, int] | None) -> int:
    """A message about the same record."""
    if about == ("base.party", ground.party):
        return ground.shown["base.message"]
    return ground.secret["base.message"][list(ground.hidden.items()).index(about)] if about else 0


def filling(env: Env, ground: Ground, column: Any, mark: str) -> Any:
    """Something for a column that must be filled in; the mark for texts that take it."""
    if column.name == "id" or column.computed is not None:
        return None
    kind = None if column.name == "search_tokens" else column.type.python_type
    room = getattr(column.type, "length", None) or 100
    plain = kind is str and not column.foreign_keys and not getattr(column.type, "choices", None)
    if plain and room > 30 and column.name not in {"model", "url"}:
        return f"{mark} {uuid4().hex[:8]}"
    if column.nullable or column.server_default is not None or column.default is not None:
        return None
    for key in column.foreign_keys:
        target = key.column.table.name
        return {"core_company": 1, "base_party": ground.party, "core_user": ground.other}.get(
            target
        ) or one_of(env, ground, target)
    if choices := getattr(column.type, "choices", None):
        return next(iter(choices))
    given: dict[Any, Any] = {
        int: 1,
        bytes: b"x",
        dict: {},
        list: [mark],
        date: date(2026, 11, 24),
        bool: False,
    }
    if kind is str:
        return uuid4().hex[:room]
    return datetime(2026, 11, 24, tzinfo=UTC) if kind is datetime else given.get(kind, 1)


def one_of(env: Env, ground: Ground, table: str) -> int:
    """Some row of a table, made where there is none."""
    model = next(one for one in ground.registry.models.values() if one.__table__.name == table)
    found = env.session.scalar(select(model.id).limit(1))
    return int(found or a_row(env, model.model_name, ground, mark="x").id)
