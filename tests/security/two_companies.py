"""A workspace with all apps and two companies: the second one has every kind of row, all with a mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from addons.base.services import calendar_feed, files, timeline
from addons.bridge_crm_erp.services import catching_up, drift
from core.builtin.models import Company
from core.db.transaction import transaction
from core.mail import Attachment, send
from core.platform import in_company
from core.registry.migrations import owner_in
from core.security import tokens
from core.security.shapes import shapes_of
from core.testing.web import Person, a_person
from core.views import batches, saved
from core.views.access import views_for
from core.views.imports import Table
from core.webhooks.events import forget
from core.webhooks.models import Webhook
from tests.security.routes import MARK

if TYPE_CHECKING:
    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.registry.compose import Registry
    from core.testing.workspaces import Workspaces

LEFT_AS_THEY_ARE = {
    "addon_name",
    "locale",
    "tz",
    "currency",
    "country",
    "model",
    "record_model",
    "action",
    "key",
    "kind",
}
"""Columns that pages must understand to be drawn at all."""
NOT_ROWS = {"core_audit", "core_session", "core_user", "core_user_company"}
"""Tables with a company that say what a person does, not what a company has."""
OF_ONE_PERSON = ("core_saved_view", "core_api_token", "base_calendar_feed")
"""Tables whose rows are one person's own."""


MARKS_OF_READING = {"core_audit", "core_session", "core_api_token"}
"""Who read what is noted, and that a session or a token is in use."""


@dataclass
class TwoCompanies:
    """Ana administers the first company, Ben works in the second one, Zoe in another workspace."""

    platform: Platform
    entry: WorkspaceEntry
    registry: Registry
    ana: Person
    here: int
    there: int = 0
    ben: Person | None = None
    shared: dict[str, int] = field(default_factory=dict)
    """A contact that both companies may see, with documents of the second one."""
    refused: dict[str, str] = field(default_factory=dict)
    """Tables in which no row could be invented, and why: ``more_rows`` must make one."""
    token: str = ""
    """Ana's, for the API."""
    bens_token: str = ""
    jobs: int = 0
    """A job that waits for the second company."""
    foreign: dict[str, int] = field(default_factory=dict)
    """Model -> a row of the second company, or of Ben alone."""

    def fingerprint(self) -> dict[str, str]:
        """What the second company's rows are, table by table."""
        with transaction(self.platform.server, self.entry) as connection:
            return {
                table: str(
                    connection.scalar(
                        text(
                            "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
                            f" FROM {table} t WHERE {where}"
                        )
                    )
                )
                for table, where in self.tables().items()
            }

    def every_table(self) -> dict[str, str]:
        """What the rows of the workspace are, table by table."""
        with transaction(self.platform.server, self.entry) as connection:
            tables = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = :schema"),
                {"schema": self.entry.schema},
            ).all()
            each = " UNION ALL ".join(
                f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
                for table in tables
            )
            return {str(row[0]): str(row[1]) for row in connection.execute(text(each))}

    def changed_since(self, before: dict[str, str]) -> set[str]:
        """The tables that are not what they were, but for those in which reading leaves its marks."""
        after = self.every_table()
        return {table for table in before if after[table] != before[table]} - MARKS_OF_READING

    def declared_roles(self) -> set[str]:
        """Every role there is."""
        with self.platform.env(self.entry) as env:
            return set(env.access.declared)

    def tables(self) -> dict[str, str]:
        """Table -> what picks the rows of the second company: by column, or as lines of its documents."""
        shapes = shapes_of(self.registry)
        ben = self.ben.id if self.ben else 0
        found = dict.fromkeys(OF_ONE_PERSON, f"user_id = {ben}")
        found |= {
            str(model.__table__.name): f"company_id = {self.there}"
            for model in self.registry.models.values()
            if "company_id" in model.__table__.columns and model.__table__.name not in NOT_ROWS
        }
        for _level in range(3):
            for shape in shapes.by_name.values():
                table = str(shape.cls.__table__.name)
                for key, owner in shape.owners:
                    above = str(shapes.by_name[owner].cls.__table__.name)
                    if table not in found and above in found:
                        found[table] = f"{key} IN (SELECT id FROM {above} WHERE {found[above]})"
        return found


