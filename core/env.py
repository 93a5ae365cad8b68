"""What one request, job or command may see and do: a workspace's enabled addons, a user, a session."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import null, select
from sqlalchemy.dialects.postgresql import insert

from core.builtin.models import Company, Counter, SettingValue
from core.errors import NotFound
from core.i18n import _
from core.orm.model import Model
from core.security import current_company, encryption, guard
from core.security.refusals import only_administrators

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pluggy
    from sqlalchemy import ColumnElement, Connection

    from core.db.directory import WorkspaceEntry
    from core.jobs import Job
    from core.orm.session import EnvSession
    from core.registry.compose import Registry
    from core.reports import Pdf
    from core.security.access import Access

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Who:
    """The user behind an Env. ``id`` is None for the platform itself (seeding, commands, anonymous pages)."""

    id: int | None = None
    name: str = "Passerelle"
    email: str = ""
    locale: str = "en"
    tz: str = ""
    roles: frozenset[str] = frozenset()
    token_id: int | None = None
    """The API token a program acts with; None for a person."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything of an Env that stays the same when it is elevated."""

    workspace: WorkspaceEntry
    registry: Registry
    """What is shown: of the addons that any visible company uses."""
    connection: Connection
    user: Who
    company_id: int | None
    company_ids: tuple[int, ...]
    request_id: str = ""
    at: datetime | None = None
    """The instant that ``now()`` gives; for imports of history and tests. Empty: the clock."""
    version: int = 0
    """Of the registry, under which facts that rarely change are kept; 0 when it is not known."""
    user_companies: tuple[int, ...] = ()
    """All that the user works in; empty: those that are looked at."""
    at_work: Registry = field(kw_only=True)
    """What the company that new documents belong to uses: its hooks run. ``registry`` is what any of the
    visible companies uses."""
    uses: Mapping[int, frozenset[str]] = field(kw_only=True)
    """The apps that each active company uses."""


