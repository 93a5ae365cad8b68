"""Filed tax returns on screen."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import AMOUNTS, TaxReturn
from addons.erp_accounting.services import tax_returns
from core.api import Action, Column, Form, List, Section, Slot, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _boxes(env: Env, declared: Any) -> dict[str, Any] | None:
    if declared.id is None or not env.access.shows(AMOUNTS):
        return None
    rows = [
        (box, label, None if base is None else Decimal(base), None if tax is None else Decimal(tax))
        for box, label, base, tax in declared.boxes
        if (base and Decimal(base)) or (tax and Decimal(tax))
    ]
    return {"rows": rows, "currency": env.company.currency}


TAX_RETURNS = (
    List(
        TaxReturn,
        columns=("end", "start", "payable", "credit", "state", "filed_at", Column("filed_by", hidden=True)),
        filters=("state", "end"),
        default_sort="-end",
        create=False,
        empty=_("Returns are filed under Financial reports, Tax return."),
    ),
    Form(
        TaxReturn,
        title="title",
        status="state",
        readonly=lambda _declared: True,
        deletable=False,
        sections=(
            Section("", ("start", "end", "entry"), ("brought", "payable", "credit")),
            Section(_("Filed"), ("filed_at",), ("filed_by",)),
        ),
        actions=(
            Action(
                "cancel",
                service=tax_returns.cancel,
                label=_("Cancel the return…"),
                icon="arrow-back-up",
                role="erp_accounting.accountant",
                visible=lambda declared: declared.state is not None and declared.state.value == "filed",
                confirm=lambda declared: _("Cancel the return {title}?", title=declared.title),
                explain=_("Its settlement is reversed; the period can be declared anew."),
                keep=_("Keep the return"),
                done=_("Return cancelled."),
            ),
        ),
        smart=(
            Smart(
                "lines",
                _("As of today"),
                icon="receipt-tax",
                count=lambda _env, declared: None if declared.id is None else len(declared.boxes),
                url=lambda _env, declared: f"/accounting/vat-return?from={declared.start}&to={declared.end}",
            ),
        ),
    ),
    Slot("erp_accounting.tax_return.foot", template="erp_accounting/_tax_boxes.html", context=_boxes),
)
