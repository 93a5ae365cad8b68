"""Charts of accounts, and opening a company's books with one."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_accounting.models import (
    Account,
    AccountedTax,
    Entry,
    Invoice,
    Journal,
    Ledger,
    Payment,
    PaymentTerm,
    PaymentTermLine,
    TaxPoint,
)
from core.api import RuleBroken, _, using

if TYPE_CHECKING:
    from addons.erp_accounting.charting import Chart
    from core.api import Env


class BooksInUse(RuleBroken):
    def __init__(self, company: str) -> None:
        super().__init__(
            _("{company} already has documents in its books.", company=company),
            hint=_("Add or rename single accounts instead of changing the chart."),
        )


def offered(env: Env) -> dict[str, Chart]:
    """The charts of all enabled addons, by key."""
    return {chart.key: chart for chart in chain.from_iterable(env.hooks.declare_charts())}


def open_books(env: Env) -> None:
    """Give the current company the chart of its country, else the generic one; nothing when it has one."""
    if env.company_id is None or _ledger(env):
        return
    charts = list(offered(env).values())
    country = env.company.country
    fitting = [chart for chart in charts if country in (chart.countries or (chart.country,))]
    install(env, (fitting or [chart for chart in charts if not chart.country])[0])


def prefer(env: Env, chart: Chart) -> None:
    """Use a country's chart where the company is there and began with another one, as long as the books are
    empty."""
    if env.company_id is None or env.company.country not in (chart.countries or (chart.country,)):
        return
    ledger = _ledger(env)
    if ledger is None:
        install(env, chart)
    elif ledger.chart != chart.key and not in_use(env):
        replace(env, chart)


def in_use(env: Env) -> bool:
    """Whether any document of the company uses the accounts."""
    for model in (env[Entry], env[Invoice], env[Payment]):
        if env.session.scalars(select(model.id).where(model.company_id == env.company_id).limit(1)).first():
            return True
    return False


def replace(env: Env, chart: Chart) -> Ledger:
    """Put another chart in place of one that no document uses."""
    if in_use(env):
        raise BooksInUse(env.company.name)
    ledger = _ledger(env)
    gone = offered(env).get(ledger.chart) if ledger else None
    if ledger:
        env.session.delete(ledger)
        env.session.flush()
    theirs = {spec.code for spec in gone.taxes} if gone else set()
    taxes = env[AccountedTax]
    for tax in env.session.scalars(select(taxes).where(taxes.company_id == env.company_id)):
        tax.account_id = tax.reverse_account_id = None
        tax.active = tax.active and tax.code not in theirs
    env.session.flush()
    for model in (env[Journal], env[PaymentTerm], env[Account]):
        for row in env.session.scalars(select(model).where(model.company_id == env.company_id)):
            env.session.delete(row)
        env.session.flush()
    env.cache.clear()
    return install(env, chart)


def install(env: Env, chart: Chart) -> Ledger:
    """Write accounts, journals, taxes, terms and the ledger of the current company, in its language."""
    with using(env.company.locale):
        return _install(env, chart)


def _install(env: Env, chart: Chart) -> Ledger:
    company = env.company_id
    ids = _install_accounts(env, chart)
    journals = env[Journal]
    env.session.add_all(
        journals(
            company_id=company,
            code=spec.code,
            name=str(spec.name),
            kind=spec.kind,
            prefix=spec.prefix,
            account_id=ids[spec.account] if spec.account else None,
            for_credit_notes=spec.for_credit_notes,
        )
        for spec in chart.journals
    )
    _install_taxes(env, chart, ids)
    terms, lines = env[PaymentTerm], env[PaymentTermLine]
    for spec in chart.terms:
        env.session.add(
            terms(
                company_id=company,
                name=str(spec.name),
                lines=[
                    lines(
                        position=position,
                        share=rule.share,
                        value=rule.value,
                        delay=rule.delay,
                        months=rule.months,
                        days=rule.days,
                        day=rule.day,
                    )
                    for position, rule in enumerate(spec.rules, start=1)
                ],
            )
        )
    ledger = env[Ledger](
        company_id=company,
        chart=chart.key,
        carries_forward=chart.carries_forward,
        **{f"{purpose}_id": ids[code] for purpose, code in chart.purposes.items()},
    )
    env.session.add(ledger)
    env.session.flush()
    return ledger


def _install_accounts(env: Env, chart: Chart) -> dict[str, int]:
    model = env[Account]
    rows = [
        model(
            company_id=env.company_id,
            code=spec.code,
            name=str(spec.name),
            type=spec.type,
            reconcilable=spec.reconcilable,
            tags=spec.tags,
        )
        for spec in chart.accounts
    ]
    env.session.add_all(rows)
    env.session.flush()
    return {row.code: row.id for row in rows}


def _install_taxes(env: Env, chart: Chart, ids: dict[str, int]) -> None:
    """Write the taxes; one that exists under the same code gets its accounts and is active again."""
    model = env[AccountedTax]
    known = {
        tax.code: tax for tax in env.session.scalars(select(model).where(model.company_id == env.company_id))
    }
    if known and not chart.country:
        return  # those of the company's country are there already
    for position, spec in enumerate(chart.taxes, start=1):
        tax = known.get(spec.code)
        if tax is None:
            tax = model(
                company_id=env.company_id,
                code=spec.code,
                name=str(spec.name),
                kind=spec.kind,
                rate=spec.rate,
                included=spec.included,
                scope=spec.scope,
                category=spec.category,
                exemption_reason=str(spec.reason) or None,
                position=position,
            )
            env.session.add(tax)
        tax.active = True
        tax.reverse_rate = spec.reverse_rate
        tax.exigible = TaxPoint.PAYMENT if spec.on_payment else TaxPoint.INVOICE
        tax.base_box, tax.due_box, tax.deductible_box = spec.base_box, spec.due_box, spec.deductible_box
        tax.account_id = ids[spec.account] if spec.account else None
        tax.reverse_account_id = ids[spec.reverse_account] if spec.reverse_account else None


def _ledger(env: Env) -> Ledger | None:
    model = env[Ledger]
    return env.session.scalars(select(model).where(model.company_id == env.company_id)).one_or_none()
