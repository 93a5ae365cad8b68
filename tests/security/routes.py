"""How every route is tried with rows of another company, or why there is nothing to try."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "Zanzibar"
EVERY = ("*",)


@dataclass(frozen=True)
class Case:
    """How a route is tried: with which foreign rows, what is sent; or ``why`` there is nothing to try."""

    models: tuple[str, ...] = ()
    """Rows of these models stand for the number in the address; "*": of every model."""
    query: tuple[str, ...] = ("",)
    form: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def rows(*models: str, query: tuple[str, ...] = ("",), **form: str) -> Case:
    return Case(models, query, form)


def plain(*query: str, **form: str) -> Case:
    """No number in the address: what it shows must be the same with and without the other company."""
    return Case((), query or ("",), form)


def not_of_rows(why: str) -> Case:
    return Case(why=why)


SIGN_IN = not_of_rows("before one is signed in; needs a secret of one's own")
OWN = not_of_rows("only the user's own account")
APPS = not_of_rows("which apps the whole workspace uses")
USERS = not_of_rows("users belong to the whole workspace")
PROCESS = not_of_rows("says how the process is, nothing of a workspace")
WRITES_NEW = not_of_rows("writes something new of the current company and takes no number")
SHARED = not_of_rows("contacts, rules and wordings belong to all companies of the workspace")
PERSON = not_of_rows("personal data is taken out and forgotten over all companies, as the law asks")

OPEN_ITEMS = ("erp_accounting.open_item",)
ALLOCATING = {"party": "{party}", "a{id}": "1", "amount": "1", "date": "2026-11-24"}

CASES: dict[str, Case] = {
    "POST /purchasing/requests/{request_id}/choose": rows("erp_purchase.request"),
    "POST /purchasing/requests/{request_id}/best": rows("erp_purchase.request"),
    "POST /favourites": OWN,
    "POST /accounting/vat-return": WRITES_NEW,
    "POST /accounting/reminders": rows("base.party", reminder="{id}:EUR"),
    "POST /accounting/fec/import": WRITES_NEW,
    "POST /accounting/fec/check": WRITES_NEW,
    "POST /accounting/batches/new": rows("erp_accounting.open_item", item="{id}"),
    "POST /accounting/bank/statement/{statement_id}/undo/{run}": rows("erp_accounting.bank_statement"),
    "POST /accounting/bank/statement/{statement_id}/reopen": rows("erp_accounting.bank_statement"),
    "POST /accounting/bank/statement/{statement_id}/close": rows("erp_accounting.bank_statement"),
    "POST /accounting/bank/statement/{statement_id}/certain": rows("erp_accounting.bank_statement"),
    "POST /accounting/bank/line/{line_id}/undo": rows("erp_accounting.bank_line"),
    "POST /accounting/bank/line/{line_id}/plan": rows("erp_accounting.bank_line"),
    "POST /accounting/bank/line/{line_id}/match": rows("erp_accounting.bank_line"),
    "POST /accounting/bank/import": WRITES_NEW,
    "GET /stock/forecast/{product_id}": rows("catalog.product"),
    "GET /stock": plain(),
    "GET /purchasing/requests/{request_id}": rows("erp_purchase.request"),
    "GET /accounting/vat-return": plain("", "?format=xlsx"),
    "GET /accounting/vat-lines": plain(),
    "GET /accounting/reminders/{party_id}/{currency}": rows("base.party"),
    "GET /accounting/reminders": plain(),
    "GET /accounting/integrity/{journal_id}/{year}": rows("erp_accounting.journal"),
    "GET /accounting/integrity": plain(),
    "GET /accounting/fec/export": plain("", "?year=2026"),
    "GET /accounting/fec": plain(),
    "GET /accounting/batches/new": plain(),
    "GET /accounting/bank/statement/{statement_id}": rows("erp_accounting.bank_statement"),
    "GET /accounting/bank/line/{line_id}/search": rows(
        "erp_accounting.bank_line", query=("", f"?q={MARK[:4]}")
    ),
    "GET /accounting/bank/import": plain(),
    "GET /accounting/bank": plain(),
    "POST /accounting/bills/import": WRITES_NEW,
    "GET /accounting/bills/import": plain(),
    "POST /stock/shipments/{shipment_id}/scan": rows("erp_stock.shipment", code="x"),
    "POST /stock/counts/{count_id}/scan": rows("erp_stock.count", code="x"),
    "GET /accounting/einvoice/{invoice_id}/{form}": rows("erp_accounting.invoice", query=("", "?check=1")),
    "POST /bridge/listeners/{webhook_id}/switch": not_of_rows("webhooks belong to the whole workspace"),
    "POST /bridge/deliveries/{delivery_id}/replay": rows("core.webhook_delivery"),
    "POST /accounting/opening": WRITES_NEW,
    "POST /accounting/closing/year": WRITES_NEW,
    "POST /accounting/closing/lock": WRITES_NEW,
    "POST /accounting/allocate/propose": rows(*OPEN_ITEMS, **ALLOCATING),
    "POST /accounting/allocate/count": rows(*OPEN_ITEMS, **ALLOCATING),
    "POST /accounting/allocate": rows(*OPEN_ITEMS, **ALLOCATING),
    "GET /stock/stock-value": plain("", "?format=xlsx", "?day=2030-01-01"),
    "GET /stock/revaluations/{run_id}": rows("erp_stock.revaluation"),
    "GET /purchasing/rules": plain(),
    "GET /customer-orders/rules": plain(),
    "GET /app/{addon}/{model}/{record_id}/print/{report}": rows(*EVERY),
    "GET /accounting/opening/model.csv": plain(),
    "GET /accounting/opening": plain(),
    "GET /accounting/closing": plain("", "?month=2026-10"),
    "GET /accounting/allocate": plain("", "?direction=out", f"?q={MARK[:4]}"),
    "GET /": plain(),
    "GET /about": PROCESS,
    "GET /about/states": PROCESS,
    "GET /accounting": plain(),
    "GET /accounting/settings": plain(),
    "POST /accounting/settings": WRITES_NEW,
    "GET /accounting/{name}": plain(
        *(
            f"{name}?{query}"
            for name in (
                "trial-balance",
                "balance-sheet",
                "profit-and-loss",
                "general-ledger",
                "partner-ledger",
                "aged-balances",
            )
            for query in ("", "format=xlsx", "account=1", "from=2000-01-01")
        )
    ),
    "POST /activities/{activity_id}/done": rows("base.activity"),
    "GET /api/docs": plain(),
    "GET /api/docs/openapi.json": plain(),
    "DELETE /api/v1/{path}": rows(*EVERY),
    "GET /api/v1/{path}": rows(*EVERY),
    "PATCH /api/v1/{path}": rows(*EVERY),
    "POST /api/v1/{path}": rows(*EVERY),
    "PUT /api/v1/{path}": rows(*EVERY),
    "GET /app/{addon}/dashboard/{name}": plain("{dashboard}"),
    "GET /app/{addon}/{model}": rows(
        *EVERY,
        query=(
            "",
            f"?q={MARK[:4]}",
            "?view=kanban",
            "?f=id:{id}",
            "?group=company",
            "?saved={saved}",
        ),
    ),
    "POST /app/{addon}/{model}/act/{verb}": rows(*EVERY, id="{id}"),
    "GET /app/{addon}/{model}/ask/{verb}/{name}": rows(*EVERY, query=("?record={id}", f"?q={MARK[:4]}")),
    "GET /app/{addon}/{model}/batch/{batch_id}": rows("core.batch"),
    "GET /app/{addon}/{model}/batch/{batch_id}/failed.csv": rows("core.batch"),
    "POST /app/{addon}/{model}/batch/{batch_id}/stop": rows("core.batch"),
    "POST /app/{addon}/{model}/batch/{batch_id}/undo": rows("core.batch"),
    "POST /app/{addon}/{model}/bulk": rows(*EVERY, id="{id}", action="__delete__"),
    "POST /app/{addon}/{model}/bulk/edit": rows(*EVERY, id="{id}", path="title", title="stolen", go="1"),
    "GET /app/{addon}/{model}/export": rows(*EVERY, query=("?format=csv", "?f=id:{id}&format=csv")),
    "POST /app/{addon}/{model}/export/selection": rows(*EVERY, id="{id}", format="csv"),
    "GET /app/{addon}/{model}/filter/{path}": rows(*EVERY, query=("", f"?q={MARK[:4]}")),
    "GET /app/{addon}/{model}/filters": rows(*EVERY),
    "GET /app/{addon}/{model}/import": rows(*EVERY),
    "POST /app/{addon}/{model}/import": WRITES_NEW,
    "POST /app/{addon}/{model}/move": rows(*EVERY, id="{id}", lane="won"),
    "GET /app/{addon}/{model}/narrow": rows(*EVERY, query=("?path=id&from={id}&to={id}",)),
    "GET /app/{addon}/{model}/new": rows(*EVERY, query=("", "?{references}")),
    "POST /app/{addon}/{model}/new": rows(*EVERY, references="yes"),
    "POST /app/{addon}/{model}/new/preview": rows(*EVERY, references="yes"),
    "GET /app/{addon}/{model}/options/{path}": rows(*EVERY, query=("?record={id}", f"?q={MARK[:4]}")),
    "POST /app/{addon}/{model}/quick": WRITES_NEW,
    "POST /app/{addon}/{model}/quick-card": WRITES_NEW,
    "GET /app/{addon}/{model}/suggest": rows(*EVERY, query=(f"?typed={MARK[:3]}")),
    "POST /app/{addon}/{model}/views": OWN,
    "POST /app/{addon}/{model}/views/{view_id}/forget": OWN,
    "GET /app/{addon}/{model}/{record_id}": rows(*EVERY),
    "POST /app/{addon}/{model}/{record_id}/actions/{verb}": rows(*EVERY),
    "POST /app/{addon}/{model}/{record_id}/delete": rows(*EVERY),
    "POST /app/{addon}/{model}/{record_id}/lines/{path}": rows(*EVERY),
    "POST /app/{addon}/{model}/{record_id}/lines/{path}/preview": rows(*EVERY),
    "POST /app/{addon}/{model}/{record_id}/set": rows(*EVERY, field="title", title="stolen", version="1"),
    "GET /bridge": plain("", "?show=waiting", "?before=999999"),
    "POST /bridge/catch-up": WRITES_NEW,
    "POST /bridge/check": plain(),
    "POST /bridge/repair/{kind}/{record_id}": rows("bridge_crm_erp.effect", "crm_sales.order"),
    "GET /calendar/{secret}": SIGN_IN,
    "POST /company/all": WRITES_NEW,
    "POST /company/{company_id}": rows("core.company"),
    "POST /consents/{party_id}": SHARED,
    "GET /contacts/vcards": WRITES_NEW,
    "POST /contacts/vcards": WRITES_NEW,
    "GET /contacts/{party_id}/vcard": rows("base.party"),
    "GET /customers/{party_id}/timeline": rows("base.party", query=("", "?topic=crm", "?after=9999999")),
    "GET /events": not_of_rows("tells ids of what changed; every page asks again under its own rules"),
    "GET /files/{file_id}/{name}": rows("base.file"),
    "GET /forgotten": SIGN_IN,
    "POST /forgotten": SIGN_IN,
    "GET /healthz": PROCESS,
    "GET /invitation/{token}": SIGN_IN,
    "POST /invitation/{token}": SIGN_IN,
    "POST /language": SIGN_IN,
    "GET /login": SIGN_IN,
    "POST /login": SIGN_IN,
    "GET /login/code": SIGN_IN,
    "POST /login/code": SIGN_IN,
    "POST /logout": SIGN_IN,
    "GET /mail/compose": rows(*EVERY, query=("?model={model}&id={id}",)),
    "POST /mail/preview": rows(*EVERY, model="{model}", id="{id}", to="a@example.com", subject="x", body="x"),
    "POST /mail/send": rows(*EVERY, model="{model}", id="{id}", to="a@example.com", subject="x", body="x"),
    "GET /metrics": PROCESS,
    "GET /my/activities": plain(),
    "POST /my/activities/{activity_id}/done": rows("base.activity"),
    "POST /my/activities/{activity_id}/move": rows("base.activity", due_on="2031-01-01"),
    "GET /my/calendar": plain(),
    "POST /my/calendar": OWN,
    "POST /my/calendar/{feed_id}/revoke": OWN,
    "POST /my/notices/read": plain(),
    "GET /profile": OWN,
    "POST /profile": OWN,
    "POST /profile/density": OWN,
    "POST /profile/password": OWN,
    "GET /profile/second-step": OWN,
    "POST /profile/second-step": OWN,
    "POST /profile/second-step/codes": OWN,
    "POST /profile/second-step/off": OWN,
    "POST /profile/sessions/{session_id}/end": OWN,
    "POST /profile/tokens": OWN,
    "POST /profile/tokens/{token_id}/revoke": OWN,
    "GET /quote/{token}": SIGN_IN,
    "POST /quote/{token}/accept": SIGN_IN,
    "GET /quote/{token}/pdf": SIGN_IN,
    "POST /quote/{token}/refuse": SIGN_IN,
    "GET /readyz": PROCESS,
    "GET /reset/{token}": SIGN_IN,
    "POST /reset/{token}": SIGN_IN,
    "GET /search": plain(f"?q={MARK[:4]}", f"?q={MARK[:3]}"),
    "GET /settings": plain(),
    "GET /settings/apps": APPS,
    "GET /settings/apps/archives/{event_id}": APPS,
    "POST /settings/apps/archives/{event_id}/bring-back": APPS,
    "GET /settings/apps/companies": APPS,
    "POST /settings/apps/companies/{company_id}/{name}/use": APPS,
    "POST /settings/apps/companies/{company_id}/{name}/stop": APPS,
    "GET /settings/apps/extends": APPS,
    "GET /settings/apps/history": APPS,
    "GET /settings/apps/upgrade": APPS,
    "POST /settings/apps/upgrade": APPS,
    "POST /settings/apps/{name}/disable": APPS,
    "POST /settings/apps/{name}/enable": APPS,
    "GET /settings/apps/{name}/preview": APPS,
    "GET /settings/apps/{name}/remove": APPS,
    "POST /settings/apps/{name}/remove": APPS,
    "GET /settings/audit": rows(*EVERY, query=("?model={model}&record={id}", "?before=99999999")),
    "GET /settings/company": plain(),
    "POST /settings/company": WRITES_NEW,
    "GET /settings/company/new": plain(),
    "POST /settings/company/new": WRITES_NEW,
    "GET /settings/examples": APPS,
    "POST /settings/examples": APPS,
    "POST /settings/examples/remove": APPS,
    "GET /settings/jobs": plain("", "?state=failed", "?before=999999999"),
    "POST /settings/jobs/{job_id}/cancel": rows("job"),
    "POST /settings/jobs/{job_id}/retry": rows("job"),
    "GET /settings/mail": plain(),
    "POST /settings/mail": WRITES_NEW,
    "POST /settings/mail/test": WRITES_NEW,
    "GET /settings/mail-templates": SHARED,
    "GET /settings/mail-templates/new": SHARED,
    "POST /settings/mail-templates/new": SHARED,
    "GET /settings/mail-templates/{template_id}": SHARED,
    "POST /settings/mail-templates/{template_id}": SHARED,
    "POST /settings/mail-templates/{template_id}/delete": SHARED,
    "GET /settings/master-data": SHARED,
    "GET /settings/master-data/new": SHARED,
    "POST /settings/master-data/new": SHARED,
    "GET /settings/master-data/{system_id}": SHARED,
    "POST /settings/master-data/{system_id}": SHARED,
    "POST /settings/master-data/{system_id}/import": SHARED,
    "POST /settings/master-data/{system_id}/remove": SHARED,
    "GET /settings/outbox": plain("", "?status=waiting", "?before=99999999"),
    "GET /settings/outbox/{mail_id}": rows("core.mail"),
    "POST /settings/outbox/{mail_id}/send-again": rows("core.mail"),
    "GET /settings/personal-data": SHARED,
    "GET /settings/personal-data/people": SHARED,
    "GET /settings/personal-data/people/{party_id}": PERSON,
    "POST /settings/personal-data/people/{party_id}/anonymise": PERSON,
    "GET /settings/personal-data/people/{party_id}/archive": PERSON,
    "POST /settings/personal-data/rules": SHARED,
    "GET /settings/personal-data/rules/{rule_id}": PERSON,
    "POST /settings/personal-data/rules/{rule_id}/drop": SHARED,
    "POST /settings/personal-data/rules/{rule_id}/run": PERSON,
    "GET /settings/personal-data/runs/{run_id}": PERSON,
    "POST /settings/personal-data/runs/{run_id}/stop": PERSON,
    "POST /settings/personal-data/wordings": SHARED,
    "GET /settings/users": USERS,
    "GET /settings/users/new": USERS,
    "POST /settings/users/new": USERS,
    "GET /settings/users/{user_id}": USERS,
    "POST /settings/users/{user_id}": USERS,
    "POST /settings/users/{user_id}/activate": USERS,
    "POST /settings/users/{user_id}/deactivate": USERS,
    "POST /settings/users/{user_id}/invite": USERS,
    "POST /settings/users/{user_id}/link": USERS,
    "GET /settings/webhooks": rows("core.webhook_delivery", query=("", "?status=waiting")),
    "POST /settings/webhooks": WRITES_NEW,
    "POST /settings/webhooks/deliveries/{delivery_id}/replay": rows("core.webhook_delivery"),
    "POST /settings/webhooks/{hook_id}/remove": not_of_rows("webhooks belong to the whole workspace"),
    "POST /settings/webhooks/{hook_id}/switch": not_of_rows("webhooks belong to the whole workspace"),
    "GET /setup": SIGN_IN,
    "POST /setup": SIGN_IN,
    "GET /timeline/{model}/{record_id}": rows(*EVERY, query=("", "?after=99999999")),
    "POST /timeline/{model}/{record_id}/file": rows(*EVERY),
    "POST /timeline/{model}/{record_id}/follow": rows(*EVERY),
    "POST /timeline/{model}/{record_id}/note": rows(*EVERY, body="stolen"),
    "POST /timeline/{model}/{record_id}/plan": rows(*EVERY, summary="stolen", due_on="2031-01-01"),
}


NEEDS_NO_FIELD = {
    *("/company/all", "/company/{company_id}", "/favourites", "/language", "/logout", "/setup"),
    *("/my/calendar", "/my/calendar/{feed_id}/revoke", "/my/notices/read", "/profile/density"),
    "/accounting/bank/line/{line_id}/plan",
    "/accounting/bank/statement/{statement_id}/certain",
    "/accounting/bank/statement/{statement_id}/reopen",
    "/accounting/bank/statement/{statement_id}/undo/{run}",
    "/accounting/closing/year",
    "/accounting/reminders",
    "/activities/{activity_id}/done",
    "/app/{addon}/{model}/batch/{batch_id}/stop",
    "/app/{addon}/{model}/batch/{batch_id}/undo",
    "/app/{addon}/{model}/bulk",
    "/app/{addon}/{model}/bulk/edit",
    "/app/{addon}/{model}/export/selection",
    "/app/{addon}/{model}/new/preview",
    "/app/{addon}/{model}/{record_id}/delete",
    "/bridge/check",
    "/bridge/listeners/{webhook_id}/switch",
    "/bridge/repair/{kind}/{record_id}",
    "/purchasing/requests/{request_id}/best",
    "/purchasing/requests/{request_id}/choose",
    "/settings/apps/upgrade",
    "/settings/jobs/{job_id}/cancel",
    "/settings/mail",
    "/settings/mail-templates/{template_id}/delete",
    "/settings/outbox/{mail_id}/send-again",
    "/settings/webhooks/deliveries/{delivery_id}/replay",
    "/settings/webhooks/{hook_id}/remove",
}
"""What a button does is said by its address, and what is empty may be meant: no mail server, no selection."""


def served_routes(app: Any) -> list[tuple[str, str]]:
    """(method, address with {names}) of everything the application serves."""
    while not hasattr(app, "routes"):
        app = getattr(app, "app", None) or app.asgi_handler
    served = {(str(m), str(r.path_format)) for r in app.routes for m in getattr(r, "methods", ())}
    return sorted(pair for pair in served if pair[0] != "OPTIONS" and not pair[1].startswith("/static"))
