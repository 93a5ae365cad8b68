"""Price lists with their rules, and the list of a customer."""

from __future__ import annotations

from addons.catalog.models import PricedParty, PriceList
from core.api import Field, Form, FormExtension, Lines, List, Section, Tab, _

PRICE_VIEWS = (
    List(
        PriceList,
        columns=("name", "currency", "parent", "is_default", "active"),
        filters=("active",),
        default_sort="name",
        empty=_("Without a price list a product has its own sale price."),
    ),
    Form(
        PriceList,
        title="name",
        defaults={"currency": lambda env: env.company.currency},
        sections=(Section("", ("name", "currency"), ("parent", "is_default", "active")),),
        tabs=(
            Tab(
                _("Rules"),
                Lines(
                    "rules",
                    ("product", "category", "min_quantity", "start_on", "end_on", "price", "discount"),
                    picker="product",
                    position="",
                ),
                name="rules",
            ),
        ),
    ),
    FormExtension(PricedParty, fields=(Field("price_lists", label=_("Price list"), after="external_ref"),)),
)
