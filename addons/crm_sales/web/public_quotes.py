"""The customer's page of a quote: read it, take the PDF, accept it or say why not. No account, one secret
link.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from addons.crm_sales.models import Quote
from addons.crm_sales.queries import public
from addons.crm_sales.services import quotes
from core.api import Env, File, Invalid, Page, Redirect, Request, action, in_company, page

if TYPE_CHECKING:
    from collections.abc import Iterator


@page("/quote/{token:str}", access="anyone")
def show(env: Env, token: str) -> Page:
    """The quote as it was sent, and what can be answered."""
    with opened(env, token) as (inside, quote):
        return _page(inside, quote, token)


@page("/quote/{token:str}/pdf", access="anyone")
def pdf(env: Env, token: str) -> File:
    """The quote as PDF."""
    with opened(env, token) as (inside, quote):
        made = inside.render_report("crm_sales.quote", quote)
        return File(made.content, made.filename, "application/pdf", inline=True)


@action("/quote/{token:str}/accept", access="anyone")
def accept(env: Env, request: Request, token: str) -> Page | Redirect:
    """The customer says yes; a second click changes nothing."""
    with opened(env, token) as (inside, quote):
        try:
            quotes.accept(inside, quote, request.form.get("name"), ip=request.ip)
        except Invalid as error:
            return _page(inside, quote, token, errors=dict(error.fields), typed=request.form.as_dict())
    return Redirect(f"/quote/{token}")


@action("/quote/{token:str}/refuse", access="anyone")
def refuse(env: Env, request: Request, token: str) -> Page | Redirect:
    """The customer says no, with a reason."""
    with opened(env, token) as (inside, quote):
        try:
            quotes.refuse(
                inside, quote, request.form.get("reason"), name=request.form.get("name"), ip=request.ip
            )
        except Invalid as error:
            return _page(inside, quote, token, errors=dict(error.fields), typed=request.form.as_dict())
    return Redirect(f"/quote/{token}")


@contextmanager
def opened(env: Env, token: str) -> Iterator[tuple[Env, Quote]]:
    """The quote behind a link, seen from its company. The link's secret is the only right the visitor has."""
    with env.system("a customer opens a quote by its link") as system:
        found = quotes.by_token(system, token)
        inside = in_company(system, found.company_id)
        yield inside, inside.get(Quote, found.id)
        inside.session.flush()


def _page(
    env: Env,
    quote: Quote,
    token: str,
    *,
    errors: dict[str, Any] | None = None,
    typed: dict[str, str] | None = None,
) -> Page:
    status = 422 if errors else 200
    context = {"quote": public.read(env, quote), "token": token, "errors": errors or {}, "typed": typed or {}}
    return Page("crm_sales/public/quote.html", context, status=status)


ROUTES = (show, pdf, accept, refuse)
