"""What views keep: ways of looking at a list, remembered import mappings, and batches of work with their
results."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n.text import _
from core.orm.choices import Choice, choice
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, reference


class SavedView(Model, name="saved_view"):
    """A way of looking at a model's list: its query, kept by a name. Private unless shared."""

    __exposure__ = Exposure.SCREENS
    __label__ = _("Saved view")
    __labels__ = _("Saved views")
    __kept__ = True
    __constraints__ = (Index("owner", "user_id", "model"), Index("model", "model"))

    model: Mapped[str] = mapped_column(String(80))
    list_name: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(String(4000), default="")
    user_id: Mapped[int | None] = reference("core.user", nullable=True, ondelete="CASCADE")
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    pinned: Mapped[bool] = mapped_column(Boolean, default=True)
    """A pinned view is a tab above the list; the others are in the menu beside."""
    default: Mapped[bool] = mapped_column(Boolean, default=False)
    """The list opens with it, for its owner."""

    def before_save(self, env: Any) -> None:
        """A shared view tells nobody of values that they may not see."""
        super().before_save(env)
        if self.shared:
            from core.views.saved import refuse_telling  # it reads views, which know this model

            refuse_telling(env, self)


class Favourite(Model, name="favourite", versioned=False):
    """A page or record that somebody keeps at hand, in their own order of keeping."""

    __exposure__ = Exposure.SCREENS
    __label__ = _("Favourite")
    __labels__ = _("Favourites")
    __display__ = "label"
    __audited__ = False
    __constraints__ = (UniqueConstraint("user_id", "url", name="once"),)

    user_id: Mapped[int] = reference("core.user", ondelete="CASCADE", index=False)
    url: Mapped[str] = mapped_column(String(1000))
    """A path of this site with what narrows the page, without its place in a list."""
    label: Mapped[str] = mapped_column(String(200))
    """What the page called itself when it was last opened."""


class ImportMapping(Model, name="import_mapping", versioned=False):
    """Which column of a file went to which field the last time a file with these headings was imported."""

    __exposure__ = Exposure.SCREENS
    __constraints__ = (UniqueConstraint("model", "headings", name="headings"),)

    model: Mapped[str] = mapped_column(String(80))
    headings: Mapped[str] = mapped_column(String(64))
    """A digest of the headings, in order."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class BatchKind(Choice):
    IMPORT = "import", _("Import")
    ACTION = "action", _("Action")
    EDIT = "edit", _("Change")


class BatchState(Choice):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running"), "accent"
    DONE = "done", _("Done"), "ok"
    STOPPED = "stopped", _("Stopped"), "warn"
    UNDONE = "undone", _("Undone"), "warn"


class Batch(Model, name="batch"):
    """Work on many records, done in the background in pieces: how far it is, what failed and why.

    Each piece is a transaction, so a batch that was interrupted goes on where it stopped.
    """

    __exposure__ = Exposure.SCREENS
    __label__ = _("Background work")
    __labels__ = _("Background work")
    __audited__ = False
    __of_company__ = True

    kind: Mapped[BatchKind] = choice(BatchKind)
    state: Mapped[BatchState] = choice(BatchState, default=BatchState.WAITING)
    model: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = reference("core.user", nullable=True, ondelete="SET NULL")
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    """Rows looked at so far, failed ones included."""
    failed: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, info=about(internal=True))
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info=about(internal=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    company_id: Mapped[int | None] = reference("core.company", nullable=True, index=False)
    entries: Mapped[list["BatchEntry"]] = link("core.batch_entry", back="batch", many=True, owned=True)


class BatchEntry(Model, name="batch_entry", versioned=False):
    """One row of a batch that failed, or that can be undone."""

    __exposure__ = Exposure.SCREENS
    __audited__ = False
    __constraints__ = (Index("of_batch", "batch_id", "row"),)

    batch_id: Mapped[int] = reference("core.batch", ondelete="CASCADE", index=False)
    batch: Mapped[Batch] = link("core.batch", back="entries")
    row: Mapped[int] = mapped_column(Integer)
    """The line of the file, or the place in the selection."""
    record_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str] = mapped_column(String(1000), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=about(internal=True))
    """For undoing: the values that were replaced; empty for a record that was created."""


MODELS = (SavedView, Favourite, ImportMapping, Batch, BatchEntry)