def first_company(workspaces: Workspaces) -> TwoCompanies:
    """The workspace as long as there is nothing of the second company in it."""
    platform = workspaces.platform
    registry = platform.registries.of(set(platform.discovered.addons) - {"core"})
    entry = workspaces.fresh(registry.enabled)
    with platform.env(entry) as env:
        here = env.company.id
        forget(env)
        env.add(Webhook, name="All", url="https://hooks.example.com", events=["*"], secret="s" * 32)
    ana = a_person(platform, entry, name="Ana Admin", companies=[here])
    with platform.env(entry, user=ana.who(), company_id=here, company_ids=(here,)) as env:
        token = tokens.create(env, "Ana's program", ["write"])
    return TwoCompanies(platform, entry, registry, ana, here, token=token)


def add_second_company(two: TwoCompanies) -> None:
    """The examples of every app, what they lack, some technical rows, and the mark on all of it."""
    platform, entry = two.platform, two.entry
    with platform.env(entry) as env:
        two.there = env.add(Company, name="Second").id
        env.hooks.seed_data(env=in_company(env, two.there))
    two.ben = a_person(platform, entry, name="Ben Second", companies=[two.there])
    with platform.env(entry, user=two.ben.who(), company_id=two.there, company_ids=(two.there,)) as env:
        for name, module in env.registry.plugins.items():
            if hasattr(module, "demo_data"):
                others = [other for plugin, other in env.registry.plugins.items() if plugin != name]
                env.registry.manager.subset_hook_caller("demo_data", remove_plugins=others)(env=env)
                env.session.flush()
    with platform.env(entry, user=two.ben.who(), company_id=two.there, company_ids=(two.there,)) as env:
        more_rows(env)
        two.foreign |= technical_rows(two, env)
    invent_rows(two)
    put_mark(two)
    two.jobs = waiting_job(two)
    with platform.env(entry) as env:
        order = env.get(env.registry.model("crm_sales.order"), first_of(two, "crm_sales_order") or 0)
        product = env.session.scalars(select(env.registry.model("erp_stock.quant").product_id)).first()
        two.shared = {"base.party": order.party_id, "catalog.product": int(product or 0)}
    two.foreign |= {
        name: found
        for name, model in two.registry.models.items()
        if (found := first_of(two, str(model.__table__.name))) is not None
    }


def more_rows(env: Env) -> None:
    """What services write and the examples have nothing of."""
    model = env.registry.model
    env.add(model("base.external_system"), name="Other")
    drift.run(env)
    catching_up.ask(env)
    order = env.session.scalars(select(model("crm_sales.order"))).first()
    message = timeline.note(env, order, MARK)
    env.add(model("base.notice"), user_id=env.user.id, message_id=message.id)
    env.set_setting("test.secret", MARK)


def technical_rows(two: TwoCompanies, env: Env) -> dict[str, int]:
    """What Ben's work leaves behind: mail, files, batches, views, tokens."""
    opportunity = env.session.scalars(select(env.registry.model("crm_sales.opportunity"))).first()
    timeline.note(env, opportunity, f"{MARK} note")
    files.attach(env, opportunity, f"{MARK}.txt", MARK.encode())
    attached = (Attachment(f"{MARK}.pdf", "application/pdf", MARK.encode()),)
    send(
        env,
        to=[f"{MARK}@example.com"],
        subject=MARK,
        text=MARK,
        attachments=attached,
        record=opportunity,
    )
    views = views_for(env, "crm_sales.opportunity")
    table = Table(["Title", "Expected"], [[f"{MARK} row", "no number"], [f"{MARK} good", "5"]])
    batch = batches.begin_import(
        env, views, f"{MARK}.csv", table, {"Title": "title", "Expected": "expected"}, ()
    )
    batches.start(env, batch)
    view = saved.keep(env, "crm_sales.opportunity", "", "Ben's own", "q=mine")
    feed, _secret = calendar_feed.make(env, "Ben's own")
    two.bens_token = tokens.create(env, "Ben's own", ["read"])
    return {
        "core.batch": batch.id,
        "core.saved_view": view.id,
        "base.calendar_feed": feed.id,
        "core.api_token": tokens.of_user(env)[0].id,
        "core.company": env.company_id or 0,
    }


