"""Who may do what in the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.catalog.models import Tax
from addons.erp_accounting import models as m
from core.api import Grant, Role, _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.api import Model


def _on(operations: str, *of: type[Model]) -> Iterable[Grant]:
    return (Grant(model, operations) for model in of)


ROLES = (
    Role(
        "erp_accounting.status",
        _("Invoice status"),
        implies=("base.user",),
        grants=(*_on("r", m.Invoice, m.InvoiceLine, m.InvoiceLineTax),),
    ),
    Role(
        "erp_accounting.viewer",
        _("Accounting, read only"),
        implies=("erp_accounting.status",),
        grants=(*_on("r", *m.MODELS),),
        field_groups=(m.AMOUNTS,),
    ),
    Role(
        "erp_accounting.invoicing",
        _("Invoicing"),
        implies=("erp_accounting.viewer",),
        grants=(
            *_on("crud", m.Invoice, m.InvoiceLine, m.InvoiceLineTax, m.Payment, m.Allocation),
            *_on("crud", m.PartyAccount, m.Mandate, m.PaymentBatch, m.PaymentBatchLine),
            *_on("crud", m.DunningHold, m.Recurrence),
            *_on("cr", m.DunningNotice, m.RecurrenceRun, m.AnalyticLine),
            *_on("cru", m.Entry, m.EntryLine),
        ),
    ),
    Role(
        "erp_accounting.accountant",
        _("Accountant"),
        implies=("erp_accounting.invoicing",),
        grants=(
            *_on("crud", m.Entry, m.EntryLine, m.Account, m.Journal, m.PaymentTerm, m.PaymentTermLine, Tax),
            *_on("crud", m.CategoryIncome, m.CategoryExpense),
            *_on("cru", m.Ledger, m.LockException),
            *_on("cru", m.TaxReturn),
            *_on("crud", m.FiscalYear, m.DunningLevel),
            *_on("crud", m.AnalyticPlan, m.AnalyticAccount, m.AnalyticRule, m.Budget, m.BudgetLine),
            *_on("crud", m.Distribution, m.DistributionShare),
            *_on("cr", m.ClosingTotal, m.AnalyticAllocation),
            *_on("crud", m.BankAccount, m.BankStatement, m.BankLine, m.BankConfirmation, m.BankRule),
        ),
    ),
)
