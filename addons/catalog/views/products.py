"""Products, categories, units and taxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.catalog.models import Category, Product, Tax, TaxKind, TaxScope, Unit
from addons.catalog.services import products
from core.api import Action, Column, Field, Form, List, Preset, Section, Tab, _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from core.api import Env


def charged(env: Env, product: Product, model: Any) -> ColumnElement[bool]:
    """Taxes on sales."""
    return (model.kind == TaxKind.SALE) & model.active  # type: ignore[no-any-return]  # composed class


def paid(env: Env, product: Product, model: Any) -> ColumnElement[bool]:
    """Taxes on purchases."""
    return (model.kind == TaxKind.PURCHASE) & model.active  # type: ignore[no-any-return]  # composed class


PRODUCT_VIEWS = (
    List(
        Product,
        columns=(
            "name",
            "code",
            "kind",
            "category",
            "unit",
            Column("sale_price"),
            Column("cost", hidden=True),
            Column("barcode", hidden=True),
        ),
        filters=("kind", "category", "active"),
        default_sort="name",
        presets=(
            Preset("all", _("All")),
            Preset("goods", _("Goods"), filters=("kind:goods",)),
            Preset("services", _("Services"), filters=("kind:service",)),
            Preset("archived", _("Archived"), filters=("active:no",)),
        ),
        actions=(Action("archive", products.archive, _("Archive"), icon="archive"),),
        empty=_("What you sell and buy: goods that are stocked, services that are rendered."),
    ),
    Form(
        Product,
        title="name",
        subtitle="code",
        sections=(
            Section(
                _("General"),
                ("name", "code", "kind", "category", "unit"),
                ("sale_price", "cost", "barcode"),
            ),
            Section(
                _("Taxes"),
                (Field("sale_taxes", options=charged),),
                (Field("purchase_taxes", options=paid),),
            ),
        ),
        tabs=(Tab(_("Description"), Section("", ("description",)), name="description"),),
        actions=(
            Action(
                "archive",
                products.archive,
                _("Archive"),
                icon="archive",
                visible=lambda product: product.active,
                done=_("Product archived."),
                menu=True,
            ),
            Action(
                "restore",
                products.restore,
                _("Bring back"),
                icon="archive-off",
                visible=lambda product: not product.active,
                done=_("Product is back."),
            ),
        ),
        defaults={
            "unit": products.default_unit,
            "sale_taxes": lambda env: products.default_taxes(env, TaxKind.SALE, TaxScope.GOODS),
            "purchase_taxes": lambda env: products.default_taxes(env, TaxKind.PURCHASE, TaxScope.GOODS),
        },
        changed=products.changed,
        create=products.create,
        deletable=False,
    ),
    List(
        Category,
        columns=("name", "parent"),
        default_sort="name",
        empty=_("Group products to price and report them together."),
    ),
    Form(
        Category, title="name", sections=(Section("", ("name", "parent"), ("description",)),), timeline=False
    ),
    List(
        Unit,
        columns=("name", "code", "category", "factor", "digits"),
        default_sort="name",
        filters=("category",),
    ),
    Form(
        Unit,
        title="name",
        sections=(Section("", ("name", "code", "category"), ("factor", "digits", "active")),),
        timeline=False,
    ),
    List(
        Tax,
        columns=("name", "code", "kind", "rate", "included", "category", "active"),
        filters=("kind", "active"),
        default_sort="position",
        presets=(
            Preset("sale", _("Sales"), filters=("kind:sale",)),
            Preset("purchase", _("Purchases"), filters=("kind:purchase",)),
        ),
    ),
    Form(
        Tax,
        title="name",
        sections=(
            Section(
                "", ("name", "code", "kind", "rate", "included"), ("scope", "category", "position", "active")
            ),
            Section(_("When nothing is charged"), ("exemption_reason",)),
        ),
        deletable=False,
        timeline=False,
    ),
)
