"""Bring in a supplier's electronic invoice: choose the file, see what it says, make the draft."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.base.models import Party
from addons.erp_accounting.services.einvoice import importing
from addons.erp_accounting.services.einvoice.importing import UnknownSupplier
from addons.erp_accounting.services.einvoice.reading import read
from core.api import CoreError, Env, Invalid, Page, Redirect, Request, RuleBroken, _, action, page

if TYPE_CHECKING:
    from core.api import Upload

INVOICING = "erp_accounting.invoicing"
HERE = "/accounting/bills/import"


@page(HERE, access=INVOICING)
def choose(env: Env) -> Page:
    """Choose a file."""
    return _page(env, None, None)


@action(HERE, access=INVOICING)
def bring_in(env: Env, request: Request) -> Page | Redirect:
    """Make the draft; an unknown supplier is proposed first, and nothing is written yet."""
    upload = request.upload("file")
    name, content = _given(upload, request)
    if not content:
        return _page(env, Invalid(fields={"file": _("Choose a file.")}), None)
    chosen = request.form.integer("supplier")
    try:
        with env.session.begin_nested():
            made = importing.bring_in(
                env,
                name,
                content,
                supplier=env.get(Party, chosen) if chosen else None,
                create_supplier=request.form.get("supplier") == "new",
            )
    except UnknownSupplier as error:
        shown = {
            "found": read(name, content),
            "proposed": error.proposed,
            "name": name,
            "content": base64.b64encode(content).decode(),
            "suppliers": _suppliers(env),
        }
        return _page(env, None, shown)
    except RuleBroken as error:
        return _page(env, error, None)
    told = _("{reference} was imported.", reference=made.invoice.their_reference)
    if not made.is_new:
        told = _("This file was imported before: nothing was added.")
    return Redirect(f"/app/erp_accounting/invoice/{made.invoice.id}", toast=told)


def _given(upload: Upload | None, request: Request) -> tuple[str, bytes]:
    """The file that was chosen, or the one that is shown already."""
    if upload is not None:
        return upload.name, upload.content
    try:
        return request.form.get("name"), base64.b64decode(request.form.get("content"), validate=True)
    except (binascii.Error, ValueError):
        return "", b""


def _suppliers(env: Env) -> list[tuple[int | str, str]]:
    party = env[Party]
    rows = env.session.scalars(
        select(party)
        .where(party.is_supplier, party.active, party.merged_into_id.is_(None))
        .order_by(party.name)
        .limit(500)
    )
    return [("new", str(_("Create it with these data"))), *((row.id, row.name) for row in rows)]


def _page(env: Env, problem: CoreError | None, shown: dict[str, Any] | None) -> Page:
    context = {"here": HERE, "problem": problem, "shown": shown}
    return Page("erp_accounting/bill_import.html", context, status=422 if problem else 200)


ROUTES = (choose, bring_in)
