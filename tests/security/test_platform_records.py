"""The platform's own records are written by services only, whatever door is tried and whoever tries it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.errors import RaiseException
from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Integer, LargeBinary, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from core.builtin.models import Company
from core.env import Who
from core.errors import AddonError, CoreError, Invalid, NotAllowed, RuleBroken
from core.orm.choices import ChoiceType
from core.orm.exposure import Exposure, exposure_of
from core.orm.model import Model
from core.rest.dispatch import Dispatcher
from core.security import accounts, sessions, tokens
from core.security.models import Session, User, UserCompany, UserRole
from core.security.roles import Grant, Role, merge_roles
from core.views import batches, creating, saving
from core.views.access import views_for
from core.views.fields import fields_of
from core.views.imports import Table, run_import
from tests.rest.conftest import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.testing.workspaces import Workspaces

CLOSED = {
    "core.addon", "core.addon_event", "core.company_app", "core.counter", "core.device",
    "core.encryption_key", "core.idempotency_key", "core.invitation", "core.login_attempt",
    "core.mail_attachment", "core.password_reset", "core.recovery_code", "core.sign_in_ticket",
    "core.workspace",
}  # fmt: skip
READ = {
    "core.api_token", "core.audit", "core.company", "core.mail", "core.session", "core.setting", "core.user",
    "core.user_company", "core.user_role", "core.webhook", "core.webhook_delivery",
}  # fmt: skip
SCREENS = {"core.batch", "core.batch_entry", "core.favourite", "core.import_mapping", "core.saved_view"}
VERBS = {
    ("core.user", "activate"), ("core.user", "deactivate"), ("core.session", "end"),
    ("core.api_token", "revoke"), ("core.webhook", "pause"), ("core.webhook", "resume"),
    ("core.webhook_delivery", "replay"),
}  # fmt: skip


@pytest.fixture(scope="module")
def entry(workspaces: Workspaces) -> WorkspaceEntry:
    """A workspace of nothing but the platform, with one row of every model of it."""
    made = workspaces.fresh(())
    with workspaces.platform.env(made) as env:
        company = env.company.id
        for name in ("Ana", "Ben"):
            user = env.add(User, name=name, email=f"{name.lower()}@example.com")
            env.add(UserRole, user_id=user.id, role="base.admin")
            env.add(UserCompany, user_id=user.id, company_id=company)
        secret_first = sorted(core_models(env), key=lambda model: model.model_name != "core.webhook")
        for model in secret_first:  # the key of the workspace is made with its first secret
            if env.scope.connection.scalar(text(f"SELECT count(*) FROM {model.__table__.name}")) == 0:
                env.add(model, **invented(model))
    return made


def core_models(env: Env) -> list[type[Any]]:
    return [model for name, model in env.registry.models.items() if name.startswith("core.")]


def invented(model: type[Any]) -> dict[str, Any]:
    """Something for every column that must be filled in."""
    return {column.name: _value(column) for column in model.__table__.columns if _must_be_said(column)}


def _must_be_said(column: Any) -> bool:
    return not (column.nullable or column.name == "id" or column.server_default is not None)


def _value(column: Any) -> Any:
    kind = column.type
    if isinstance(kind, ChoiceType):
        return next(iter(kind.choices))
    for known, value in (
        (Boolean, True), (BigInteger, 1), (Integer, 1), (DateTime, datetime.now(UTC)), (LargeBinary, b"x"),
        (JSONB, {}), (ARRAY, ["read"]),
    ):  # fmt: skip
        if isinstance(kind, known):
            return value
    return "x"


@pytest.fixture
def admin(workspaces: Workspaces, entry: WorkspaceEntry) -> Iterator[Env]:
    """Ana, who administers; what she does is taken back."""
    with workspaces.rolled_back(()) as probe:
        registry = probe.registry
    with workspaces.platform.server.engine.connect() as connection:
        from core.db.transaction import enter

        outer = connection.begin()
        enter(connection, entry)
        env = workspaces.platform.env_in(
            connection,
            entry,
            user=Who(1, "Ana", "ana@example.com", roles=frozenset({"base.admin"})),
            company_id=1,
            company_ids=(1,),
            registry=registry,
        )
        yield env
        env.session.close()
        outer.rollback()


def content(platform: Platform, entry: WorkspaceEntry, models: set[str]) -> dict[str, str]:
    """A digest of every table of some models."""
    with platform.server.owner() as connection:
        return {
            name: str(
                connection.scalar(
                    text(
                        "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
                        f" FROM {entry.schema}.{name.replace('.', '_')} t"
                    )
                )
            )
            for name in models - {"core.audit", "core.api_token"}
        }


def test_every_model_of_the_platform_is_closed_until_it_says_otherwise(admin: Env) -> None:
    class Future(Model, name="future"):
        __module__ = "core.future.models"
        title: Mapped[str] = mapped_column()

    class Opened(Future, extends=True):
        """An addon's."""

        __exposure__ = Exposure.OPEN

    found: dict[Exposure, set[str]] = {}
    for model in core_models(admin):
        found.setdefault(exposure_of(model), set()).add(model.model_name)

    assert found == {Exposure.CLOSED: CLOSED, Exposure.READ: READ, Exposure.SCREENS: SCREENS}
    assert exposure_of(Future) is Exposure.CLOSED
    assert exposure_of(Opened) is Exposure.CLOSED


