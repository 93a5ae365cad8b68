"""What erp_accounting stores."""

from addons.erp_accounting.models.account import (
    ASSETS,
    EQUITY,
    EXPENSES,
    INCOME,
    LIABILITIES,
    PARTY_TYPES,
    Account,
    AccountType,
)
from addons.erp_accounting.models.accounted import AccountedCategory, AccountedTax, TaxPoint
from addons.erp_accounting.models.bank import (
    BankAccount,
    BankConfirmation,
    BankLine,
    BankStatement,
    LineState,
    StatementFormat,
)
from addons.erp_accounting.models.bank_rule import BankRule, RuleDirection
from addons.erp_accounting.models.entry import (
    AMOUNTS,
    Entry,
    EntryKind,
    EntryLine,
    EntryState,
    PeriodTotal,
)
from addons.erp_accounting.models.fiscal import (
    ClosingKind,
    ClosingTotal,
    FiscalYear,
    LockException,
    LockScope,
    YearState,
)
from addons.erp_accounting.models.invoice import (
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceLineTax,
    InvoiceState,
    LineKind,
    PaymentStatus,
)
from addons.erp_accounting.models.journal import Journal, JournalKind
from addons.erp_accounting.models.ledger import Ledger
from addons.erp_accounting.models.open_item import Allocation, OpenItem
from addons.erp_accounting.models.payment import Direction, Payment, PaymentState
from addons.erp_accounting.models.payment_term import Delay, DiscountTax, PaymentTerm, PaymentTermLine, Share
from addons.erp_accounting.models.tax_return import ReturnState, TaxReturn

__all__ = [
    "AMOUNTS",
    "ASSETS",
    "EQUITY",
    "EXPENSES",
    "INCOME",
    "LIABILITIES",
    "PARTY_TYPES",
    "Account",
    "AccountType",
    "AccountedCategory",
    "AccountedTax",
    "Allocation",
    "BankAccount",
    "BankConfirmation",
    "BankLine",
    "BankRule",
    "BankStatement",
    "ClosingKind",
    "ClosingTotal",
    "Delay",
    "Direction",
    "DiscountTax",
    "Entry",
    "EntryKind",
    "EntryLine",
    "EntryState",
    "FiscalYear",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceLineTax",
    "InvoiceState",
    "Journal",
    "JournalKind",
    "Ledger",
    "LineKind",
    "LineState",
    "LockException",
    "LockScope",
    "OpenItem",
    "Payment",
    "PaymentState",
    "PaymentStatus",
    "PaymentTerm",
    "PaymentTermLine",
    "PeriodTotal",
    "ReturnState",
    "RuleDirection",
    "Share",
    "StatementFormat",
    "TaxPoint",
    "TaxReturn",
    "YearState",
]

MODELS = (
    Account,
    Journal,
    Ledger,
    PaymentTerm,
    PaymentTermLine,
    Entry,
    EntryLine,
    PeriodTotal,
    OpenItem,
    Allocation,
    Invoice,
    InvoiceLine,
    InvoiceLineTax,
    Payment,
    FiscalYear,
    LockException,
    ClosingTotal,
    TaxReturn,
    BankAccount,
    BankStatement,
    BankLine,
    BankConfirmation,
    BankRule,
)
EXTENSIONS = (AccountedTax, AccountedCategory)
