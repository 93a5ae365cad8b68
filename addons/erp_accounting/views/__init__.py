"""Screens of the books: declared lists and forms."""

from __future__ import annotations

from addons.erp_accounting.views.analytic import ANALYTIC
from addons.erp_accounting.views.bank import BANK
from addons.erp_accounting.views.books import BOOKS
from addons.erp_accounting.views.budgets import BUDGETS
from addons.erp_accounting.views.dunning import DUNNING
from addons.erp_accounting.views.entries import ENTRIES
from addons.erp_accounting.views.invoices import INVOICES
from addons.erp_accounting.views.payments import PAYMENTS
from addons.erp_accounting.views.periods import PERIODS
from addons.erp_accounting.views.recurring import RECURRING
from addons.erp_accounting.views.sepa import SEPA
from addons.erp_accounting.views.tax_returns import TAX_RETURNS

VIEWS = (
    *INVOICES,
    *PAYMENTS,
    *ENTRIES,
    *BOOKS,
    *PERIODS,
    *BANK,
    *SEPA,
    *DUNNING,
    *RECURRING,
    *TAX_RETURNS,
    *ANALYTIC,
    *BUDGETS,
)
