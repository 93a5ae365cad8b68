"""A second revision says what changed, whatever it is, and leads there on a workspace with rows, and back."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import invalidate_caches
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from core.checks import revisions
from core.errors import AddonError
from core.platform import Platform
from core.registry import generate, lifecycle, migrations, schema
from core.registry.discovery import discover
from core.testing.workspaces import Workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.db.directory import WorkspaceEntry

HEAD = """
from decimal import Decimal
from sqlalchemy import CheckConstraint, Computed, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from core.api import Choice, Model, Money, Trigger, choice, encrypted, hookimpl, link, reference

@hookimpl
def declare_models():
    return [one for one in globals().values() if isinstance(one, type) and issubclass(one, Model)
            and one.__module__ == __name__]
"""
STAMP = "BEGIN NEW.note := '{word}'; RETURN NEW; END"
BEFORE = f"""
class Kind(Choice):
    SMALL = "small", "Small"
    LARGE = "large", "Large"

class Box(Model, name="box"):
    __constraints__ = (
        CheckConstraint("height < 10", name="low"),
        CheckConstraint("height > 0", name="high"),
        Index("tall", "height", postgresql_where=text("height > 5")),
        Index("by_kind", "kind"),
        UniqueConstraint("name", "height", name="once"),
    )
    __triggers__ = (
        Trigger("changed", "BEFORE UPDATE", "{STAMP.format(word="first")}"),
        Trigger("moved", "BEFORE UPDATE", "BEGIN RETURN NEW; END", when="OLD.height > 8"),
        Trigger("gone", "BEFORE DELETE", "BEGIN RAISE EXCEPTION 'never'; END"),
        Trigger("late", "AFTER INSERT", "BEGIN RETURN NULL; END", deferred=True),
    )
    name: Mapped[str] = mapped_column(String(20))
    height: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[Kind] = choice(Kind, default=Kind.SMALL)
    note: Mapped[str | None] = mapped_column(String(20))
    place: Mapped[str | None] = mapped_column(String(20))
    shelf: Mapped[str] = mapped_column(String(20), server_default="A", default="A")
    double: Mapped[int] = mapped_column(Integer, Computed("height * 2", persisted=True))
    old: Mapped[str | None] = mapped_column(String(20))

class Lid(Model, name="lid"):
    box_id: Mapped[int] = reference("acme_store.box")
    box: Mapped[Box] = link("acme_store.box")

class Relic(Model, name="relic"):
    name: Mapped[str] = mapped_column(String(20))

class Carton(Model, name="carton"):
    __constraints__ = (CheckConstraint("size <> ''", name="size_given"), Index("size", "size"))
    __triggers__ = (Trigger("kept", "BEFORE DELETE", "BEGIN RAISE EXCEPTION 'cartons are kept'; END"),)
    size: Mapped[str] = mapped_column(String(20))
    box_id: Mapped[int] = reference("acme_store.box")
"""
AFTER = f"""
class Kind(Choice):
    SMALL = "small", "Small"
    LARGE = "large", "Large"
    HUGE = "huge", "Huge"

class Box(Model, name="box"):
    __constraints__ = (
        CheckConstraint("height < 100", name="low"),
        CheckConstraint("height + 1 > 0", name="real"),
        Index("tall", "height", postgresql_where=text("height > 7")),
        Index("by_place", "place"),
        UniqueConstraint("name", "height", "shelf", name="once"),
    )
    __triggers__ = (
        Trigger("changed", "BEFORE UPDATE", "{STAMP.format(word="second")}"),
        Trigger("moved", "BEFORE UPDATE", "BEGIN RETURN NEW; END", when="OLD.height > 9"),
        Trigger("kept", "BEFORE DELETE", "BEGIN RAISE EXCEPTION 'kept'; END"),
        Trigger("whole", "AFTER INSERT", "BEGIN RETURN NULL; END", deferred=True),
    )
    name: Mapped[str] = mapped_column(String(80))
    height: Mapped[int] = mapped_column(Integer, default=1)
    kind: Mapped[Kind] = choice(Kind, default=Kind.SMALL)
    note: Mapped[str | None] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(20), default="hall")
    shelf: Mapped[str] = mapped_column(String(20), server_default="B", default="B")
    double: Mapped[int] = mapped_column(Integer, Computed("height * 3", persisted=True))
    weight: Mapped[Decimal | None] = mapped_column(Money)
    colour: Mapped[str] = mapped_column(String(20), default="it's red")
    code: Mapped[str] = mapped_column(String(20))

