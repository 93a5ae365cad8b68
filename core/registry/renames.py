"""Give a model or a field another name in a workspace that holds rows of it.

The name stands in the schema, and as text in rows: the audit, messages, activities, files, mails, saved
views, favourites, mappings of imports and webhooks. A column that holds a model's name is called ``model``
or ends in ``_model``; that is how those of other addons are found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from core.errors import AddonError
from core.orm.encrypted import EncryptedText
from core.orm.model import table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from core.registry.compose import Registry

_MODEL = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class Rename(NamedTuple):
    """A model, or a field of it, that has another name now; ``model`` is the new one where both changed."""

    old: str
    new: str
    model: str = ""
    """The model of a field; empty when the model itself is renamed."""

    def undone(self) -> Rename:
        """The way back."""
        return Rename(self.new, self.old, self.model)

    def words(self) -> Mapping[str, str]:
        """Names as they stand in the schema: old -> new."""
        return {self.old: self.new} if self.model else {table_name(self.old): table_name(self.new)}

    def statements(self) -> list[str]:
        """The statements that change the name of the thing itself, and then the texts in rows."""
        if self.model:
            table = table_name(self.model)
            return [f"ALTER TABLE {table} RENAME COLUMN {self.old} TO {self.new}", _rows_of_field(self)]
        old, new = table_name(self.old), table_name(self.new)
        return [
            f"ALTER TABLE {old} RENAME TO {new}",
            f"ALTER SEQUENCE {old}_id_seq RENAME TO {new}_id_seq",
            _rows_of_model(self),
        ]


def parse(written: Iterable[str]) -> list[Rename]:
    """``addon.old=addon.new`` renames a model, ``addon.model.old=new`` a column. Models come first.

    AddonError when it is neither.
    """
    found = []
    for one in written:
        old, equals, new = one.partition("=")
        if equals and _MODEL.fullmatch(old) and _MODEL.fullmatch(new):
            found.append(Rename(old, new))
        elif equals and old.count(".") == 2 and new.rpartition(".")[2].isidentifier():
            model, _dot, field = old.rpartition(".")
            found.append(Rename(field, new.rpartition(".")[2], model))
        else:
            raise AddonError(
                f"--rename {one} names nothing that can be renamed.",
                hint="A model: --rename acme.box=acme.crate. A column: --rename acme.crate.size=volume.",
            )
    return sorted(found, key=lambda one: bool(one.model))


def check(renames: Iterable[Rename], tables: Mapping[str, set[str]], after: Registry) -> None:
    """Refuse what is not there, is there already, or cannot change its name. ``tables``: columns by table,
    as they were."""
    moved = dict(tables)
    for one in renames:
        if not one.model:
            old, new = table_name(one.old), table_name(one.new)
            if old not in moved or new in moved or one.new not in after.models:
                raise AddonError(
                    f"{one.old} cannot become {one.new}.",
                    hint="The old model must have a migration, the new one must be declared and have none.",
                )
            moved[new] = moved.pop(old)
            declared = after.metadata.tables[new]
            encrypted = [one for one in declared.columns if isinstance(one.type, EncryptedText)]
        else:
            columns = after.metadata.tables.get(table_name(one.model))
            there = moved.get(table_name(one.model), set())
            if columns is None or one.old not in there or one.new in there or one.new not in columns.c:
                raise AddonError(
                    f"{one.model}.{one.old} cannot become {one.new}.",
                    hint="The old column must have a migration, the new one must be declared and have none.",
                )
            encrypted = [columns.c[one.new]] if isinstance(columns.c[one.new].type, EncryptedText) else []
        if encrypted:
            raise AddonError(
                f"{encrypted[0]} is encrypted and bound to its table and column.",
                hint="Add a new column, and write the values into it by a job that reads the old one.",
            )


def _rows_of_model(rename: Rename) -> str:
    old, new = rename.old, rename.new
    return f"""\
DO $rows$
DECLARE place record;
BEGIN
    FOR place IN
        SELECT c.relname AS of_table, a.attname AS of_column
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
          AND a.atttypid = 'varchar'::regtype AND (a.attname = 'model' OR a.attname LIKE '%\\_model')
    LOOP
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', place.of_table);
        EXECUTE format('UPDATE %I SET %I = %L WHERE %I = %L',
                       place.of_table, place.of_column, '{new}', place.of_column, '{old}');
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', place.of_table);
    END LOOP;
    UPDATE core_webhook SET events = ARRAY(
        SELECT regexp_replace(event, '^{re.escape(old)}\\.', '{new}.')
        FROM unnest(events) WITH ORDINALITY AS one (event, nth) ORDER BY nth
    ) WHERE EXISTS (SELECT FROM unnest(events) AS event WHERE event LIKE '{_like(old)}.%');
    UPDATE core_favourite SET url = replace(url, '/app/{_path(old)}/', '/app/{_path(new)}/')
    WHERE url LIKE '/app/{_like(_path(old))}/%';
END $rows$"""  # noqa: S608 - names of models, checked by parse


def _rows_of_field(rename: Rename) -> str:
    old, new, model = rename
    return f"""\
DO $rows$
BEGIN
    ALTER TABLE core_audit DISABLE TRIGGER USER;
    UPDATE core_audit SET changes = changes - '{old}' || jsonb_build_object('{new}', changes -> '{old}')
    WHERE model = '{model}' AND changes ? '{old}';
    ALTER TABLE core_audit ENABLE TRIGGER USER;
    UPDATE core_batch_entry AS entry
    SET before = before - '{old}' || jsonb_build_object('{new}', before -> '{old}')
    FROM core_batch AS batch WHERE batch.id = entry.batch_id AND batch.model = '{model}' AND before ? '{old}';
    UPDATE core_import_mapping SET mapping = (
        SELECT jsonb_object_agg(key, regexp_replace(value, '^{old}$', '{new}')) FROM jsonb_each_text(mapping)
    ) WHERE model = '{model}' AND jsonb_path_exists(mapping, '$.* ? (@ == "{old}")');
    UPDATE core_saved_view SET query = regexp_replace(query, '\\m{old}\\M', '{new}', 'g')
    WHERE model = '{model}';
END $rows$"""  # noqa: S608 - names of columns, checked by parse


def _path(model: str) -> str:
    return model.replace(".", "/")


def _like(text: str) -> str:
    return text.replace("_", "\\_")