def test_no_method_of_the_interface_writes_one(workspaces: Workspaces, entry: WorkspaceEntry) -> None:
    platform = workspaces.platform
    with platform.env(entry) as env:
        models = {model.model_name: model for model in core_models(env)}
        token = tokens.create(env, "Robot", ("write",), user_id=1)
        fields = {name: [meta.path for meta in fields_of(model)] for name, model in models.items()}
        ids = {
            name: env.scope.connection.scalar(text(f"SELECT min(id) FROM {model.__table__.name}"))
            for name, model in models.items()
        }
    api = Api(entry, token, Dispatcher(platform, per_minute=1_000_000))  # type: ignore[arg-type]  # it asks for the entry only
    api.workspace = type("Live", (), {"entry": entry})()
    before = content(platform, entry, set(models))
    answers: dict[str, set[int]] = {}

    for name in models:
        one = f"{name}/{ids[name]}"
        body: dict[str, Any] = dict.fromkeys(fields[name], "x")
        tried: list[tuple[str, str, Any]] = [
            ("POST", name, {}),
            ("POST", name, body),
            ("DELETE", one, None),
            ("PUT", one, body),
        ]
        tried += [("PATCH", one, {field: value}) for field in fields[name] for value in ("x", 1, None, True)]
        tried += [("POST", f"{one}/actions/{verb}", {}) for verb in ("delete", "update", "create", "set")]
        answers[name] = {api(method, path, sent).status for method, path, sent in tried}
        answers[name] |= {200} if api("GET", name).status == 200 else set()

    assert content(platform, entry, set(models)) == before
    assert {name for name, found in answers.items() if found == {404}} == CLOSED
    assert {name for name, found in answers.items() if found == {200, 403, 404, 405}} == READ | SCREENS


def test_its_verbs_are_those_of_the_screens(
    admin: Env, workspaces: Workspaces, entry: WorkspaceEntry
) -> None:
    from core.rest.schemas import shapes

    offered = {
        (name, verb)
        for name, shape in shapes(admin).items()
        if name.startswith("core.")
        for verb in shape.actions
    }

    assert offered == VERBS


def test_no_door_of_an_administrators_session_writes_one(admin: Env) -> None:
    through = {
        name: found
        for name in sorted(CLOSED | READ)
        if (found := [door for door, work in doors(admin, name).items() if writes(admin, name, work)])
    }

    assert through == {}


def doors(admin: Env, name: str) -> dict[str, Any]:
    """Every way that is not a service, by name."""
    model: Any = admin.registry.model(name)
    views = views_for(admin, name)
    field = next((meta.path for meta in fields_of(model) if meta.kind in {"text", "long"}), "created_at")
    new = {field: "y"} if field != "created_at" else {"created_at": admin.now()}
    number = admin.scope.connection.scalar(text(f"SELECT min(id) FROM {model.__table__.name}"))

    def change() -> None:
        for key, value in new.items():
            setattr(admin.get(model, number), key, value)
        admin.session.flush()

    def delete() -> None:
        admin.session.delete(admin.get(model, number))
        admin.session.flush()

    def edit_many() -> None:
        batches.start(admin, batches.begin_edit(admin, views, [number], field, ["y"]))

    return {
        "add": lambda: admin.add(model, **invented(model)),
        "change": change,
        "delete": delete,
        "bulk_insert": lambda: admin.bulk_insert(model, [invented(model)]),
        "bulk_update": lambda: admin.bulk_update(model, model.id > 0, new),
        "bulk_delete": lambda: admin.bulk_delete(model, model.id > 0),
        "form": lambda: creating.create(admin, name, {}),
        "field of a form": lambda: saving.update(admin, admin.get(model, number), new),
        "form's delete": lambda: saving.delete(admin, admin.get(model, number)),
        "mass edit": edit_many,
        "import": lambda: run_import(admin, name, Table(["x"], [["y"]]), {"x": field}),
        "import by id": lambda: run_import(
            admin, name, Table(["id", "x"], [[number, "y"]]), {"id": "id", "x": field}
        ),
    }