class Lid(Model, name="lid"):
    box_id: Mapped[int] = reference("acme_store.box", ondelete="CASCADE")
    box: Mapped[Box] = link("acme_store.box")

class Label(Model, name="label"):
    name: Mapped[str] = mapped_column(String(20))

class Crate(Model, name="crate"):
    __constraints__ = (CheckConstraint("volume <> ''", name="volume_given"), Index("volume", "volume"))
    __triggers__ = (Trigger("kept", "BEFORE DELETE", "BEGIN RAISE EXCEPTION 'cartons are kept'; END"),)
    volume: Mapped[str] = mapped_column(String(20))
    box_id: Mapped[int] = reference("acme_store.box")
"""
ROWS = """
    INSERT INTO acme_store_box (name, height, kind, created_at, updated_at)
    VALUES ('Oak', 6, 'small', now(), now()), ('Ash', 9, 'large', now(), now());
    INSERT INTO acme_store_lid (box_id, created_at, updated_at) SELECT id, now(), now() FROM acme_store_box;
    INSERT INTO acme_store_relic (name, created_at, updated_at) VALUES ('Dust', now(), now());
    INSERT INTO acme_store_carton (size, box_id, created_at, updated_at)
    SELECT 'wide', min(id), now(), now() FROM acme_store_box;
    INSERT INTO core_audit (at, action, model, record_id, request_id, reason, created_at, updated_at, changes)
    VALUES
    (now(), 'update', 'acme_store.carton', 1, 'r', '', now(), now(),
    '{"size": ["thin", "wide"], "box_id": [1, 2]}');
    INSERT INTO core_webhook (name, url, events, secret, active, created_at, updated_at) VALUES
    ('W', 'https://example.com', ARRAY['acme_store.carton.created', 'acme_store.box.created'],
     'x', true, now(), now());
    INSERT INTO core_import_mapping (model, headings, mapping, created_at, updated_at) VALUES
    ('acme_store.carton', 'h', '{"Size": "size", "Box": "box_id"}', now(), now());
"""
RENAMES = ("acme_store.carton=acme_store.crate", "acme_store.crate.size=volume")
FILLS = {"acme_store_box.code": "'B-' || name"}


@dataclass
class Store:
    """An addon whose models change between two revisions, in a workspace with rows."""

    folder: Path
    platform: Platform
    entry: WorkspaceEntry
    first: dict[tuple[str, str], str]

    def now(self, models: str) -> Platform:
        """The platform after the addon's sources changed."""
        (self.folder / "acme_store" / "hooks.py").write_text(HEAD + models)
        _forget(self.folder)
        return Platform(self.platform.server, discover(folders=[self.folder], only=["acme_store"]))

    def rows(self, statement: str) -> list[Any]:
        with migrations.owner_in(self.platform.server, self.entry) as connection:
            return [tuple(row) for row in connection.execute(text(statement))]


def _forget(folder: Path) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == "acme_store"]:
        del sys.modules[module]
    for compiled in (folder / "acme_store").rglob("*.pyc"):
        compiled.unlink()
    invalidate_caches()


