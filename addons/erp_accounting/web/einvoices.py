"""Electronic invoices to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.erp_accounting.models import AMOUNTS, Invoice
from addons.erp_accounting.reports.printing import AmountsHidden
from addons.erp_accounting.services.einvoice import checking, writing
from core.api import Env, File, NotFound, Request, RuleBroken, _, page

if TYPE_CHECKING:
    from collections.abc import Callable

WRITTEN: dict[str, tuple[str, str, Callable[[Env, Invoice], bytes]]] = {
    "factur-x": ("pdf", "application/pdf", writing.factur_x),
    "cii": ("xml", "application/xml", writing.cii),
    "ubl": ("xml", "application/xml", writing.ubl),
}


class BreaksRules(RuleBroken):
    def __init__(self, invoice: Invoice, rules: list[str]) -> None:
        super().__init__(
            _("{invoice} breaks {n} rules: {first}", invoice=invoice.title, n=len(rules), first=rules[0]),
            hint=_("Complete the data of the company or the customer, and try again."),
        )


@page("/accounting/einvoice/{invoice_id:int}/{form:str}", access="erp_accounting.viewer")
def download(env: Env, request: Request, invoice_id: int, form: str) -> File:
    """The file; with ``check=1`` only after every rule was run over it."""
    if form not in WRITTEN:
        raise NotFound(_("There is no such format."), hint=_("Choose Factur-X, CII or UBL."))
    invoice = env.get(Invoice, invoice_id)
    env.move_to(invoice.company_id)
    if not env.access.shows(AMOUNTS):
        raise AmountsHidden(invoice)
    ending, media_type, write = WRITTEN[form]
    content = write(env, invoice)
    if request.query.get("check"):
        syntax = "ubl" if form == "ubl" else "cii"
        rules = checking.findings(
            content if form != "factur-x" else writing.cii(env, invoice),
            syntax,
            french=env.company.country == "FR",
        )
        if rules:
            raise BreaksRules(invoice, rules)
    return File(content, f"{invoice.number}.{ending}", media_type)


ROUTES = (download,)