def waiting_job(two: TwoCompanies) -> int:
    """One job that waits for the second company; the others would keep the workers of other tests busy."""
    with two.platform.server.owner() as connection:
        kept = int(
            connection.scalar(
                text(
                    "SELECT min(id) FROM platform.procrastinate_jobs WHERE args ->> 'workspace' = :name"
                    " AND args #>> '{by,company}' = :company AND status = 'todo'"
                ),
                {"name": two.entry.name, "company": str(two.there)},
            )
        )
        connection.execute(text("SET search_path TO platform"))  # triggers of the queue need it
        connection.execute(
            text(
                "DELETE FROM platform.procrastinate_jobs WHERE args ->> 'workspace' = :name AND id <> :kept"
            ),
            {"name": two.entry.name, "kept": kept},
        )
        return kept


def invent_rows(two: TwoCompanies) -> None:
    """A row of every model that the examples have nothing of: references to rows of the second company, plain
    values in what must be filled in."""
    registry = two.registry
    with owner_in(two.platform.server, two.entry) as connection:
        for table, where in two.tables().items():
            if connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}")):
                continue
            declared = registry.metadata.tables[table]
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for wanted, figure in ((needed, 1), (needed, 0), (possible, 1)):
                values = {c.name: invented(two, connection, c, figure) for c in declared.columns if wanted(c)}
                names = ", ".join(f'"{name}"' for name in values)
                binds = ", ".join(f":{name}" for name in values)
                try:
                    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({binds})"), values)
                except DBAPIError as error:
                    two.refused[table] = str(error.orig)
                else:
                    two.refused.pop(table, None)
                    break
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def needed(column: Any) -> bool:
    by_itself = column.server_default is not None or column.computed is not None or column.name == "id"
    return column.name == "company_id" or not (column.nullable or by_itself)


def possible(column: Any) -> bool:
    """For a CHECK that wants one of several."""
    return needed(column) or not (column.computed is not None or column.name in {"id", "parent_id"})


def invented(two: TwoCompanies, connection: Any, column: Any, figure: int) -> Any:
    if column.name == "company_id":
        return two.there
    for key in column.foreign_keys:
        other = str(key.column.table.name)
        where = two.tables().get(other, "true")
        return connection.scalar(text(f"SELECT min(id) FROM {other} WHERE {where}"))
    if isinstance(column.type, JSONB):
        return "{}"
    if choices := getattr(column.type, "choices", None):
        return next(iter(choices)).value
    kinds = {
        str: MARK[: getattr(column.type, "length", None) or 80],
        int: figure,
        bool: False,
        Decimal: figure,
        list: [],
        dict: "{}",
        bytes: b"",
    }
    kind = column.type.python_type
    return kinds.get(kind, "2026-12-31" if column.name == "end" else "2026-11-24")


def put_mark(two: TwoCompanies) -> None:
    """Write the mark into every text of the second company's rows that takes it."""
    with owner_in(two.platform.server, two.entry) as connection:
        for table, where in two.tables().items():
            if table in OF_ONE_PERSON:
                continue
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for column in two.registry.metadata.tables[table].columns:
                room = getattr(column.type, "length", None) or 100
                if (
                    column.type.python_type is str
                    and room > 12
                    and column.name not in LEFT_AS_THEY_ARE
                    and not column.computed
                ):
                    mark(connection, table, str(column.name), where)
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def mark(connection: Any, table: str, column: str, where: str) -> None:
    try:
        connection.execute(text(f"UPDATE {table} SET \"{column}\" = '{MARK}' || id WHERE {where}"))
    except DBAPIError:
        return  # a CHECK of choices, or a fixed form: the other texts of the row carry it


def first_of(two: TwoCompanies, table: str) -> int | None:
    where = two.tables().get(table)
    if where is None:
        return None
    with transaction(two.platform.server, two.entry) as connection:
        found = connection.scalar(text(f"SELECT min(id) FROM {table} WHERE {where}"))
        return int(found) if found is not None else None