@pytest.fixture(scope="module")
def store(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("addons")
    (folder / "acme_store").mkdir()
    (folder / "acme_store" / "__init__.py").touch()
    (folder / "acme_store" / "manifest.py").write_text(
        "from core.api import Manifest\n"
        'manifest = Manifest(name="acme_store", version="1.0.0", summary="Boxes.")\n'
    )
    (folder / "acme_store" / "hooks.py").write_text(HEAD + BEFORE)
    before = Platform(platform.server, discover(folders=[folder], only=["acme_store"]))
    generate.revise(before, "acme_store", "First")
    made = Workspaces(before)
    entry = made.fresh(["acme_store"])
    with migrations.owner_in(before.server, entry) as connection:
        for statement in ROWS.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
        first = schema.catalog(connection, entry.schema)
    yield Store(folder, before, entry, first)
    made.close()
    sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
    _forget(folder)


@pytest.fixture(scope="module")
def second(store: Store) -> tuple[Platform, str]:
    """The platform after the second revision was written and run, and the revision's text."""
    later = store.now(AFTER)
    written = generate.revise(later, "acme_store", "Second", renamed=RENAMES, fills=FILLS)
    assert written is not None
    lifecycle.upgrade(later, store.entry)
    return later, written.read_text()


def test_a_required_column_without_a_value_for_the_rows_there_are_is_refused(store: Store) -> None:
    later = store.now(AFTER)

    with pytest.raises(AddonError, match=r"acme_store_box\.code is required") as refused:
        generate.revise(later, "acme_store", "Second", renamed=RENAMES)

    assert "--fill" in str(refused.value.hint)
    assert len(list((store.folder / "acme_store" / "migrations" / "versions").glob("*.py"))) == 1


def test_the_database_is_what_is_declared_and_nothing_more_is_to_be_written(
    store: Store, second: tuple[Platform, str]
) -> None:
    later, _written = second

    found = schema.differences(later.server, store.entry, later.registries.of(["acme_store"]))

    assert found == []
    assert generate.revise(later, "acme_store", "Third") is None


def test_rows_keep_what_they_had_and_get_what_is_required(store: Store, second: tuple[Platform, str]) -> None:
    boxes = store.rows(
        "SELECT name, height, kind, place, shelf, double, colour, code, note FROM acme_store_box"
    )
    columns = store.rows("SELECT count(*) FROM information_schema.columns WHERE table_name = 'acme_store_box'"
                         f" AND column_name = 'old' AND table_schema = '{store.entry.schema}'")  # fmt: skip

    assert sorted(boxes) == [
        ("Ash", 9, "large", "hall", "A", 27, "it's red", "B-Ash", None),
        ("Oak", 6, "small", "hall", "A", 18, "it's red", "B-Oak", None),
    ]
    assert columns == [(0,)]


def test_a_renamed_model_and_column_keep_their_rows_and_what_rows_say_of_them(
    store: Store, second: tuple[Platform, str]
) -> None:
    crates = store.rows("SELECT volume FROM acme_store_crate")
    audit = store.rows("SELECT model, changes FROM core_audit WHERE model LIKE 'acme_store.c%'")
    events = store.rows("SELECT events FROM core_webhook")
    mapping = store.rows("SELECT model, mapping FROM core_import_mapping")
    sequence = store.rows("SELECT pg_get_serial_sequence('acme_store_crate', 'id')")

    assert crates == [("wide",)]
    assert audit == [("acme_store.crate", {"volume": ["thin", "wide"], "box_id": [1, 2]})]
    assert events == [(["acme_store.crate.created", "acme_store.box.created"],)]
    assert mapping == [("acme_store.crate", {"Size": "volume", "Box": "box_id"})]
    assert sequence[0][0].endswith("acme_store_crate_id_seq")


def test_bodies_are_readable_and_what_only_has_a_new_name_is_not_made_anew(
    second: tuple[Platform, str],
) -> None:
    _later, written = second

    assert "BEGIN NEW.note := 'second'; RETURN NEW; END" in written
    assert "ALTER INDEX ix_acme_store_carton_size RENAME TO" in written.replace("\n", " ") or (
        "RENAME TO ix_acme_store_crate_volume" in written
    )
    assert "DROP TABLE acme_store_carton" not in written
    assert "drop_table('acme_store_carton')" not in written
    assert max(len(line) for line in written.splitlines()) < 300


def test_check_addon_names_what_the_revision_loses_and_is_content_once_the_reason_stands_there(
    store: Store, second: tuple[Platform, str]
) -> None:
    folder = store.folder / "acme_store"
    path = max((folder / "migrations" / "versions").glob("*.py"))
    text = path.read_text()

    found = {finding.sentence for finding in revisions.check(folder, store.folder)}
    for statement in ("op.drop_table", "op.drop_column"):
        head, _def, tail = text.partition("def downgrade")
        text = head.replace(statement, f"# loses: nobody reads it\n    {statement}") + _def + tail
    path.write_text(text)
    after = revisions.check(folder, store.folder)
    (folder / "migrations" / "versions" / "0003_third.py").write_text(
        'revision = "0003"\ndown_revision = "0001"\n\n\ndef upgrade():\n'
        '    op.execute("DELETE FROM acme_store_box")\n'
        "    op.add_column('acme_store_box', sa.Column('x', sa.Integer(), nullable=False))\n"
    )
    wrong = {finding.sentence for finding in revisions.check(folder, store.folder)}
    (folder / "migrations" / "versions" / "0003_third.py").unlink()

    said = 'This loses {} of every workspace: write "# loses: <why>" above it.'
    assert (found, after) == ({said.format("a table"), said.format("a column")}, [])
    assert wrong == {
        said.format("rows"),
        "down_revision is '0001' and not '0002', the one before.",
        "A required column without a value fails on the first row: give it a server_default.",
    }


def test_the_way_back_leads_to_what_was_and_keeps_the_rows(
    store: Store, second: tuple[Platform, str]
) -> None:
    later, _written = second
    unit = migrations.Unit("acme_store", store.folder / "acme_store" / "migrations" / "versions")

    with migrations.owner_in(later.server, store.entry) as connection:
        migrations.step_back(connection, unit, "0001")
        found = schema.catalog(connection, store.entry.schema)

    assert list(schema.compare(store.first, found)) == []
    assert store.rows("SELECT size FROM acme_store_carton") == [("wide",)]
    lifecycle.upgrade(later, store.entry)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("acme_store.box", "names nothing that can be renamed"),
        ("acme_store.nothing=acme_store.crate", "cannot become"),
        ("acme_store.box.nothing=colour", "cannot become"),
    ],
)
def test_a_rename_of_what_is_not_there_is_refused(
    store: Store, second: tuple[Platform, str], wrong: str, said: str
) -> None:
    later = store.now(
        AFTER + "\nclass Extra(Model, name='extra'):\n    name: Mapped[str] = mapped_column(Text)\n"
    )

    with pytest.raises(AddonError, match=said):
        generate.revise(later, "acme_store", "Wrong", renamed=[wrong])


def test_an_encrypted_column_cannot_be_renamed_because_its_place_is_part_of_the_secret(
    store: Store, second: tuple[Platform, str], started_versions: Callable[[], int]
) -> None:
    safe = "\nclass Safe(Model, name='safe'):\n    {name}: Mapped[str | None] = encrypted()\n"
    first = store.now(AFTER + safe.format(name="pin"))
    written = generate.revise(first, "acme_store", "Safe")
    later = store.now(AFTER + safe.format(name="word"))
    try:
        with pytest.raises(AddonError, match="bound to its table and column"):
            generate.revise(later, "acme_store", "Renamed", renamed=["acme_store.safe.pin=word"])
    finally:
        assert written is not None
        written.unlink()
    assert started_versions() == 2


@pytest.fixture
def started_versions(store: Store) -> Callable[[], int]:
    """How many revisions the addon has."""
    return lambda: len(list((store.folder / "acme_store" / "migrations" / "versions").glob("*.py")))