class Env:
    """Passed first to every service and hook; nothing is read from globals.

    Records read and written through ``session`` obey the user's grants, record rules, field groups and
    companies.
    """

    def __init__(self, scope: Scope, access: Access, *, reason: str = "") -> None:
        self.scope = scope
        self.access = access
        self.reason = reason
        """Why this Env is elevated; empty for a user's own."""
        self.cache: dict[Any, Any] = {}
        """Per Env, for services that look the same thing up for every line."""
        self.session: EnvSession = guard.session_for(self)

    def __getitem__(self, fragment: type[M]) -> type[M]:
        return self.scope.registry[fragment]

    @property
    def registry(self) -> Registry:
        """What the visible companies use of the addons of this workspace; ``registry.whole`` is all of it."""
        return self.scope.registry

    @property
    def workspace(self) -> WorkspaceEntry:
        """The workspace's entry in the directory."""
        return self.scope.workspace

    @property
    def user(self) -> Who:
        """On whose behalf."""
        return self.scope.user

    @property
    def hooks(self) -> pluggy.HookRelay:
        """Call a hook of every addon in use by the company at work that implements it."""
        return self.scope.at_work.hooks

    @property
    def company_id(self) -> int | None:
        """The company new documents belong to."""
        return self.scope.company_id

    @property
    def company_ids(self) -> tuple[int, ...]:
        """The companies whose documents are visible: the one at work, or all of the user's on purpose."""
        return self.scope.company_ids

    @property
    def user_companies(self) -> tuple[int, ...]:
        """The companies the user works in, whichever of them are looked at."""
        return self.scope.user_companies or self.scope.company_ids

    @property
    def company(self) -> Company:
        """The current company's record; NotFound before the set-up wizard made one."""
        if "company" not in self.cache:
            if self.company_id is None:
                raise NotFound(_("There is no company yet."), hint=_("Finish the set-up first."))
            company = self.session.get(self[Company], self.company_id)
            if company is None:
                raise NotFound(_("There is no such company."), hint=_("Choose one of your companies."))
            self.cache["company"] = company
        return cast("Company", self.cache["company"])

    @property
    def locale(self) -> str:
        """Language and region of whoever reads the answer."""
        return self.user.locale

    @property
    def tz(self) -> ZoneInfo:
        """The user's time zone, else the company's."""
        return ZoneInfo(self.user.tz or (self.company.tz if self.company_id else "UTC"))

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.scope.at or datetime.now(UTC)

    def today(self) -> date:
        """The date it is where the user, else the company, is."""
        return self.now().astimezone(self.tz).date()

    def enabled(self, addon: str) -> bool:
        """Whether the company at work uses an addon."""
        return addon in self.scope.at_work.enabled

    def companies_using(self, unit: str) -> tuple[int, ...]:
        """The active companies of the workspace that use an addon, or a wire ("acme__sales"), by id."""
        uses = self.scope.uses
        return tuple(sorted(one for one in uses if unit in self.registry.used(uses[one]).units))

    def get(self, fragment: type[M], record_id: int, *, lock: bool = False) -> M:
        """A record the user may read, or NotFound; ``lock`` holds its row until the transaction ends."""
        mode = {"key_share": True} if lock else None  # rows that refer to it may come in meanwhile
        record = self.session.get(self[fragment], record_id, with_for_update=mode, populate_existing=lock)
        if record is None:
            label = str(fragment.__label__ or fragment.__name__)
            if company := guard.company_elsewhere(self, fragment, record_id):
                raise NotFound(
                    _("{what} {id} is of {company}.", what=label, id=record_id, company=company),
                    hint=_("Choose {company} in the switcher, or all your companies.", company=company),
                )
            raise NotFound(
                _("{what} {id} does not exist, or you may not see it.", what=label, id=record_id),
                hint=_("Go back to the list and choose one there."),
            )
        if lock:
            guard.note_locked(self, record)
        return record

    def lock(self, *documents: Model) -> None:
        """Hold documents until the transaction ends, by lock_rank and id; their lines are read again too.

        Those that this transaction holds already, or has made, cost nothing.
        """
        guard.hold_documents(self, documents)

    def kept(self, fragment: type[M], **equal: Any) -> Sequence[M]:
        """The records the user may read of a model with few rows that rarely change (``__kept__``), by id.

        Its rows are in memory: the database is asked once per change of any of them. They are those of all
        companies the user sees, archived ones too, unless columns are to be ``equal`` to something.
        """
        return guard.kept_records(self, fragment, equal)

    def add(self, fragment: type[M], **values: Any) -> M:
        """Create a record and write it."""
        record = self[fragment](**values)
        self.session.add(record)
        self.session.flush()
        return record

    def next_number(self, key: str, period: str = "", *, company_id: int | None = None) -> int:
        """The next number of a gapless series of a company. Locks the series until commit: take it last."""
        number, _nothing = self.next_number_beside(null(), key, period, company_id=company_id)
        return number

    def next_number_beside(
        self, beside: ColumnElement[Any], key: str, period: str = "", *, company_id: int | None = None
    ) -> tuple[int, Any]:
        """The next number and a value read in the same statement, such as a scalar subquery.

        The value is of the instant the statement began: when the series was locked by another transaction,
        what that one wrote is in the number, but not in the value.
        """
        table = cast("Any", self[Counter]).__table__
        values = {"company_id": company_id or self.company.id, "key": key, "period": period, "value": 1}
        statement = (
            insert(table)
            .values(values)
            .on_conflict_do_update(
                index_elements=["company_id", "key", "period"], set_={"value": table.c.value + 1}
            )
            .returning(table.c.value, beside)
        )
        with guard.trusted(self.session):
            number, value = self.session.execute(statement).one()
        return number, value

    def setting(self, key: str, default: Any = None) -> Any:
        """What the company, else the workspace, chose; else ``default``."""
        values = self.cache.get("settings")
        if values is None:
            values = self.cache["settings"] = {
                (company_id is not None, name): value
                for company_id, name, value in guard.kept_values(
                    self, SettingValue, ("company_id", "key", "value")
                )
                if company_id in (None, self.company_id)
            }
        return values.get((True, key), values.get((False, key), default))

    def secret_of_setting(self, key: str) -> str:
        """The secret kept beside a setting of the workspace; for core only, which hands it to nobody."""
        rows = guard.kept_values(self, SettingValue, ("company_id", "key", "id", "secret"))
        for company_id, name, number, secret in rows:
            if (company_id, name) == (None, key) and secret:
                table = cast("Any", self[SettingValue]).__table__.name
                return encryption.opened(self.scope.connection, table, "secret", number, secret)
        return ""

    def set_setting(
        self, key: str, value: Any, *, workspace: bool = False, secret: str | None = None
    ) -> None:
        """Keep a choice for the company, or for the whole workspace.

        ``secret``: a password kept beside it; an empty one removes it, None leaves what is there.
        """
        only_administrators(self.access)
        company_id = None if workspace else self.company_id
        with self.system("keep a setting") as system:
            model = system[SettingValue]
            found = system.session.scalars(
                select(model).where(model.key == key, model.company_id.is_not_distinct_from(company_id))
            ).one_or_none()
            if found is None:
                found = model(key=key, company_id=company_id)
                system.session.add(found)
            found.value = value
            if secret is not None:
                found.secret = secret or None
            system.session.flush()
        self.cache.pop("settings", None)

    @contextmanager
    def system(self, reason: str) -> Iterator[Env]:
        """An elevated Env in the same transaction, with a session of its own; leaves an audit row.

        Records must be read again through it. What it wrote is read anew by the user's session afterwards.
        """
        with guard.elevated(self, reason) as env:
            yield env

    @contextmanager
    def following(self, record: Model | None = None) -> Iterator[None]:
        """Read what hangs on a record (models with ``follows``): its notes, activities, files, whoever's they
        are.

        The record is checked first: NotAllowed when the user may not read it. Without one: what hangs on any
        record that the user may read, for pages that gather from several. Outside, rows that are asked for by
        themselves are the user's own only.
        """
        with guard.beside(self, record):
            yield

    def may_follow(self, record: Model) -> bool:
        """Whether rows may hang on a record: no line of a document, and of a model that the user reads."""
        session: Any = self.session
        return any(plan.shape.name == record.model_name for plan in session.plan.followed)

    @contextmanager
    def within(self, company_id: int | None) -> Iterator[None]:
        """Work in another of the user's companies, as on a document of it: its currency, numbers and books.

        Elevated passages too. What was written is flushed at the end. Nothing changes for None.
        """
        if company_id is None or company_id == self.company_id:
            yield
            return
        with current_company.within(self, company_id):
            yield

    def move_to(self, company_id: int | None) -> None:
        """The same until the transaction ends, as a page about a document of that company does."""
        if company_id is not None and company_id != self.company_id:
            current_company.move(self, company_id)

    def bulk_insert(self, fragment: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert many rows in one statement under rules and audit; give their ids."""
        return guard.bulk_insert(self, fragment, rows)

    def bulk_update(self, fragment: type[Model], where: Any, values: Mapping[str, Any]) -> int:
        """Update all rows the user may update among those that match; give their number."""
        return guard.bulk_update(self, fragment, where, values)

    def bulk_delete(self, fragment: type[Model], where: Any) -> int:
        """Delete all rows the user may delete among those that match; give their number."""
        return guard.bulk_delete(self, fragment, where)

    def render_report(self, name: str, record: Model, *, locale: str | None = None) -> Pdf:
        """Print one record; ``name`` is a declared report such as "crm_sales.quote"."""
        from core.reports import render  # reports know Env; imported when the first one is printed

        return render(self, name, record, locale=locale)

    def defer(self, job: Job[Any], **arguments: Any) -> None:
        """Run a job after this transaction commits; rolled back, it never was."""
        from core.jobs.defer import defer_in  # jobs know Env; imported when the first job is deferred

        defer_in(self, job, arguments)


def companies_at_work(
    own: tuple[int, ...], usual: int | None, *, together: bool
) -> tuple[int | None, tuple[int, ...]]:
    """The company of their own that somebody writes in, and those looked at: that one, or all together."""
    company_id = usual if usual in own else next(iter(own), None)
    return company_id, own if together or company_id is None else (company_id,)
