"""Deals of companies and owners, with lines, labels and a margin that few may see."""

from decimal import Decimal

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, declared_attr, mapped_column

from core.api import ZERO, CompanyOwned, Model, Money, User, about, link, reference


class Deal(CompanyOwned, Model, name="deal"):
    """Belongs to one owner; colleagues do not see it."""

    __display__ = "title"
    __label__ = "Deal"
    __labels__ = "Deals"
    __searchable__ = ("title",)

    title: Mapped[str] = mapped_column(String(80))
    owner_id: Mapped[int | None] = reference("core.user", nullable=True)
    owner: Mapped[User | None] = link("core.user")
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    margin: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about("Margin", group="sample_vault.margin", track=True)
    )
    parent_id: Mapped[int | None] = reference("sample_vault.deal", nullable=True)
    parent: Mapped["Deal | None"] = link("sample_vault.deal")
    lines: Mapped[list["DealLine"]] = link("sample_vault.deal_line", back="deal", many=True, owned=True)
    labels: Mapped[list["Label"]] = link("sample_vault.label", through="sample_vault.deal_label", many=True)

    @declared_attr
    def cost(cls) -> Mapped[Decimal]:
        """What is left for others: as hidden as the margin."""
        return column_property(cls.amount - cls.margin)


class DealLine(Model, name="deal_line", versioned=False):
    """No company and no rule of its own: follows its deal."""

    __display__ = "text"
    __label__ = "Line"
    __labels__ = "Lines"

    deal_id: Mapped[int] = reference("sample_vault.deal", ondelete="CASCADE")
    deal: Mapped[Deal] = link("sample_vault.deal", back="lines")
    text: Mapped[str] = mapped_column(String(80))


class Label(Model, name="label", versioned=False):
    """Shared by all companies."""

    __display__ = "text"
    __label__ = "Label"
    __labels__ = "Labels"

    text: Mapped[str] = mapped_column(String(80))
    total: Mapped["LabelTotal | None"] = link("sample_vault.label_total", inverse="label")


class LabelTotal(CompanyOwned, Model, name="label_total", versioned=False):
    """What a company has of a label that all share."""

    __display__ = "amount"
    __label__ = "Total"
    __labels__ = "Totals"
    __of_current_company__ = True

    label_id: Mapped[int] = reference("sample_vault.label", ondelete="CASCADE")
    label: Mapped[Label] = link("sample_vault.label")
    amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)

    __constraints__ = (UniqueConstraint("company_id", "label_id", name="once"),)


class DealLabel(Model, name="deal_label", versioned=False):
    """Which deal carries which label."""

    deal_id: Mapped[int] = reference("sample_vault.deal", ondelete="CASCADE")
    label_id: Mapped[int] = reference("sample_vault.label", ondelete="CASCADE")


class Safe(CompanyOwned, Model, name="safe", versioned=False):
    """Nobody but an administrator may even know of it."""

    __display__ = "code"
    __label__ = "Safe"
    __labels__ = "Safes"

    code: Mapped[str] = mapped_column(String(80))
    deal_id: Mapped[int | None] = reference("sample_vault.deal", nullable=True)
    deal: Mapped[Deal | None] = link("sample_vault.deal")


class Rate(CompanyOwned, Model, name="rate"):
    """A handful per company, hardly ever changed: kept in memory."""

    __label__ = "Rate"
    __labels__ = "Rates"
    __kept__ = True

    name: Mapped[str] = mapped_column(String(80))
    discount: Mapped[Decimal] = mapped_column(
        Money, default=ZERO, info=about("Discount", group="sample_vault.margin")
    )
    marks: Mapped[list[str]] = mapped_column(JSONB, default=list)
    label_id: Mapped[int | None] = reference("sample_vault.label", nullable=True, ondelete="CASCADE")


class Visit(CompanyOwned, Model, name="visit", versioned=False):
    """Somebody looked at a deal."""

    __display__ = "id"
    __label__ = "Visit"
    __labels__ = "Visits"

    deal_id: Mapped[int] = reference("sample_vault.deal", ondelete="CASCADE")


MODELS = (Deal, DealLine, Label, LabelTotal, DealLabel, Safe, Rate, Visit)
