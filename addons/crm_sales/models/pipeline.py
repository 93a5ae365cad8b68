"""The way an opportunity goes."""

from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, Numeric, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import CompanyOwned, Env, Invalid, Model, _, about, link, reference


class Pipeline(CompanyOwned, Model, name="pipeline"):
    """Each way of selling has its own stages: new business, renewals, tenders."""

    __label__ = _("Pipeline")
    __labels__ = _("Pipelines")
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(SmallInteger, default=10, server_default=text("10"))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    stages: Mapped[list["Stage"]] = link(
        "crm_sales.stage", back="pipeline", many=True, order_by="position", owned=True
    )

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        UniqueConstraint("company_id", "name", name="name_once"),
    )


class Stage(CompanyOwned, Model, name="stage"):
    """A stage gives its probability to the opportunities that enter it, and may ask for fields first."""

    __label__ = _("Stage")
    __labels__ = _("Stages")
    __kept__ = True
    __searchable__ = ("name",)

    pipeline_id: Mapped[int] = reference("crm_sales.pipeline", ondelete="CASCADE")
    pipeline: Mapped[Pipeline] = link("crm_sales.pipeline", back="stages")
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(SmallInteger, default=10, server_default=text("10"))
    probability: Mapped[Decimal] = mapped_column(
        Numeric(5, 2), default=Decimal(0), server_default=text("0"), info=about(_("Probability in percent"))
    )
    required_fields: Mapped[str] = mapped_column(
        String(300),
        default="",
        server_default="",
        info=about(
            _("Required fields"),
            help=_("What an opportunity needs to enter, for instance: expected, close_on"),
        ),
    )

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        CheckConstraint("probability BETWEEN 0 AND 100", name="probability_range"),
        UniqueConstraint("pipeline_id", "name", name="name_once"),
    )

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the attributes of an opportunity that must have a value in this stage."""
        return tuple(name for name in self.required_fields.replace(",", " ").split() if name)

    def before_save(self, env: Env) -> None:
        """Refuse a field that opportunities do not have."""
        super().before_save(env)
        self.required_fields = ", ".join((self.required_fields or "").replace(",", " ").split())
        opportunity = env.registry.model("crm_sales.opportunity")
        known = opportunity.__mapper__.attrs.keys()
        unknown = [name for name in self.required if name not in known]
        if unknown:
            message = _(
                "An opportunity has no field {names}. Use names such as expected, close_on, contact, owner.",
                names=", ".join(unknown),
            )
            raise Invalid(fields={"required_fields": message})


class LostReason(Model, name="lost_reason"):
    """Why a sale was lost; each lost opportunity has one."""

    __label__ = _("Lost reason")
    __labels__ = _("Lost reasons")
    __kept__ = True
    __searchable__ = ("name",)

    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))

    __constraints__ = (
        CheckConstraint("name <> ''", name="name_not_empty"),
        UniqueConstraint("name", name="name_once"),
    )