def writes(env: Env, name: str, work: Any) -> bool:
    """Whether something is different afterwards; it is taken back."""
    table = name.replace(".", "_")
    digest = text(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM {table} t")
    before = env.scope.connection.scalar(digest)
    outer = env.scope.connection.begin_nested()
    try:
        work()
        env.session.flush()
    except (NotAllowed, Invalid, RuleBroken):
        pass
    after = env.scope.connection.scalar(digest)
    env.session.expunge_all()
    outer.rollback()
    return bool(before != after)


def test_a_role_that_grants_writing_one_is_refused(admin: Env) -> None:
    mine = Role("acme.clerk", "Clerk", grants=(Grant(User, "ru"),))

    with pytest.raises(AddonError, match=r"acme\.clerk.*core\.user"):
        merge_roles([mine], admin.access.service_managed)

    assert set(merge_roles([Role("acme.clerk", "Clerk", grants=(Grant(User, "r"),))])) == {"acme.clerk"}


BREAKS = {
    "delete a user": "DELETE FROM core_user WHERE id = 2",
    "let nobody administer": "DELETE FROM core_user_role WHERE role = 'base.admin'",
    "rename the last administrators' role": "UPDATE core_user_role SET role = 'x'",
    "keep every administrator out": "UPDATE core_user SET active = false",
    "revive a session": "UPDATE core_session SET revoked_at = NULL",
    "give a session to another": "UPDATE core_session SET user_id = 2",
    "revive a token": "UPDATE core_api_token SET revoked_at = NULL",
    "widen a token": "UPDATE core_api_token SET scopes = ARRAY['write']",
    "take a number back": "UPDATE core_counter SET value = value - 1",
    "forget the numbers": "DELETE FROM core_counter",
}


@pytest.mark.parametrize("statement", BREAKS.values(), ids=BREAKS.keys())
def test_the_database_holds_what_services_promise(admin: Env, statement: str) -> None:
    """Partner code with an elevated session is stopped too, and whoever sends SQL as the workspace's role."""
    connection = admin.scope.connection
    connection.execute(text("UPDATE core_session SET revoked_at = now(), user_id = user_id"))
    connection.execute(text("UPDATE core_api_token SET revoked_at = now() WHERE revoked_at IS NULL"))

    with pytest.raises(DBAPIError) as refused, connection.begin_nested():
        connection.execute(text(statement))

    assert isinstance(refused.value.orig, RaiseException)


def test_an_elevated_passage_reads_the_refusal_in_words(admin: Env) -> None:
    with admin.system("try to delete a user") as system:
        system.session.delete(system.get(User, 2))
        with pytest.raises(RuleBroken, match="Ben cannot be deleted"):
            system.session.flush()
        system.session.expunge_all()

    with admin.system("try to leave nobody") as system:
        everyone = system[UserRole].id > 0
        with pytest.raises(RuleBroken, match="The last administrator stays"), system.session.begin_nested():
            system.bulk_delete(UserRole, everyone)


def test_two_administrators_who_deactivate_each_other_leave_one(
    workspaces: Workspaces, entry: WorkspaceEntry
) -> None:
    """One waits for the other, and is then refused."""
    platform = workspaces.platform
    made = workspaces.fresh(())
    with platform.env(made) as env:
        for name in ("Ana", "Ben"):
            user = env.add(User, name=name, email=f"{name.lower()}@example.com")
            env.add(UserRole, user_id=user.id, role="base.admin")

    def deactivate(number: int) -> str:
        who = Who(3 - number, "x", "x@example.com", roles=frozenset({"base.admin"}))
        try:
            with platform.env(made, user=who) as env:
                accounts.deactivate(env, number)
        except CoreError as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(deactivate, (1, 2)))

    with platform.env(made) as env:
        left = env.session.scalars(select(env[User].id).where(env[User].active)).all()
    assert (outcomes, len(left)) == (["LastAdministrator", "done"], 1)


def test_an_administrator_keeps_the_users_of_their_own_companies(admin: Env) -> None:
    with admin.system("another company") as system:
        there = system.add(Company, name="Kervran").id
        eve = system.add(User, name="Eve", email="eve@example.com")
        system.add(UserCompany, user_id=eve.id, company_id=there)
        session = system.add(Session, user_id=eve.id, token_hash="e" * 64, last_seen_at=system.now())
        newcomer = system.add(User, name="Newcomer", email="new@example.com")

    attempts: tuple[Callable[[], None], ...] = (
        lambda: accounts.deactivate(admin, eve.id),
        lambda: accounts.activate(admin, eve.id),
        lambda: accounts.save(admin, eve.id, name="E", locale="en", roles=(), company_ids=(1,)),
        lambda: sessions.revoke(admin, session.id),
    )
    for work in attempts:
        with pytest.raises(NotAllowed, match="Eve works in companies that you do not work in"):
            work()
    with pytest.raises(Invalid) as refused:
        accounts.save(admin, newcomer.id, name="N", locale="en", roles=(), company_ids=(1, there))
    accounts.save(admin, newcomer.id, name="N", locale="en", roles=(), company_ids=(1,))

    assert refused.value.fields == {"companies": "You do not work in this company."}
    with admin.system("look") as system:
        assert [one.company_id for one in system.get(User, newcomer.id).companies] == [1]


def test_places_out_of_reach_stay_when_someone_is_saved(admin: Env) -> None:
    with admin.system("another company") as system:
        there = system.add(Company, name="Kervran").id
        system.add(UserCompany, user_id=2, company_id=there)

    accounts.save(admin, 2, name="Ben", locale="en", roles=(), company_ids=())

    with admin.system("look") as system:
        assert [one.company_id for one in system.get(User, 2).companies] == [there]
