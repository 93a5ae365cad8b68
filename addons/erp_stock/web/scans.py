"""What a scanner types: each scan is one request, the answer stands beside the field."""

from __future__ import annotations

from addons.erp_stock.models import Count, Shipment
from addons.erp_stock.services import scanning
from core.api import CoreError, Env, Fragment, Redirect, Request, action

USER = "erp_stock.user"
TEMPLATE = "erp_stock/_scan.html"


@action("/stock/shipments/{shipment_id:int}/scan", access=USER)
def shipment(env: Env, request: Request, shipment_id: int) -> Fragment | Redirect:
    """Pick what was scanned."""
    back = f"/app/erp_stock/shipment/{shipment_id}"
    try:
        record = env.get(Shipment, shipment_id)
        with env.within(record.company_id):
            said = scanning.pick(env, record, request.form.get("code"))
    except CoreError as refused:
        return _refused(request, back, refused)
    return Redirect(back, toast=said)


@action("/stock/counts/{count_id:int}/scan", access=USER)
def count(env: Env, request: Request, count_id: int) -> Fragment | Redirect:
    """Count what was scanned."""
    back = f"/app/erp_stock/count/{count_id}"
    try:
        record = env.get(Count, count_id)
        with env.within(record.company_id):
            said = scanning.count(env, record, request.form.get("code"))
    except CoreError as refused:
        return _refused(request, back, refused)
    return Redirect(back, toast=said)


def _refused(request: Request, back: str, refused: CoreError) -> Fragment:
    context = {"url": request.path, "back": back, "code": request.form.get("code"), "error": str(refused)}
    return Fragment(TEMPLATE, {"context": context}, status=422)


ROUTES = (shipment, count)
