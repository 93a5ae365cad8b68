"""The workspace's own state: what is enabled, counters, settings."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.builtin.models.company import Company
from core.i18n import _
from core.orm.ddl import Trigger
from core.orm.encrypted import encrypted
from core.orm.exposure import Exposure
from core.orm.model import Model, about, link, now, reference


class Workspace(Model, name="workspace"):
    """One row. Every request reads ``registry_version`` with its session, so all workers follow at once."""

    __display__ = "title"

    title: Mapped[str] = mapped_column(String(200))
    registry_version: Mapped[int] = mapped_column(BigInteger, default=lambda: int(time.time()))
    """Grows with every change; starts at the time, so that a workspace made again is not taken for the old
    one."""
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the set-up wizard ended; empty before."""
    setup_hash: Mapped[str | None] = mapped_column(
        String(64), info=about(_("Set-up code"), group="core.secret", internal=True)
    )
    """SHA-256 of the code that the wizard asks for; empty: it asks for none."""
    demo: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What demo data was written, so that it can be removed."""


class AddonState(Model, name="addon"):
    """An addon whose tables exist here; ``enabled`` says whether its code runs."""

    name: Mapped[str] = mapped_column(String(40), unique=True)
    installed_version: Mapped[str] = mapped_column(String(20))
    enabled: Mapped[bool] = mapped_column(default=True)
    enabled_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    owned: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default="{}", info=about(internal=True)
    )
    """Its tables, columns and functions here, for when its code is gone: see ``core.registry.ownership``."""


class CompanyApp(Model, name="company_app"):
    """An app that a company uses since a day, or has used until a day: see ``core.registry.usage``."""

    __display__ = "addon_name"
    __of_company__ = True
    __kept__ = True
    __constraints__ = (UniqueConstraint("company_id", "addon_name", name="one"),)

    company_id: Mapped[int] = reference("core.company", index=False)
    company: Mapped[Company] = link("core.company")
    addon_name: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the company stopped using it; empty while it does."""


class AddonEvent(Model, name="addon_event", versioned=False):
    """The history of *Settings > Apps*: who turned what on or off, and what a removal exported."""

    __display__ = "addon_name"

    addon_name: Mapped[str] = mapped_column(String(40), index=True)
    action: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    detail: Mapped[str | None] = mapped_column(Text)
    archive: Mapped[str | None] = mapped_column(Text)
    """Path of the archive that a removal wrote."""


ONLY_GROWS = _("A number that was given stays given: a counter only grows.")
_ONLY_GROWS = f"BEGIN RAISE EXCEPTION '{ONLY_GROWS.source}'; END;"


class Counter(Model, name="counter", versioned=False):
    """The last number given per company, key and period; taken last in a transaction, under its row lock."""

    __display__ = "key"
    __of_company__ = True
    __constraints__ = (UniqueConstraint("company_id", "key", "period", name="one"),)
    __triggers__ = (
        Trigger(
            "only_grows",
            "BEFORE UPDATE",
            _ONLY_GROWS,
            when="NEW.value < OLD.value OR NEW.company_id <> OLD.company_id OR NEW.key <> OLD.key"
            " OR NEW.period <> OLD.period",
        ),
        Trigger("never_deleted", "BEFORE DELETE", _ONLY_GROWS),
    )

    company_id: Mapped[int] = reference("core.company", index=False)
    key: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(20), default="")
    value: Mapped[int] = mapped_column(BigInteger, default=0)


class SettingValue(Model, name="setting"):
    """A company's choice for a setting that an addon declares; no company: the whole workspace."""

    __exposure__ = Exposure.READ
    __display__ = "key"
    __of_company__ = True
    __constraints__ = (UniqueConstraint("company_id", "key", name="one", postgresql_nulls_not_distinct=True),)
    __kept__ = True

    company_id: Mapped[int | None] = reference("core.company", nullable=True, index=False)
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[Any] = mapped_column(JSONB)
    secret: Mapped[str | None] = encrypted(_("Password"))
    """A password that belongs to the value. Never shown, exported or kept in the audit."""
