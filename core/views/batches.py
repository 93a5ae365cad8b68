"""Work on many records: a few at once, many in the background piece by piece, with what failed and why.

Each piece is a transaction of its own and notes how far it came, so that a batch that was interrupted goes
on where it stopped and never does a piece twice.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from core.env import Env  # noqa: TC001 - a job's arguments are read from its annotations at run time
from core.errors import CoreError, Invalid, NotFound, RuleBroken
from core.i18n.text import _
from core.jobs import job
from core.views import saving
from core.views.access import label, labels, may, views_for
from core.views.fields import field_of
from core.views.imports import Table, read_table, rows_of_csv, run_import, write_csv
from core.views.inputs import read_input
from core.views.models import Batch, BatchEntry, BatchKind, BatchState
from core.views.values import Unclear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.views.catalog import ModelViews
    from core.views.imports import ImportResult

AT_ONCE = 50
"""So many records are worked on while the person waits; more go to the background."""
PIECE = 200
ROWS = 2000
"""Rows of a file in one piece."""
MOST = 50_000
DELETE = "__delete__"


def begin_action(env: Env, views: ModelViews, ids: Sequence[int], verb: str) -> Batch:
    """A batch that runs a verb of the model, or deletes, for each of some records."""
    action = views.action(verb)
    if verb != DELETE and action is None:
        raise NotFound(_("There is no such action."))
    title = _("Delete {things}", things=labels(views.model).lower()) if action is None else action.label
    return _begin(env, views, BatchKind.ACTION, str(title), {"ids": list(ids)[:MOST], "verb": verb}, len(ids))


def begin_edit(env: Env, views: ModelViews, ids: Sequence[int], path: str, typed: list[str]) -> Batch:
    """A batch that sets one field of each of some records."""
    record = saving.fresh(env, views.model)
    meta = saving.editable(env, views, record).get(path)
    if meta is None:
        raise Invalid(fields={"path": _("Choose a field.")})
    try:
        read_input(env, meta, saving.specs_of(views)[path], record, typed)
    except Unclear as error:
        raise Invalid(fields={"value": str(error)}) from error
    title = _("Change {field}", field=meta.label)
    options = {"ids": list(ids)[:MOST], "path": path, "typed": typed}
    return _begin(env, views, BatchKind.EDIT, str(title), options, len(ids))


def begin_import(
    env: Env,
    views: ModelViews,
    name: str,
    table: Table,
    mapping: dict[str, str],
    key: Sequence[str],
    *,
    even_alike: bool = False,
) -> Batch:
    """A batch that brings in a file.

    It is kept as CSV, with the places at which its pieces begin: each piece reads its own rows only.
    """
    pieces = [
        write_csv(table.headings, []),
        *(write_csv(None, _cells(table.rows[at : at + ROWS])) for at in range(0, len(table.rows), ROWS)),
    ]
    options = {
        "mapping": mapping,
        "key": list(key),
        "name": name,
        "even_alike": even_alike,
        "headings": table.headings,
        "starts": list(accumulate(map(len, pieces))),
    }
    title = str(_("Import of {file}", file=name))
    batch = _begin(env, views, BatchKind.IMPORT, title, options, len(table.rows))
    batch.file = b"".join(pieces)
    env.session.flush()
    return batch


def _cells(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: Any) -> str:
    from core.views.imports.cells import text_of_cell

    return text_of_cell(cell)


def _begin(
    env: Env, views: ModelViews, kind: BatchKind, title: str, options: dict[str, Any], total: int
) -> Batch:
    return env.add(
        Batch, kind=kind, model=views.name, title=title[:200], user_id=env.user.id, company_id=env.company_id,
        total=min(total, MOST) if
        kind is not BatchKind.IMPORT else total, options=options, state=BatchState.WAITING,
    )  # fmt: skip


def start(env: Env, batch: Batch) -> None:
    """Work on a batch: now when it is small, else in the background after this transaction."""
    if batch.total <= AT_ONCE:
        work(env, batch)
    else:
        env.defer(run_batch, batch_id=batch.id)


@job(title=_("Work on many"), as_user=True, retries=3)
def run_batch(env: Env, *, batch_id: int) -> None:
    """Do the next piece of a batch, then ask for the one after."""
    batch = env.get(Batch, batch_id, lock=True)
    if batch.state in {BatchState.DONE, BatchState.STOPPED, BatchState.UNDONE}:
        return
    work(env, batch)
    if batch.state is BatchState.RUNNING:
        env.defer(run_batch, batch_id=batch_id)


def work(env: Env, batch: Batch) -> None:
    """Do one piece: what fails is noted, the rest is written."""
    views = views_for(env, batch.model)
    batch.state = BatchState.RUNNING
    if batch.kind is BatchKind.IMPORT:
        _import_piece(env, views, batch)
    else:
        _records_piece(env, views, batch)
    if batch.done >= batch.total:
        batch.state = BatchState.DONE
        batch.finished_at = env.now()
    env.session.flush()


def stop(env: Env, batch: Batch) -> None:
    """Leave the rest of a batch undone."""
    if batch.state in {BatchState.WAITING, BatchState.RUNNING}:
        batch.state = BatchState.STOPPED
        batch.finished_at = env.now()
        env.session.flush()


def _records_piece(env: Env, views: ModelViews, batch: Batch) -> None:
    ids = batch.options["ids"][batch.done : batch.done + PIECE]
    found = {r.id: r for r in env.session.scalars(select(views.model).where(views.model.id.in_(ids)))}
    for place, record_id in enumerate(ids, batch.done + 1):
        record = found.get(record_id)
        try:
            if record is None:
                raise NotFound(_("It is gone, or you may not see it."))
            with saving.unit(env, views):
                _one(env, views, batch, record)
        except (CoreError, DBAPIError) as error:
            told = str(error) if isinstance(error, CoreError) else str(_("The database refused the change."))
            _fail(env, batch, place, record_id, told)
        else:
            batch.updated += 1
    batch.done += len(ids)
    if not ids:
        batch.done = batch.total


def _one(env: Env, views: ModelViews, batch: Batch, record: Any) -> None:
    options = batch.options
    if batch.kind is BatchKind.EDIT:
        spec = saving.specs_of(views)[options["path"]]
        meta = field_of(views.model, options["path"], kind=spec.kind)
        saving.update(env, record, {options["path"]: read_input(env, meta, spec, record, options["typed"])})
    elif options["verb"] == DELETE:
        saving.delete(env, record)
    else:
        saving.act(env, record, options["verb"], {})


def _fail(env: Env, batch: Batch, row: int, record_id: int | None, error: str) -> None:
    batch.failed += 1
    env.session.add(env[BatchEntry](batch_id=batch.id, row=row, record_id=record_id, error=error[:1000]))


def _import_piece(env: Env, views: ModelViews, batch: Batch) -> None:
    options = batch.options
    piece = _next_piece(env, batch)
    result = run_import(
        env,
        views.name,
        piece,
        options["mapping"],
        key=options["key"],
        first_row=batch.done + 2,
        even_alike=options["even_alike"],
    )
    batch.created += result.created
    batch.updated += result.updated
    batch.failed += result.failed
    batch.done += len(piece.rows)
    entries: list[dict[str, Any]] = [
        {"batch_id": batch.id, "row": one.row, "record_id": None, "error": one.message[:1000], "before": None}
        for one in result.errors
    ]
    entries += [
        {"batch_id": batch.id, "row": row, "record_id": record_id, "error": "", "before": before}
        for row, record_id, before in result.undo
    ]
    env.bulk_insert(BatchEntry, entries)


def _next_piece(env: Env, batch: Batch) -> Table:
    """The rows that come next, read from their own part of the file."""
    model = env[Batch]
    start, end = batch.options["starts"][batch.done // ROWS :][:2]
    part = select(func.substring(model.file, start + 1, end - start)).where(model.id == batch.id)
    return Table(batch.options["headings"], rows_of_csv(env.session.scalar(part) or b""))


def failures(env: Env, batch: Batch, limit: int = 100) -> list[BatchEntry]:
    """The first entries that failed."""
    entry = env[BatchEntry]
    statement = (
        select(entry).where(entry.batch_id == batch.id, entry.error != "").order_by(entry.row).limit(limit)
    )
    return list(env.session.scalars(statement))


def failed_file(env: Env, batch: Batch) -> bytes:
    """The rows of the file that were refused, each with its reason: to be put right and imported again."""
    table = read_table(batch.file or b"")
    rows = []
    for entry in failures(env, batch, limit=200_000):
        cells = table.rows[entry.row - 2] if 0 <= entry.row - 2 < len(table.rows) else []
        rows.append([*cells, entry.error])
    return write_csv([*table.headings, str(_("What is wrong"))], rows)


def undo(env: Env, batch: Batch) -> ImportResult:
    """Take an import back: records it created are deleted, values it replaced are put back.

    What was used or closed since is left as it is and told.
    """
    from core.views.imports import ImportResult, RowError

    if batch.kind is not BatchKind.IMPORT or batch.state is BatchState.UNDONE:
        raise RuleBroken(_("{title} cannot be taken back.", title=batch.title))
    views = views_for(env, batch.model)
    if not may(env, "delete", views.model) and batch.created:
        raise RuleBroken(_("You may not delete {things}.", things=labels(views.model).lower()))
    entry = env[BatchEntry]
    statement = select(entry).where(entry.batch_id == batch.id, entry.record_id.is_not(None))
    result = ImportResult(total=batch.created + batch.updated)
    for one in env.session.scalars(statement.order_by(entry.row.desc())):
        record = env.session.get(views.model, one.record_id)
        if record is None:
            continue
        try:
            if one.before is None:
                saving.delete(env, record)
                result.created += 1
            else:
                saving.update(env, record, _former(env, views, record, one.before))
                result.updated += 1
        except CoreError as error:
            result.errors.append(RowError(one.row, str(error)))
    batch.state = BatchState.UNDONE
    env.session.flush()
    return result


def _former(env: Env, views: ModelViews, record: Any, before: dict[str, str]) -> dict[str, Any]:
    specs = saving.specs_of(views)
    found = {}
    for path, text in before.items():
        spec = specs.get(path)
        if spec is not None:
            meta = field_of(views.model, path, kind=spec.kind)
            found[path] = read_input(
                env, meta, spec, record, text.split(",") if meta.kind == "tags" else [text]
            )
    return found


def summary(batch: Batch, model: type[Any]) -> str:
    """What a finished batch did, in a sentence."""
    if batch.kind is BatchKind.IMPORT:
        return str(
            _("{created} created, {updated} changed, {failed} refused.", created=batch.created,
              updated=batch.updated, failed=batch.failed)
        )  # fmt: skip
    if batch.failed:
        return str(_("{done} done, {failed} refused.", done=batch.updated, failed=batch.failed))
    things = (label(model) if batch.updated == 1 else labels(model)).lower()
    return str(_("{title}: {count} {things}.", title=batch.title, count=batch.updated, things=things))
