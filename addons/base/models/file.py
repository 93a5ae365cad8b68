"""Files attached to records."""

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models.party import Party
from core.api import CompanyOwned, Model, User, _, about, link, reference


class File(
    CompanyOwned,
    Model,
    name="file",
    versioned=False,
    follows=("model", "record_id"),
    mine=("author_id",),
    fixed=("party_id", "author_id", "size", "sha256", "media_type"),
):
    """The bytes live in the database: a backup has them, a rollback takes them back, none can be orphaned."""

    __label__ = _("File")
    __labels__ = _("Files")
    __searchable__ = ("name",)

    model: Mapped[str] = mapped_column(String(80), info=about(internal=True))
    record_id: Mapped[int] = mapped_column(BigInteger, info=about(internal=True))
    party_id: Mapped[int | None] = reference("base.party", nullable=True, ondelete="CASCADE")
    party: Mapped[Party | None] = link("base.party", key="party_id")
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120), info=about(_("Type")))
    size: Mapped[int] = mapped_column(BigInteger, info=about(help=_("In bytes.")))
    sha256: Mapped[str] = mapped_column(String(64), info=about(internal=True))
    author_id: Mapped[int | None] = reference("core.user", nullable=True)
    author: Mapped[User | None] = link("core.user", key="author_id")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, info=about(internal=True))

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("size = octet_length(content)", name="size_is_true"),
        Index("of_record", "model", "record_id"),
    )
