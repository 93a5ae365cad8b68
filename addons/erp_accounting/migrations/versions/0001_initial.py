"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("catalog_tax", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.add_column("catalog_tax", sa.Column("reverse_rate", sa.Numeric(precision=20, scale=10), nullable=True))
    op.add_column("catalog_tax", sa.Column("reverse_account_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "catalog_tax", sa.Column("exigible", sa.String(length=20), server_default="invoice", nullable=False)
    )
    op.add_column(
        "catalog_tax", sa.Column("base_box", sa.String(length=20), server_default="", nullable=False)
    )
    op.add_column(
        "catalog_tax", sa.Column("due_box", sa.String(length=20), server_default="", nullable=False)
    )
    op.add_column(
        "catalog_tax", sa.Column("deductible_box", sa.String(length=20), server_default="", nullable=False)
    )
    op.create_table(
        "erp_accounting_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("reconcilable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("tags", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "type IN ('receivable', 'bank', 'current_asset', 'prepayment', 'fixed_asset', 'payable', 'current_liability', 'long_liability', 'equity', 'result', 'income', 'other_income', 'cost_of_sales', 'expense', 'depreciation', 'off_balance')",
            name=op.f("ck_erp_accounting_account_type_choice"),
        ),
        sa.CheckConstraint(
            "type NOT IN ('receivable', 'payable') OR reconcilable",
            name=op.f("ck_erp_accounting_account_party_account_is_matched"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_account_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_account")),
    )
    op.create_index(
        op.f("ix_erp_accounting_account_company_id"), "erp_accounting_account", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_account_search",
        "erp_accounting_account",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_account_code", "erp_accounting_account", ["company_id", "code"], unique=True
    )
    op.create_table(
        "erp_accounting_analytic_plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_plan_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_plan")),
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_plan_company_id"),
        "erp_accounting_analytic_plan",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_analytic_plan_search",
        "erp_accounting_analytic_plan",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_analytic_plan_name",
        "erp_accounting_analytic_plan",
        ["company_id", "name"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'confirmed', 'done')", name=op.f("ck_erp_accounting_budget_state_choice")
        ),
        sa.CheckConstraint(
            'extract(day FROM start) = 1 AND extract(day FROM "end" + 1) = 1 AND start < "end"',
            name=op.f("ck_erp_accounting_budget_whole_months"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_budget_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_budget")),
    )
    op.create_index(
        op.f("ix_erp_accounting_budget_company_id"), "erp_accounting_budget", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_budget_search",
        "erp_accounting_budget",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_budget_name", "erp_accounting_budget", ["company_id", "name"], unique=True
    )
    op.create_table(
        "erp_accounting_closing_total",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("debit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("credit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("perpetual_debit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("perpetual_credit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("heads", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('month', 'year')", name=op.f("ck_erp_accounting_closing_total_kind_choice")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_closing_total_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_closing_total")),
    )
    op.create_index(
        "ix_erp_accounting_closing_total_company_end",
        "erp_accounting_closing_total",
        ["company_id", "end"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_closing_total_company_id"),
        "erp_accounting_closing_total",
        ["company_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_dunning_level",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("fee", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("books_fee", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("subject_fr", sa.String(length=200), server_default="", nullable=False),
        sa.Column("body_fr", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "days >= 0 AND fee >= 0", name=op.f("ck_erp_accounting_dunning_level_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_dunning_level_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_dunning_level")),
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_level_company_id"),
        "erp_accounting_dunning_level",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_dunning_level_search",
        "erp_accounting_dunning_level",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_dunning_level_days",
        "erp_accounting_dunning_level",
        ["company_id", "days"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "erp_accounting_payment_term",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("discount_percent", sa.Numeric(precision=20, scale=10), server_default="0", nullable=False),
        sa.Column("discount_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("discount_tax", sa.String(length=20), nullable=False),
        sa.Column("cash", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "discount_tax IN ('reduced', 'kept')",
            name=op.f("ck_erp_accounting_payment_term_discount_tax_choice"),
        ),
        sa.CheckConstraint(
            "discount_percent >= 0 AND discount_percent < 100 AND discount_days BETWEEN 0 AND 3650",
            name=op.f("ck_erp_accounting_payment_term_discount_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_payment_term_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_payment_term")),
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_term_company_id"),
        "erp_accounting_payment_term",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_payment_term_search",
        "erp_accounting_payment_term",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_accounting_category_expense",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_category_expense_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["catalog_category.id"],
            name=op.f("fk_erp_accounting_category_expense_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_category_expense")),
        sa.UniqueConstraint("category_id", "account_id", name="uq_erp_accounting_category_expense_once"),
    )
    op.create_index(
        op.f("ix_erp_accounting_category_expense_account_id"),
        "erp_accounting_category_expense",
        ["account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_category_expense_category_id"),
        "erp_accounting_category_expense",
        ["category_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_category_income",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_category_income_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["catalog_category.id"],
            name=op.f("fk_erp_accounting_category_income_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_category_income")),
        sa.UniqueConstraint("category_id", "account_id", name="uq_erp_accounting_category_income_once"),
    )
    op.create_index(
        op.f("ix_erp_accounting_category_income_account_id"),
        "erp_accounting_category_income",
        ["account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_category_income_category_id"),
        "erp_accounting_category_income",
        ["category_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_journal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("for_credit_notes", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('sale', 'purchase', 'bank', 'cash', 'general', 'stock', 'opening', 'closing')",
            name=op.f("ck_erp_accounting_journal_kind_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_journal_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_journal_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_journal")),
    )
    op.create_index(
        op.f("ix_erp_accounting_journal_account_id"), "erp_accounting_journal", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_journal_company_id"), "erp_accounting_journal", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_journal_search",
        "erp_accounting_journal",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_journal_code", "erp_accounting_journal", ["company_id", "code"], unique=True
    )
    op.create_index(
        "uq_erp_accounting_journal_prefix", "erp_accounting_journal", ["company_id", "prefix"], unique=True
    )
    op.create_table(
        "erp_accounting_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("chart", sa.String(length=40), nullable=False),
        sa.Column("fiscal_month", sa.Integer(), server_default="1", nullable=False),
        sa.Column("carries_forward", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("retention_years", sa.Integer(), server_default="10", nullable=False),
        sa.Column("legal_note", sa.Text(), server_default="", nullable=False),
        sa.Column("creditor_id", sa.String(length=35), server_default="", nullable=False),
        sa.Column("reminders_nightly", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("lock_sales", sa.Date(), nullable=True),
        sa.Column("lock_purchases", sa.Date(), nullable=True),
        sa.Column("lock_all", sa.Date(), nullable=True),
        sa.Column("lock_hard", sa.Date(), nullable=True),
        sa.Column("receivable_id", sa.BigInteger(), nullable=True),
        sa.Column("payable_id", sa.BigInteger(), nullable=True),
        sa.Column("sales_id", sa.BigInteger(), nullable=True),
        sa.Column("services_id", sa.BigInteger(), nullable=True),
        sa.Column("purchases_id", sa.BigInteger(), nullable=True),
        sa.Column("expenses_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_collected_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_deductible_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_payable_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_credit_id", sa.BigInteger(), nullable=True),
        sa.Column("rounding_id", sa.BigInteger(), nullable=True),
        sa.Column("write_off_loss_id", sa.BigInteger(), nullable=True),
        sa.Column("write_off_gain_id", sa.BigInteger(), nullable=True),
        sa.Column("exchange_loss_id", sa.BigInteger(), nullable=True),
        sa.Column("exchange_gain_id", sa.BigInteger(), nullable=True),
        sa.Column("discount_given_id", sa.BigInteger(), nullable=True),
        sa.Column("discount_taken_id", sa.BigInteger(), nullable=True),
        sa.Column("dunning_fee_id", sa.BigInteger(), nullable=True),
        sa.Column("deposits_id", sa.BigInteger(), nullable=True),
        sa.Column("retained_id", sa.BigInteger(), nullable=True),
        sa.Column("result_id", sa.BigInteger(), nullable=True),
        sa.Column("loss_id", sa.BigInteger(), nullable=True),
        sa.Column("inventory_id", sa.BigInteger(), nullable=True),
        sa.Column("goods_received_id", sa.BigInteger(), nullable=True),
        sa.Column("cost_of_sales_id", sa.BigInteger(), nullable=True),
        sa.Column("stock_loss_id", sa.BigInteger(), nullable=True),
        sa.Column("production_id", sa.BigInteger(), nullable=True),
        sa.Column("landed_costs_id", sa.BigInteger(), nullable=True),
        sa.Column("suspense_id", sa.BigInteger(), nullable=True),
        sa.Column("bank_fees_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "fiscal_month BETWEEN 1 AND 12", name=op.f("ck_erp_accounting_ledger_fiscal_month")
        ),
        sa.CheckConstraint(
            "retention_years BETWEEN 1 AND 99", name=op.f("ck_erp_accounting_ledger_retention_years")
        ),
        sa.ForeignKeyConstraint(
            ["bank_fees_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_bank_fees_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_ledger_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["cost_of_sales_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_cost_of_sales_id"),
        ),
        sa.ForeignKeyConstraint(
            ["deposits_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_deposits_id")
        ),
        sa.ForeignKeyConstraint(
            ["discount_given_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_discount_given_id"),
        ),
        sa.ForeignKeyConstraint(
            ["discount_taken_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_discount_taken_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dunning_fee_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_dunning_fee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["exchange_gain_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_exchange_gain_id"),
        ),
        sa.ForeignKeyConstraint(
            ["exchange_loss_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_exchange_loss_id"),
        ),
        sa.ForeignKeyConstraint(
            ["expenses_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_expenses_id")
        ),
        sa.ForeignKeyConstraint(
            ["goods_received_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_goods_received_id"),
        ),
        sa.ForeignKeyConstraint(
            ["inventory_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_inventory_id"),
        ),
        sa.ForeignKeyConstraint(
            ["landed_costs_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_landed_costs_id"),
        ),
        sa.ForeignKeyConstraint(
            ["loss_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_loss_id")
        ),
        sa.ForeignKeyConstraint(
            ["payable_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_payable_id")
        ),
        sa.ForeignKeyConstraint(
            ["production_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_production_id"),
        ),
        sa.ForeignKeyConstraint(
            ["purchases_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_purchases_id"),
        ),
        sa.ForeignKeyConstraint(
            ["receivable_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_receivable_id"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["retained_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_retained_id")
        ),
        sa.ForeignKeyConstraint(
            ["rounding_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_rounding_id")
        ),
        sa.ForeignKeyConstraint(
            ["sales_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_sales_id")
        ),
        sa.ForeignKeyConstraint(
            ["services_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_services_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_loss_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_stock_loss_id"),
        ),
        sa.ForeignKeyConstraint(
            ["suspense_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_ledger_suspense_id")
        ),
        sa.ForeignKeyConstraint(
            ["tax_collected_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_tax_collected_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tax_credit_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_tax_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tax_deductible_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_tax_deductible_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tax_payable_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_tax_payable_id"),
        ),
        sa.ForeignKeyConstraint(
            ["write_off_gain_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_write_off_gain_id"),
        ),
        sa.ForeignKeyConstraint(
            ["write_off_loss_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_ledger_write_off_loss_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_ledger")),
    )
    op.create_index(
        op.f("ix_erp_accounting_ledger_company_id"), "erp_accounting_ledger", ["company_id"], unique=False
    )
    op.create_index("uq_erp_accounting_ledger_company", "erp_accounting_ledger", ["company_id"], unique=True)
    op.create_table(
        "erp_accounting_lock_exception",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_erp_accounting_lock_exception_reason_given")),
        sa.CheckConstraint(
            "scope IN ('sales', 'purchases', 'all')",
            name=op.f("ck_erp_accounting_lock_exception_scope_choice"),
        ),
        sa.CheckConstraint(
            "until <= created_at + interval '31 days'",
            name=op.f("ck_erp_accounting_lock_exception_for_a_month_at_most"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_lock_exception_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["core_user.id"], name=op.f("fk_erp_accounting_lock_exception_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["core_user.id"], name=op.f("fk_erp_accounting_lock_exception_granted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_erp_accounting_lock_exception_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_lock_exception")),
    )
    op.create_index(
        op.f("ix_erp_accounting_lock_exception_company_id"),
        "erp_accounting_lock_exception",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_lock_exception_company_until",
        "erp_accounting_lock_exception",
        ["company_id", "until"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_lock_exception_ended_by_id"),
        "erp_accounting_lock_exception",
        ["ended_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_lock_exception_granted_by_id"),
        "erp_accounting_lock_exception",
        ["granted_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_lock_exception_user_id"),
        "erp_accounting_lock_exception",
        ["user_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_payment_term_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=10), server_default="0", nullable=False),
        sa.Column("delay", sa.String(length=20), nullable=False),
        sa.Column("months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "day BETWEEN 0 AND 31 AND (delay NOT IN ('day_of_month', 'month_end_day') OR day > 0)",
            name=op.f("ck_erp_accounting_payment_term_line_day_of_month"),
        ),
        sa.CheckConstraint(
            "delay IN ('after', 'month_end', 'after_month_end', 'day_of_month', 'month_end_day')",
            name=op.f("ck_erp_accounting_payment_term_line_delay_choice"),
        ),
        sa.CheckConstraint(
            "share IN ('percent', 'fixed', 'rest')",
            name=op.f("ck_erp_accounting_payment_term_line_share_choice"),
        ),
        sa.CheckConstraint(
            "months BETWEEN 0 AND 120 AND days BETWEEN 0 AND 3650",
            name=op.f("ck_erp_accounting_payment_term_line_delay_in_range"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_erp_accounting_payment_term_line_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["term_id"],
            ["erp_accounting_payment_term.id"],
            name=op.f("fk_erp_accounting_payment_term_line_term_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_payment_term_line")),
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_term_line_term_id"),
        "erp_accounting_payment_term_line",
        ["term_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_analytic_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_account_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_analytic_account_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["erp_accounting_analytic_plan.id"],
            name=op.f("fk_erp_accounting_analytic_account_plan_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_account")),
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_account_company_id"),
        "erp_accounting_analytic_account",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_account_party_id"),
        "erp_accounting_analytic_account",
        ["party_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_account_plan_id"),
        "erp_accounting_analytic_account",
        ["plan_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_analytic_account_search",
        "erp_accounting_analytic_account",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_analytic_account_code",
        "erp_accounting_analytic_account",
        ["company_id", "code"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_bank_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("suspense_account_id", sa.BigInteger(), nullable=True),
        sa.Column("transit_account_id", sa.BigInteger(), nullable=True),
        sa.Column("fee_account_id", sa.BigInteger(), nullable=True),
        sa.Column("tolerance", sa.Numeric(precision=20, scale=4), server_default="1", nullable=False),
        sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "tolerance >= 0", name=op.f("ck_erp_accounting_bank_account_tolerance_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_bank_account_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["fee_account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_bank_account_fee_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["erp_accounting_journal.id"],
            name=op.f("fk_erp_accounting_bank_account_journal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["suspense_account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_bank_account_suspense_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["transit_account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_bank_account_transit_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_bank_account")),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_account_company_id"),
        "erp_accounting_bank_account",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_bank_account_search",
        "erp_accounting_bank_account",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_bank_account_iban",
        "erp_accounting_bank_account",
        ["company_id", "iban", "currency"],
        unique=True,
        postgresql_where=sa.text("iban IS NOT NULL"),
    )
    op.create_index(
        "uq_erp_accounting_bank_account_journal", "erp_accounting_bank_account", ["journal_id"], unique=True
    )
    op.create_table(
        "erp_accounting_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), server_default="", nullable=False),
        sa.Column("origin", sa.String(length=80), server_default="", nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversal_of_id", sa.BigInteger(), nullable=True),
        sa.Column("lock_exception_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'posted') = (number IS NOT NULL AND year IS NOT NULL AND sequence IS NOT NULL AND hash IS NOT NULL)",
            name=op.f("ck_erp_accounting_entry_posted_is_numbered"),
        ),
        sa.CheckConstraint(
            "kind IN ('ordinary', 'result', 'carried')", name=op.f("ck_erp_accounting_entry_kind_choice")
        ),
        sa.CheckConstraint("state IN ('draft', 'posted')", name=op.f("ck_erp_accounting_entry_state_choice")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_entry_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["erp_accounting_journal.id"], name=op.f("fk_erp_accounting_entry_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["lock_exception_id"],
            ["erp_accounting_lock_exception.id"],
            name=op.f("fk_erp_accounting_entry_lock_exception_id"),
        ),
        sa.ForeignKeyConstraint(
            ["reversal_of_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_entry_reversal_of_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_entry")),
    )
    op.create_index(
        "ix_erp_accounting_entry_company_date", "erp_accounting_entry", ["company_id", "date"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_entry_company_id"), "erp_accounting_entry", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_entry_lock_exception_id"),
        "erp_accounting_entry",
        ["lock_exception_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_entry_reversal_of_id"),
        "erp_accounting_entry",
        ["reversal_of_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_entry_search",
        "erp_accounting_entry",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_entry_gapless",
        "erp_accounting_entry",
        ["journal_id", "year", "sequence"],
        unique=True,
    )
    op.create_index(
        "uq_erp_accounting_entry_reversed_once",
        "erp_accounting_entry",
        ["reversal_of_id"],
        unique=True,
        postgresql_where=sa.text("reversal_of_id IS NOT NULL"),
    )
    op.create_table(
        "erp_accounting_mandate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('RCUR', 'OOFF')", name=op.f("ck_erp_accounting_mandate_kind_choice")),
        sa.CheckConstraint(
            "number ~ '^[A-Za-z0-9+?/:().,'' -]{1,35}$'",
            name=op.f("ck_erp_accounting_mandate_number_of_sepa"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_mandate_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_mandate_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_mandate")),
    )
    op.create_index(
        op.f("ix_erp_accounting_mandate_company_id"), "erp_accounting_mandate", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_mandate_party_id"), "erp_accounting_mandate", ["party_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_mandate_search",
        "erp_accounting_mandate",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_mandate_number", "erp_accounting_mandate", ["company_id", "number"], unique=True
    )
    op.create_table(
        "erp_accounting_party_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("holder", sa.String(length=70), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_party_account_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_party_account_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_party_account")),
    )
    op.create_index(
        op.f("ix_erp_accounting_party_account_company_id"),
        "erp_accounting_party_account",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_party_account_party_id"),
        "erp_accounting_party_account",
        ["party_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_party_account_search",
        "erp_accounting_party_account",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_party_account_once",
        "erp_accounting_party_account",
        ["company_id", "party_id", "iban"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_period_total",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("debit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("credit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ordinary', 'result', 'carried')",
            name=op.f("ck_erp_accounting_period_total_kind_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_period_total_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_period_total_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["erp_accounting_journal.id"],
            name=op.f("fk_erp_accounting_period_total_journal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_period_total")),
    )
    op.create_index(
        op.f("ix_erp_accounting_period_total_company_id"),
        "erp_accounting_period_total",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_period_total_company_period",
        "erp_accounting_period_total",
        ["company_id", "period"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_period_total_account_journal_period",
        "erp_accounting_period_total",
        ["account_id", "journal_id", "kind", "period"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_bank_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), server_default="10", nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=True),
        sa.Column("contains", sa.String(length=200), server_default="", nullable=False),
        sa.Column("pattern", sa.String(length=200), server_default="", nullable=False),
        sa.Column("partner_iban", sa.String(length=40), server_default="", nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("amount_from", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("amount_to", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=200), server_default="", nullable=False),
        sa.Column("certain", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_learned", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("accepted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "contains <> '' OR pattern <> '' OR partner_iban <> '' OR amount_from IS NOT NULL OR amount_to IS NOT NULL",
            name=op.f("ck_erp_accounting_bank_rule_some_condition"),
        ),
        sa.CheckConstraint(
            "direction IN ('any', 'in', 'out')", name=op.f("ck_erp_accounting_bank_rule_direction_choice")
        ),
        sa.CheckConstraint("accepted >= 0", name=op.f("ck_erp_accounting_bank_rule_accepted_not_negative")),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR party_id IS NOT NULL",
            name=op.f("ck_erp_accounting_bank_rule_some_result"),
        ),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR tax_id IS NULL",
            name=op.f("ck_erp_accounting_bank_rule_tax_needs_account"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_bank_rule_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["erp_accounting_bank_account.id"],
            name=op.f("fk_erp_accounting_bank_rule_bank_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_bank_rule_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_bank_rule_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"], ["catalog_tax.id"], name=op.f("fk_erp_accounting_bank_rule_tax_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_bank_rule")),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_rule_company_id"),
        "erp_accounting_bank_rule",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_bank_rule_iban",
        "erp_accounting_bank_rule",
        ["company_id", "partner_iban"],
        unique=False,
        postgresql_where=sa.text("partner_iban <> ''"),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_rule_party_id"), "erp_accounting_bank_rule", ["party_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_bank_rule_search",
        "erp_accounting_bank_rule",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_accounting_bank_statement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("closing", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("gap", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("line_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matched_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "format IN ('camt.053', 'mt940', 'ofx', 'csv')",
            name=op.f("ck_erp_accounting_bank_statement_format_choice"),
        ),
        sa.CheckConstraint(
            "matched_count BETWEEN 0 AND line_count", name=op.f("ck_erp_accounting_bank_statement_counts")
        ),
        sa.CheckConstraint("start_date <= date", name=op.f("ck_erp_accounting_bank_statement_dates")),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["erp_accounting_bank_account.id"],
            name=op.f("fk_erp_accounting_bank_statement_bank_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_bank_statement_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_bank_statement")),
    )
    op.create_index(
        "ix_erp_accounting_bank_statement_account_date",
        "erp_accounting_bank_statement",
        ["bank_account_id", "date", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_statement_company_id"),
        "erp_accounting_bank_statement",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_bank_statement_search",
        "erp_accounting_bank_statement",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_accounting_budget_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("codes", sa.String(length=100), server_default="", nullable=False),
        sa.Column("analytic_id", sa.BigInteger(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR codes <> '' OR analytic_id IS NOT NULL",
            name=op.f("ck_erp_accounting_budget_line_for_something"),
        ),
        sa.CheckConstraint(
            "account_id IS NULL OR codes = ''", name=op.f("ck_erp_accounting_budget_line_account_or_group")
        ),
        sa.CheckConstraint(
            "side IN ('cost', 'revenue')", name=op.f("ck_erp_accounting_budget_line_side_choice")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_erp_accounting_budget_line_not_negative")),
        sa.CheckConstraint(
            "month IS NULL OR extract(day FROM month) = 1",
            name=op.f("ck_erp_accounting_budget_line_first_of_month"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_budget_line_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["analytic_id"],
            ["erp_accounting_analytic_account.id"],
            name=op.f("fk_erp_accounting_budget_line_analytic_id"),
        ),
        sa.ForeignKeyConstraint(
            ["budget_id"],
            ["erp_accounting_budget.id"],
            name=op.f("fk_erp_accounting_budget_line_budget_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_budget_line_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_budget_line")),
    )
    op.create_index(
        op.f("ix_erp_accounting_budget_line_budget_id"),
        "erp_accounting_budget_line",
        ["budget_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_budget_line_company_id"),
        "erp_accounting_budget_line",
        ["company_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_distribution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=240), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_analytic_account.id"],
            name=op.f("fk_erp_accounting_distribution_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_distribution_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_distribution")),
    )
    op.create_index(
        op.f("ix_erp_accounting_distribution_company_id"),
        "erp_accounting_distribution",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_distribution_search",
        "erp_accounting_distribution",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_distribution_name",
        "erp_accounting_distribution",
        ["company_id", "name"],
        unique=True,
    )
    op.create_index(
        "uq_erp_accounting_distribution_own",
        "erp_accounting_distribution",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_table(
        "erp_accounting_fiscal_year",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("result_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("closing_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("opening_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_erp_accounting_fiscal_year_closed_at_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'closed')", name=op.f("ck_erp_accounting_fiscal_year_state_choice")
        ),
        sa.CheckConstraint(
            '"end" < "start" + interval \'24 months\'',
            name=op.f("ck_erp_accounting_fiscal_year_at_most_24_months"),
        ),
        sa.CheckConstraint('"start" < "end"', name=op.f("ck_erp_accounting_fiscal_year_start_before_end")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["core_user.id"], name=op.f("fk_erp_accounting_fiscal_year_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["closing_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_fiscal_year_closing_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_fiscal_year_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["opening_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_fiscal_year_opening_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["result_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_fiscal_year_result_entry_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_fiscal_year")),
    )
    op.create_index(
        op.f("ix_erp_accounting_fiscal_year_closed_by_id"),
        "erp_accounting_fiscal_year",
        ["closed_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_fiscal_year_closing_entry_id"),
        "erp_accounting_fiscal_year",
        ["closing_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_fiscal_year_company_id"),
        "erp_accounting_fiscal_year",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_fiscal_year_opening_entry_id"),
        "erp_accounting_fiscal_year",
        ["opening_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_fiscal_year_result_entry_id"),
        "erp_accounting_fiscal_year",
        ["result_entry_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_fiscal_year_company_start",
        "erp_accounting_fiscal_year",
        ["company_id", "start"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("payment_status", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), server_default="1", nullable=False),
        sa.Column("payment_term_id", sa.BigInteger(), nullable=True),
        sa.Column("discount_percent", sa.Numeric(precision=20, scale=10), server_default="0", nullable=False),
        sa.Column("discount_until", sa.Date(), nullable=True),
        sa.Column("discount_tax", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("their_reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("origin", sa.String(length=80), server_default="", nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("rounding", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("open_amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total_company", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("net_company", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("open_amount_company", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("credit_of_id", sa.BigInteger(), nullable=True),
        sa.Column("is_deposit", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("deposit_for_id", sa.BigInteger(), nullable=True),
        sa.Column("party_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("party_address", sa.Text(), server_default="", nullable=False),
        sa.Column("party_vat", sa.String(length=40), server_default="", nullable=False),
        sa.Column("party_registration", sa.String(length=40), server_default="", nullable=False),
        sa.Column("company_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("company_address", sa.Text(), server_default="", nullable=False),
        sa.Column("company_vat", sa.String(length=40), server_default="", nullable=False),
        sa.Column("company_registration", sa.String(length=40), server_default="", nullable=False),
        sa.Column("taxes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "discount_tax IN ('reduced', 'kept')", name=op.f("ck_erp_accounting_invoice_discount_tax_choice")
        ),
        sa.CheckConstraint(
            "kind IN ('customer_invoice', 'customer_credit_note', 'supplier_invoice', 'supplier_credit_note')",
            name=op.f("ck_erp_accounting_invoice_kind_choice"),
        ),
        sa.CheckConstraint(
            "payment_status IN ('open', 'partial', 'paid', 'credited')",
            name=op.f("ck_erp_accounting_invoice_payment_status_choice"),
        ),
        sa.CheckConstraint(
            "state <> 'posted' OR (number IS NOT NULL AND date IS NOT NULL AND entry_id IS NOT NULL)",
            name=op.f("ck_erp_accounting_invoice_posted_is_numbered"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'posted', 'cancelled')", name=op.f("ck_erp_accounting_invoice_state_choice")
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_erp_accounting_invoice_rate_positive")),
        sa.CheckConstraint(
            "total = net + tax + rounding", name=op.f("ck_erp_accounting_invoice_parts_add_up")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_invoice_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_invoice_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["credit_of_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_invoice_credit_of_id"),
        ),
        sa.ForeignKeyConstraint(
            ["deposit_for_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_invoice_deposit_for_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_accounting_invoice_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_erp_accounting_invoice_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_invoice_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_term_id"],
            ["erp_accounting_payment_term.id"],
            name=op.f("fk_erp_accounting_invoice_payment_term_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_invoice")),
    )
    op.create_index(
        "ix_erp_accounting_invoice_company_date",
        "erp_accounting_invoice",
        ["company_id", "date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_company_id"), "erp_accounting_invoice", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_credit_of_id"),
        "erp_accounting_invoice",
        ["credit_of_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_deposit_for_id"),
        "erp_accounting_invoice",
        ["deposit_for_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_entry_id"), "erp_accounting_invoice", ["entry_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_invoice_late",
        "erp_accounting_invoice",
        ["company_id", "due_date"],
        unique=False,
        postgresql_where=sa.text("state = 'posted' AND open_amount <> 0"),
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_owner_id"), "erp_accounting_invoice", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_party_id"), "erp_accounting_invoice", ["party_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_invoice_search",
        "erp_accounting_invoice",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_invoice_number",
        "erp_accounting_invoice",
        ["company_id", "kind", "number"],
        unique=True,
        postgresql_where=sa.text("number IS NOT NULL AND kind LIKE 'customer%'"),
    )
    op.create_table(
        "erp_accounting_payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("write_off", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("memo", sa.String(length=80), server_default="", nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "direction IN ('in', 'out')", name=op.f("ck_erp_accounting_payment_direction_choice")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (entry_id IS NOT NULL AND number IS NOT NULL)",
            name=op.f("ck_erp_accounting_payment_posted_is_numbered"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'posted', 'reversed')", name=op.f("ck_erp_accounting_payment_state_choice")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_erp_accounting_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_payment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_payment_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_accounting_payment_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["erp_accounting_journal.id"], name=op.f("fk_erp_accounting_payment_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_payment_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_payment")),
    )
    op.create_index(
        "ix_erp_accounting_payment_company_date",
        "erp_accounting_payment",
        ["company_id", "date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_company_id"), "erp_accounting_payment", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_entry_id"), "erp_accounting_payment", ["entry_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_party_id"), "erp_accounting_payment", ["party_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_payment_search",
        "erp_accounting_payment",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_accounting_payment_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=35), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=False),
        sa.Column("execution_date", sa.Date(), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "direction IN ('in', 'out')", name=op.f("ck_erp_accounting_payment_batch_direction_choice")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'booked', 'cancelled')",
            name=op.f("ck_erp_accounting_payment_batch_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["erp_accounting_bank_account.id"],
            name=op.f("fk_erp_accounting_payment_batch_bank_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_payment_batch_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_payment_batch")),
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_company_id"),
        "erp_accounting_payment_batch",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_payment_batch_search",
        "erp_accounting_payment_batch",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_payment_batch_name",
        "erp_accounting_payment_batch",
        ["company_id", "name"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_tax_return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("form", sa.String(length=40), server_default="", nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("brought", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("payable", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("credit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("boxes", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("accounts", postgresql.JSONB(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('filed', 'cancelled')", name=op.f("ck_erp_accounting_tax_return_state_choice")
        ),
        sa.CheckConstraint('"start" <= "end"', name=op.f("ck_erp_accounting_tax_return_start_before_end")),
        sa.CheckConstraint(
            "payable >= 0 AND credit >= 0 AND (payable = 0 OR credit = 0)",
            name=op.f("ck_erp_accounting_tax_return_pay_or_carry"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_tax_return_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_accounting_tax_return_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["core_user.id"], name=op.f("fk_erp_accounting_tax_return_filed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_tax_return")),
    )
    op.create_index(
        op.f("ix_erp_accounting_tax_return_company_id"),
        "erp_accounting_tax_return",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_tax_return_entry_id"), "erp_accounting_tax_return", ["entry_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_accounting_tax_return_filed_by_id"),
        "erp_accounting_tax_return",
        ["filed_by_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_tax_return_filed_once",
        "erp_accounting_tax_return",
        ["company_id", "start"],
        unique=True,
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_table(
        "erp_accounting_analytic_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("distribution_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(product_id, party_id, category_id, account_id) > 0",
            name=op.f("ck_erp_accounting_analytic_rule_has_a_condition"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_analytic_rule_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["catalog_category.id"], name=op.f("fk_erp_accounting_analytic_rule_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_rule_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_analytic_rule_distribution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_analytic_rule_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_accounting_analytic_rule_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_rule")),
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_rule_company_id"),
        "erp_accounting_analytic_rule",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_analytic_rule_once",
        "erp_accounting_analytic_rule",
        ["company_id", "product_id", "party_id", "category_id", "account_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "erp_accounting_analytic_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("distribution_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=20, scale=10), server_default="100", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "percent > 0 AND percent <= 100", name=op.f("ck_erp_accounting_analytic_share_percent_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_analytic_account.id"],
            name=op.f("fk_erp_accounting_analytic_share_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_share_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_analytic_share_distribution_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_share")),
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_share_account_id"),
        "erp_accounting_analytic_share",
        ["account_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_share_company_id"),
        "erp_accounting_analytic_share",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_share_distribution_id"),
        "erp_accounting_analytic_share",
        ["distribution_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_analytic_share_once",
        "erp_accounting_analytic_share",
        ["distribution_id", "account_id"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_dunning_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_dunning_hold_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_dunning_hold_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_dunning_hold_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_dunning_hold")),
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_hold_company_id"),
        "erp_accounting_dunning_hold",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_hold_invoice_id"),
        "erp_accounting_dunning_hold",
        ["invoice_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_hold_party_id"),
        "erp_accounting_dunning_hold",
        ["party_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_dunning_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("level_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("open_amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("fee_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_dunning_notice_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["fee_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_dunning_notice_fee_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_dunning_notice_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["level_id"],
            ["erp_accounting_dunning_level.id"],
            name=op.f("fk_erp_accounting_dunning_notice_level_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_dunning_notice_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_dunning_notice")),
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_notice_company_id"),
        "erp_accounting_dunning_notice",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_dunning_notice_date",
        "erp_accounting_dunning_notice",
        ["company_id", "date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_notice_fee_entry_id"),
        "erp_accounting_dunning_notice",
        ["fee_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_dunning_notice_party_id"),
        "erp_accounting_dunning_notice",
        ["party_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_dunning_notice_once",
        "erp_accounting_dunning_notice",
        ["invoice_id", "level_id"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_entry_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("journal_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=200), server_default="", nullable=False),
        sa.Column("debit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("credit", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_currency", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=True),
        sa.Column("tax_code", sa.String(length=200), server_default="", nullable=False),
        sa.Column("tax_base", sa.Numeric(precision=20, scale=4), server_default="0", nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("distribution_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(debit = 0 OR amount_currency >= 0) AND (credit = 0 OR amount_currency <= 0)",
            name=op.f("ck_erp_accounting_entry_line_same_side"),
        ),
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)",
            name=op.f("ck_erp_accounting_entry_line_debit_or_credit"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_entry_line_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_entry_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_entry_line_distribution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_entry_line_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["erp_accounting_journal.id"],
            name=op.f("fk_erp_accounting_entry_line_journal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_entry_line_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"], ["catalog_tax.id"], name=op.f("fk_erp_accounting_entry_line_tax_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_entry_line")),
    )
    op.create_index(
        "ix_erp_accounting_entry_line_account_date",
        "erp_accounting_entry_line",
        ["account_id", "date", "id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_entry_line_company_date",
        "erp_accounting_entry_line",
        ["company_id", "date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_entry_line_company_id"),
        "erp_accounting_entry_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_entry_line_distribution",
        "erp_accounting_entry_line",
        ["distribution_id"],
        unique=False,
        postgresql_where=sa.text("distribution_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_erp_accounting_entry_line_entry_id"), "erp_accounting_entry_line", ["entry_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_entry_line_party_date",
        "erp_accounting_entry_line",
        ["party_id", "date", "id"],
        unique=False,
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.create_table(
        "erp_accounting_invoice_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), server_default="1", nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("discount", sa.Numeric(precision=20, scale=10), server_default="0", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("distribution_id", sa.BigInteger(), nullable=True),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("deposit_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('product', 'section', 'note')", name=op.f("ck_erp_accounting_invoice_line_kind_choice")
        ),
        sa.CheckConstraint(
            "discount BETWEEN 0 AND 100", name=op.f("ck_erp_accounting_invoice_line_discount_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_invoice_line_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_invoice_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_invoice_line_deposit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["distribution_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_invoice_line_distribution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_invoice_line_invoice_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_accounting_invoice_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_accounting_invoice_line_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_invoice_line")),
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_company_id"),
        "erp_accounting_invoice_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_invoice_line_company_product",
        "erp_accounting_invoice_line",
        ["company_id", "product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_deposit_id"),
        "erp_accounting_invoice_line",
        ["deposit_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_invoice_id"),
        "erp_accounting_invoice_line",
        ["invoice_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_product_id"),
        "erp_accounting_invoice_line",
        ["product_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_recurrence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), server_default="1", nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("post", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.String(length=500), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "months BETWEEN 1 AND 120 AND done >= 0",
            name=op.f("ck_erp_accounting_recurrence_every_month_or_more"),
        ),
        sa.CheckConstraint(
            "until IS NULL OR until >= first_on", name=op.f("ck_erp_accounting_recurrence_dates")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_recurrence_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_recurrence_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_recurrence")),
    )
    op.create_index(
        op.f("ix_erp_accounting_recurrence_company_id"),
        "erp_accounting_recurrence",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_recurrence_invoice_id"),
        "erp_accounting_recurrence",
        ["invoice_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_recurrence_search",
        "erp_accounting_recurrence",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_accounting_analytic_allocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_line_id", sa.BigInteger(), nullable=False),
        sa.Column("before_id", sa.BigInteger(), nullable=True),
        sa.Column("after_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["after_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_analytic_allocation_after_id"),
        ),
        sa.ForeignKeyConstraint(
            ["before_id"],
            ["erp_accounting_distribution.id"],
            name=op.f("fk_erp_accounting_analytic_allocation_before_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_allocation_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_line_id"],
            ["erp_accounting_entry_line.id"],
            name=op.f("fk_erp_accounting_analytic_allocation_entry_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_erp_accounting_analytic_allocation_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_allocation")),
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_allocation_after_id"),
        "erp_accounting_analytic_allocation",
        ["after_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_allocation_company_id"),
        "erp_accounting_analytic_allocation",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_allocation_entry_line_id"),
        "erp_accounting_analytic_allocation",
        ["entry_line_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_bank_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("partner_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("partner_iban", sa.String(length=40), server_default="", nullable=False),
        sa.Column("bank_reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("end_to_end", sa.String(length=80), server_default="", nullable=False),
        sa.Column("foreign_amount", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("foreign_currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("unique_key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("bank_line_id", sa.BigInteger(), nullable=True),
        sa.Column("suspense_line_id", sa.BigInteger(), nullable=True),
        sa.Column("match_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_by_id", sa.BigInteger(), nullable=True),
        sa.Column("match_run", sa.String(length=32), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("learned", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'matched') = (match_entry_id IS NOT NULL)",
            name=op.f("ck_erp_accounting_bank_line_matched_has_entry"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'matched')", name=op.f("ck_erp_accounting_bank_line_state_choice")
        ),
        sa.CheckConstraint(
            "(entry_id IS NULL) = (bank_line_id IS NULL) AND (entry_id IS NULL) = (suspense_line_id IS NULL)",
            name=op.f("ck_erp_accounting_bank_line_booked_whole"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_erp_accounting_bank_line_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["erp_accounting_bank_account.id"],
            name=op.f("fk_erp_accounting_bank_line_bank_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["bank_line_id"],
            ["erp_accounting_entry_line.id"],
            name=op.f("fk_erp_accounting_bank_line_bank_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_bank_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_accounting_bank_line_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["match_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_bank_line_match_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["matched_by_id"], ["core_user.id"], name=op.f("fk_erp_accounting_bank_line_matched_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_bank_line_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["erp_accounting_bank_statement.id"],
            name=op.f("fk_erp_accounting_bank_line_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["suspense_line_id"],
            ["erp_accounting_entry_line.id"],
            name=op.f("fk_erp_accounting_bank_line_suspense_line_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_bank_line")),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_line_company_id"),
        "erp_accounting_bank_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_line_entry_id"), "erp_accounting_bank_line", ["entry_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_bank_line_left",
        "erp_accounting_bank_line",
        ["company_id", "bank_account_id", "date"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_line_match_entry_id"),
        "erp_accounting_bank_line",
        ["match_entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_line_party_id"), "erp_accounting_bank_line", ["party_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_bank_line_run",
        "erp_accounting_bank_line",
        ["match_run"],
        unique=False,
        postgresql_where=sa.text("match_run <> ''"),
    )
    op.create_index(
        "ix_erp_accounting_bank_line_search",
        "erp_accounting_bank_line",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_erp_accounting_bank_line_bank_line",
        "erp_accounting_bank_line",
        ["bank_line_id"],
        unique=True,
        postgresql_where=sa.text("bank_line_id IS NOT NULL"),
    )
    op.create_index(
        "uq_erp_accounting_bank_line_once",
        "erp_accounting_bank_line",
        ["bank_account_id", "unique_key"],
        unique=True,
    )
    op.create_index(
        "uq_erp_accounting_bank_line_statement",
        "erp_accounting_bank_line",
        ["statement_id", "position"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_invoice_line_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["erp_accounting_invoice_line.id"],
            name=op.f("fk_erp_accounting_invoice_line_tax_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"], ["catalog_tax.id"], name=op.f("fk_erp_accounting_invoice_line_tax_tax_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_invoice_line_tax")),
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_tax_line_id"),
        "erp_accounting_invoice_line_tax",
        ["line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_tax_tax_id"),
        "erp_accounting_invoice_line_tax",
        ["tax_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_invoice_line_tax_once",
        "erp_accounting_invoice_line_tax",
        ["line_id", "tax_id"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_open_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("amount_currency", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("residual", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("residual_currency", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "residual * sign(amount) >= 0 AND abs(residual) <= abs(amount) AND residual_currency * sign(amount_currency) >= 0 AND abs(residual_currency) <= abs(amount_currency)",
            name=op.f("ck_erp_accounting_open_item_within_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["erp_accounting_account.id"], name=op.f("fk_erp_accounting_open_item_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_open_item_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_accounting_open_item_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["erp_accounting_entry_line.id"], name=op.f("fk_erp_accounting_open_item_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_open_item_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_open_item")),
    )
    op.create_index(
        op.f("ix_erp_accounting_open_item_company_id"),
        "erp_accounting_open_item",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_open_item_entry_id"), "erp_accounting_open_item", ["entry_id"], unique=False
    )
    op.create_index(
        "ix_erp_accounting_open_item_party",
        "erp_accounting_open_item",
        ["party_id", "account_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_open_item_still_open",
        "erp_accounting_open_item",
        ["company_id", "account_id", "party_id"],
        unique=False,
        postgresql_where=sa.text("residual <> 0 OR residual_currency <> 0"),
    )
    op.create_index("uq_erp_accounting_open_item_line", "erp_accounting_open_item", ["line_id"], unique=True)
    op.create_table(
        "erp_accounting_recurrence_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_recurrence_run_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"],
            ["erp_accounting_invoice.id"],
            name=op.f("fk_erp_accounting_recurrence_run_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recurrence_id"],
            ["erp_accounting_recurrence.id"],
            name=op.f("fk_erp_accounting_recurrence_run_recurrence_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_recurrence_run")),
    )
    op.create_index(
        op.f("ix_erp_accounting_recurrence_run_company_id"),
        "erp_accounting_recurrence_run",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_recurrence_run_invoice_id"),
        "erp_accounting_recurrence_run",
        ["invoice_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_recurrence_run_once",
        "erp_accounting_recurrence_run",
        ["recurrence_id", "day"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_allocation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("debit_item_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_item_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("debit_amount_currency", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("credit_amount_currency", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("exchange_entry_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount >= 0 AND debit_amount_currency >= 0 AND credit_amount_currency >= 0 AND amount + debit_amount_currency + credit_amount_currency > 0",
            name=op.f("ck_erp_accounting_allocation_amounts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_allocation_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["credit_item_id"],
            ["erp_accounting_open_item.id"],
            name=op.f("fk_erp_accounting_allocation_credit_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debit_item_id"],
            ["erp_accounting_open_item.id"],
            name=op.f("fk_erp_accounting_allocation_debit_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["exchange_entry_id"],
            ["erp_accounting_entry.id"],
            name=op.f("fk_erp_accounting_allocation_exchange_entry_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_allocation")),
    )
    op.create_index(
        op.f("ix_erp_accounting_allocation_company_id"),
        "erp_accounting_allocation",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_allocation_credit_item_id"),
        "erp_accounting_allocation",
        ["credit_item_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_allocation_debit_item_id"),
        "erp_accounting_allocation",
        ["debit_item_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_allocation_exchange_entry_id"),
        "erp_accounting_allocation",
        ["exchange_entry_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_analytic_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_line_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("general_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("allocation_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["erp_accounting_analytic_account.id"],
            name=op.f("fk_erp_accounting_analytic_line_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"],
            ["erp_accounting_analytic_allocation.id"],
            name=op.f("fk_erp_accounting_analytic_line_allocation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_analytic_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_line_id"],
            ["erp_accounting_entry_line.id"],
            name=op.f("fk_erp_accounting_analytic_line_entry_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["general_id"],
            ["erp_accounting_account.id"],
            name=op.f("fk_erp_accounting_analytic_line_general_id"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["erp_accounting_analytic_plan.id"],
            name=op.f("fk_erp_accounting_analytic_line_plan_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_analytic_line")),
    )
    op.create_index(
        "ix_erp_accounting_analytic_line_account_date",
        "erp_accounting_analytic_line",
        ["account_id", "date"],
        unique=False,
    )
    op.create_index(
        "ix_erp_accounting_analytic_line_company_date",
        "erp_accounting_analytic_line",
        ["company_id", "date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_line_company_id"),
        "erp_accounting_analytic_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_analytic_line_entry_line_id"),
        "erp_accounting_analytic_line",
        ["entry_line_id"],
        unique=False,
    )
    op.create_table(
        "erp_accounting_bank_confirmation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_line_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_bank_confirmation_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_line_id"],
            ["erp_accounting_entry_line.id"],
            name=op.f("fk_erp_accounting_bank_confirmation_entry_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["erp_accounting_bank_line.id"],
            name=op.f("fk_erp_accounting_bank_confirmation_line_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_bank_confirmation")),
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_confirmation_company_id"),
        "erp_accounting_bank_confirmation",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_bank_confirmation_line_id"),
        "erp_accounting_bank_confirmation",
        ["line_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_bank_confirmation_once",
        "erp_accounting_bank_confirmation",
        ["entry_line_id"],
        unique=True,
    )
    op.create_table(
        "erp_accounting_payment_batch_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("open_item_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("label", sa.String(length=140), nullable=False),
        sa.Column("mandate_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_erp_accounting_payment_batch_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["erp_accounting_payment_batch.id"],
            name=op.f("fk_erp_accounting_payment_batch_line_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_accounting_payment_batch_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"],
            ["erp_accounting_mandate.id"],
            name=op.f("fk_erp_accounting_payment_batch_line_mandate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["open_item_id"],
            ["erp_accounting_open_item.id"],
            name=op.f("fk_erp_accounting_payment_batch_line_open_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_accounting_payment_batch_line_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"],
            ["erp_accounting_payment.id"],
            name=op.f("fk_erp_accounting_payment_batch_line_payment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_accounting_payment_batch_line")),
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_line_batch_id"),
        "erp_accounting_payment_batch_line",
        ["batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_line_company_id"),
        "erp_accounting_payment_batch_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_line_mandate_id"),
        "erp_accounting_payment_batch_line",
        ["mandate_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_line_party_id"),
        "erp_accounting_payment_batch_line",
        ["party_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_accounting_payment_batch_line_payment_id"),
        "erp_accounting_payment_batch_line",
        ["payment_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_accounting_payment_batch_line_in_one_batch",
        "erp_accounting_payment_batch_line",
        ["open_item_id"],
        unique=True,
        postgresql_where=sa.text("waiting"),
    )
    op.create_foreign_key(
        op.f("fk_catalog_tax_reverse_account_id"),
        "catalog_tax",
        "erp_accounting_account",
        ["reverse_account_id"],
        ["id"],
        use_alter=True,
    )
    op.create_foreign_key(
        op.f("fk_catalog_tax_account_id"),
        "catalog_tax",
        "erp_accounting_account",
        ["account_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """ALTER TABLE catalog_tax ADD CONSTRAINT ck_catalog_tax_exigible_choice CHECK (exigible IN ('invoice', 'payment'))"""
    )
    op.execute(
        """CREATE FUNCTION catalog_tax_same_company_erp_accounting() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'reverse_account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.reverse_account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_account_code_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.code IS DISTINCT FROM OLD.code OR NEW.company_id <> OLD.company_id THEN
    IF EXISTS (SELECT 1 FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
               WHERE l.account_id = OLD.id AND e.state = 'posted') THEN
      RAISE EXCEPTION 'account % is used by posted entries: its code is final', OLD.code;
    END IF;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_account_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_allocation_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_allocation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'debit_item_id', t.id, t.company_id FROM erp_accounting_open_item t WHERE t.id = NEW.debit_item_id
    UNION ALL SELECT 'credit_item_id', t.id, t.company_id FROM erp_accounting_open_item t WHERE t.id = NEW.credit_item_id
    UNION ALL SELECT 'exchange_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.exchange_entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_allocation_settle() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  factor integer := 1;
  a erp_accounting_allocation;
  sides record;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'an allocation is never changed: delete it and settle again';
  END IF;
  IF TG_OP = 'DELETE' THEN
    a := OLD;
    factor := -1;
  ELSE
    a := NEW;
    SELECT d.account_id = c.account_id AND d.company_id = c.company_id AND a.company_id = d.company_id
           AND d.amount >= 0 AND c.amount <= 0 AS fit
      INTO sides FROM erp_accounting_open_item d, erp_accounting_open_item c
      WHERE d.id = a.debit_item_id AND c.id = a.credit_item_id;
    IF sides.fit IS NOT TRUE THEN
      RAISE EXCEPTION 'an allocation joins a debit and a credit of one account';
    END IF;
  END IF;
  UPDATE erp_accounting_open_item SET
      residual = residual + factor * CASE WHEN id = a.debit_item_id THEN -a.amount ELSE a.amount END,
      residual_currency = residual_currency + factor *
        CASE WHEN id = a.debit_item_id THEN -a.debit_amount_currency ELSE a.credit_amount_currency END,
      updated_at = now()
    WHERE id IN (a.debit_item_id, a.credit_item_id);
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_account_plan_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.plan_id <> OLD.plan_id AND
     EXISTS (SELECT 1 FROM erp_accounting_analytic_line WHERE account_id = OLD.id) THEN
    RAISE EXCEPTION 'analytic account % has lines: its plan is final', OLD.code;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_account_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'plan_id', t.id, t.company_id FROM erp_accounting_analytic_plan t WHERE t.id = NEW.plan_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_allocation_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'a re-allocation is never changed or deleted: allocate the entry line anew';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_allocation_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_allocation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'entry_line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.entry_line_id
    UNION ALL SELECT 'before_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.before_id
    UNION ALL SELECT 'after_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.after_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_line_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  item record;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'analytic lines are never changed or deleted: allocate the entry line anew';
  END IF;
  SELECT l.company_id, l.account_id, l.date, e.state, e.number INTO item
    FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
    WHERE l.id = NEW.entry_line_id;
  IF item.state <> 'posted' THEN
    RAISE EXCEPTION 'an analytic line belongs to a posted entry';
  END IF;
  IF (NEW.company_id, NEW.general_id, NEW.date) IS DISTINCT FROM (item.company_id, item.account_id, item.date)
     OR NEW.plan_id IS DISTINCT FROM
        (SELECT plan_id FROM erp_accounting_analytic_account WHERE id = NEW.account_id) THEN
    RAISE EXCEPTION 'an analytic line of % has another company, account, date or plan', item.number;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_line_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'entry_line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.entry_line_id
    UNION ALL SELECT 'plan_id', t.id, t.company_id FROM erp_accounting_analytic_plan t WHERE t.id = NEW.plan_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_analytic_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'general_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.general_id
    UNION ALL SELECT 'allocation_id', t.id, t.company_id FROM erp_accounting_analytic_allocation t WHERE t.id = NEW.allocation_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_plan_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_rule_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'distribution_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.distribution_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_share_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'distribution_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.distribution_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_analytic_account t WHERE t.id = NEW.account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_share_used_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.distribution_id ELSE OLD.distribution_id END;
  used text;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.account_id, NEW.percent, NEW.distribution_id) IS NOT DISTINCT FROM
     (OLD.account_id, OLD.percent, OLD.distribution_id) THEN
    RETURN NEW;
  END IF;
  SELECT e.number INTO used FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
    WHERE l.distribution_id = touched AND e.state = 'posted' LIMIT 1;
  IF used IS NULL THEN
    SELECT e.number INTO used FROM erp_accounting_analytic_allocation a
      JOIN erp_accounting_entry_line l ON l.id = a.entry_line_id
      JOIN erp_accounting_entry e ON e.id = l.entry_id WHERE a.after_id = touched LIMIT 1;
  END IF;
  IF used IS NOT NULL THEN
    RAISE EXCEPTION 'the distribution is used by %: make a new one', used;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_analytic_share_whole() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.distribution_id ELSE NEW.distribution_id END;
  short record;
BEGIN
  SELECT p.name AS name, sum(s.percent) AS percent INTO short
    FROM erp_accounting_analytic_share s
    JOIN erp_accounting_analytic_account a ON a.id = s.account_id
    JOIN erp_accounting_analytic_plan p ON p.id = a.plan_id
    WHERE s.distribution_id = touched GROUP BY p.id, p.name HAVING sum(s.percent) <> 100 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the shares of % add up to % %%, not to 100 %%', short.name, short.percent;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_account_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'journal_id', t.id, t.company_id FROM erp_accounting_journal t WHERE t.id = NEW.journal_id
    UNION ALL SELECT 'suspense_account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.suspense_account_id
    UNION ALL SELECT 'transit_account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.transit_account_id
    UNION ALL SELECT 'fee_account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.fee_account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_confirmation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'line_id', t.id, t.company_id FROM erp_accounting_bank_line t WHERE t.id = NEW.line_id
    UNION ALL SELECT 'entry_line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.entry_line_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_line_is_the_banks() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  held numeric;
  free text[] := ARRAY['state', 'party_id', 'match_entry_id', 'matched_at', 'matched_by_id', 'match_run',
    'reason', 'learned', 'entry_id', 'bank_line_id', 'suspense_line_id', 'version', 'updated_at',
    'search_tokens'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE erp_accounting_bank_statement SET line_count = line_count + 1 WHERE id = NEW.statement_id;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'matched' THEN
      RAISE EXCEPTION 'statement line % is matched: undo the match first', OLD.id;
    END IF;
    UPDATE erp_accounting_bank_statement SET line_count = line_count - 1 WHERE id = OLD.statement_id;
    RETURN OLD;
  END IF;
  IF (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'statement line % is what the bank said: it is never changed', OLD.id;
  END IF;
  IF OLD.entry_id IS NOT NULL AND
     (NEW.entry_id, NEW.bank_line_id, NEW.suspense_line_id) IS DISTINCT FROM
     (OLD.entry_id, OLD.bank_line_id, OLD.suspense_line_id) THEN
    RAISE EXCEPTION 'statement line % is booked: it is never booked again', OLD.id;
  END IF;
  IF NEW.state <> OLD.state THEN
    SELECT residual_currency INTO held FROM erp_accounting_open_item WHERE line_id = NEW.suspense_line_id;
    IF held IS DISTINCT FROM (CASE NEW.state WHEN 'matched' THEN 0 ELSE -NEW.amount END) THEN
      RAISE EXCEPTION 'statement line % is %, but % lies on the suspense account', NEW.id, NEW.state, held;
    END IF;
    UPDATE erp_accounting_bank_statement
      SET matched_count = matched_count + CASE NEW.state WHEN 'matched' THEN 1 ELSE -1 END
      WHERE id = NEW.statement_id;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_line_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'statement_id', t.id, t.company_id FROM erp_accounting_bank_statement t WHERE t.id = NEW.statement_id
    UNION ALL SELECT 'bank_account_id', t.id, t.company_id FROM erp_accounting_bank_account t WHERE t.id = NEW.bank_account_id
    UNION ALL SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
    UNION ALL SELECT 'bank_line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.bank_line_id
    UNION ALL SELECT 'suspense_line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.suspense_line_id
    UNION ALL SELECT 'match_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.match_entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_rule_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'bank_account_id', t.id, t.company_id FROM erp_accounting_bank_account t WHERE t.id = NEW.bank_account_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'tax_id', t.id, t.company_id FROM catalog_tax t WHERE t.id = NEW.tax_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  now_is record;
BEGIN
  SELECT s.line_count AS lines, s.closing - s.opening AS told INTO now_is
    FROM erp_accounting_bank_statement s WHERE s.id = NEW.id;
  IF NOT FOUND OR now_is.lines <> NEW.line_count THEN
    RETURN NULL;
  END IF;
  IF now_is.told IS DISTINCT FROM
     (SELECT coalesce(sum(amount), 0) FROM erp_accounting_bank_line WHERE statement_id = NEW.id) THEN
    RAISE EXCEPTION 'statement %: opening balance and lines do not give the closing balance', NEW.id;
  END IF;
  IF EXISTS (SELECT 1 FROM erp_accounting_bank_line l
             LEFT JOIN erp_accounting_entry_line b ON b.id = l.bank_line_id AND b.entry_id = l.entry_id
             LEFT JOIN erp_accounting_entry e ON e.id = b.entry_id AND e.state = 'posted'
             WHERE l.statement_id = NEW.id AND (e.id IS NULL OR b.amount_currency <> l.amount)) THEN
    RAISE EXCEPTION 'statement %: a line is not booked with its amount', NEW.id;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_statement_is_the_banks() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  free text[] := ARRAY['name', 'gap', 'closed_at', 'line_count', 'matched_count', 'version',
    'updated_at', 'search_tokens'];
BEGIN
  IF (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'statement % is what the bank said: it is never changed', OLD.id;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_statement_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_bank_statement_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'bank_account_id', t.id, t.company_id FROM erp_accounting_bank_account t WHERE t.id = NEW.bank_account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_budget_line_confirmed_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.budget_id ELSE OLD.budget_id END;
  found text;
BEGIN
  SELECT name INTO found FROM erp_accounting_budget WHERE id = touched AND state <> 'draft';
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'budget % is confirmed: set it back to draft first', found;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_budget_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'budget_id', t.id, t.company_id FROM erp_accounting_budget t WHERE t.id = NEW.budget_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'analytic_id', t.id, t.company_id FROM erp_accounting_analytic_account t WHERE t.id = NEW.analytic_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_budget_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_closing_total_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the closing total of % is final', OLD."end";
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_closing_total_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_closing_total_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_distribution_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'account_id', t.id, t.company_id FROM erp_accounting_analytic_account t WHERE t.id = NEW.account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_dunning_hold_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'invoice_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.invoice_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_dunning_level_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_dunning_notice_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'level_id', t.id, t.company_id FROM erp_accounting_dunning_level t WHERE t.id = NEW.level_id
    UNION ALL SELECT 'invoice_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.invoice_id
    UNION ALL SELECT 'fee_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.fee_entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_line_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_line_posted_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  final text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - ARRAY['party_id', 'updated_at']) = (to_jsonb(OLD) - ARRAY['party_id', 'updated_at']) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT number INTO final FROM erp_accounting_entry WHERE id = OLD.entry_id AND state = 'posted';
  END IF;
  IF TG_OP <> 'DELETE' AND final IS NULL THEN
    SELECT number INTO final FROM erp_accounting_entry WHERE id = NEW.entry_id AND state = 'posted';
  END IF;
  IF final IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is posted: reverse it instead', final;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
    UNION ALL SELECT 'journal_id', t.id, t.company_id FROM erp_accounting_journal t WHERE t.id = NEW.journal_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'tax_id', t.id, t.company_id FROM catalog_tax t WHERE t.id = NEW.tax_id
    UNION ALL SELECT 'distribution_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.distribution_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_posting() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  found record;
  books record;
  last integer;
  locked date;
  lifted text;
  closed text;
  derived text[] := ARRAY['search_tokens', 'version', 'updated_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'posted' THEN
      RAISE EXCEPTION 'entry % is posted: reverse it instead', OLD.number;
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'an entry begins as a draft';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'posted' THEN
    IF (to_jsonb(NEW) - derived) = (to_jsonb(OLD) - derived) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entry % is posted: reverse it instead', OLD.number;
  END IF;
  IF NEW.state <> 'posted' THEN
    RETURN NEW;
  END IF;

  SELECT count(*) AS lines, sum(debit - credit) AS balance, sum(debit) AS debit,
         bool_and(date = NEW.date AND journal_id = NEW.journal_id AND company_id = NEW.company_id) AS same
    INTO found FROM erp_accounting_entry_line WHERE entry_id = NEW.id;
  IF found.lines = 0 OR found.balance <> 0 THEN
    RAISE EXCEPTION 'entry % is empty or not balanced (%)', NEW.id, found.balance;
  END IF;
  IF NOT found.same THEN
    RAISE EXCEPTION 'lines of entry % have another date, journal or company', NEW.id;
  END IF;

  SELECT max(sequence) INTO last FROM erp_accounting_entry
    WHERE journal_id = NEW.journal_id AND year = NEW.year AND id <> NEW.id;
  IF NEW.year <> extract(year FROM NEW.date) OR NEW.sequence <> coalesce(last, 0) + 1 THEN
    RAISE EXCEPTION 'number % of journal % would leave a gap after %', NEW.sequence, NEW.journal_id, last;
  END IF;

  SELECT l.lock_sales, l.lock_purchases, l.lock_all, l.lock_hard, j.kind
    INTO books FROM erp_accounting_ledger l, erp_accounting_journal j
    WHERE l.company_id = NEW.company_id AND j.id = NEW.journal_id FOR SHARE OF l;
  IF NEW.lock_exception_id IS NOT NULL THEN
    SELECT x.scope INTO lifted FROM erp_accounting_lock_exception x
      WHERE x.id = NEW.lock_exception_id AND x.company_id = NEW.company_id AND x.ended_at IS NULL
        AND x.until > clock_timestamp() AND x.first_day <= NEW.date FOR SHARE;
    IF lifted IS NULL THEN
      RAISE EXCEPTION 'the exception from the lock dates has ended, or does not reach back to %', NEW.date;
    END IF;
  END IF;
  locked := greatest(
    books.lock_hard,
    CASE WHEN lifted IS DISTINCT FROM 'all' THEN books.lock_all END,
    CASE WHEN books.kind = 'sale' AND (lifted IS NULL OR lifted NOT IN ('sales', 'all'))
      THEN books.lock_sales END,
    CASE WHEN books.kind = 'purchase' AND (lifted IS NULL OR lifted NOT IN ('purchases', 'all'))
      THEN books.lock_purchases END);
  IF NEW.date <= locked THEN
    RAISE EXCEPTION 'the books are locked until %', locked;
  END IF;
  SELECT y.name INTO closed FROM erp_accounting_fiscal_year y
    WHERE y.company_id = NEW.company_id AND y.state = 'closed' AND NEW.date BETWEEN y.start AND y."end";
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'fiscal year % is closed', closed;
  END IF;
  INSERT INTO erp_accounting_period_total AS t
      (company_id, account_id, journal_id, kind, period, debit, credit, created_at, updated_at)
    SELECT NEW.company_id, account_id, NEW.journal_id, NEW.kind, date_trunc('month', NEW.date)::date,
           sum(debit), sum(credit), now(), now()
      FROM erp_accounting_entry_line WHERE entry_id = NEW.id GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id, journal_id, kind, period)
      DO UPDATE SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit, updated_at = now();

  INSERT INTO erp_accounting_open_item
      (company_id, line_id, entry_id, account_id, party_id, date, due_date, currency,
       amount, amount_currency, residual, residual_currency, created_at, updated_at)
    SELECT NEW.company_id, l.id, NEW.id, l.account_id, l.party_id, l.date, coalesce(l.due_date, l.date),
    l.currency,
           l.debit - l.credit, l.amount_currency, l.debit - l.credit, l.amount_currency, now(), now()
      FROM erp_accounting_entry_line l JOIN erp_accounting_account a ON a.id = l.account_id AND a.reconcilable
      WHERE l.entry_id = NEW.id AND NEW.kind <> 'carried' AND (l.debit <> l.credit OR l.amount_currency <> 0)
      ORDER BY l.id;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_entry_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'journal_id', t.id, t.company_id FROM erp_accounting_journal t WHERE t.id = NEW.journal_id
    UNION ALL SELECT 'reversal_of_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.reversal_of_id
    UNION ALL SELECT 'lock_exception_id', t.id, t.company_id FROM erp_accounting_lock_exception t WHERE t.id = NEW.lock_exception_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_fiscal_year_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_fiscal_year_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'result_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.result_entry_id
    UNION ALL SELECT 'closing_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.closing_entry_id
    UNION ALL SELECT 'opening_entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.opening_entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_fiscal_year_years_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  hard date;
BEGIN
  SELECT lock_hard INTO hard FROM erp_accounting_ledger
    WHERE company_id = coalesce(NEW.company_id, OLD.company_id) FOR NO KEY UPDATE;
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'closed' THEN
      RAISE EXCEPTION 'fiscal year % is closed: reopen it first', OLD.name;
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.state = 'closed' THEN
    IF (NEW.start, NEW."end", NEW.company_id) IS DISTINCT FROM (OLD.start, OLD."end", OLD.company_id) THEN
      RAISE EXCEPTION 'fiscal year % is closed: its days are final', OLD.name;
    END IF;
    IF NEW.state <> 'closed' AND hard >= OLD."end" THEN
      RAISE EXCEPTION 'the books are closed for good until %: fiscal year % stays closed', hard, OLD.name;
    END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM erp_accounting_fiscal_year y WHERE y.company_id = NEW.company_id
             AND y.id IS DISTINCT FROM NEW.id AND y.start <= NEW."end" AND y."end" >= NEW.start) THEN
    RAISE EXCEPTION 'fiscal year % overlaps another one', NEW.name;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_posted_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  final text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT number INTO final FROM erp_accounting_invoice WHERE id = OLD.invoice_id AND state = 'posted';
  END IF;
  IF TG_OP <> 'DELETE' AND final IS NULL THEN
    SELECT number INTO final FROM erp_accounting_invoice WHERE id = NEW.invoice_id AND state = 'posted';
  END IF;
  IF final IS NOT NULL THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', final;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'invoice_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.invoice_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'distribution_id', t.id, t.company_id FROM erp_accounting_distribution t WHERE t.id = NEW.distribution_id
    UNION ALL SELECT 'deposit_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.deposit_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_tax_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_tax_posted_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.line_id ELSE OLD.line_id END;
  final text;
BEGIN
  SELECT i.number INTO final FROM erp_accounting_invoice_line l JOIN erp_accounting_invoice i ON i.id =
  l.invoice_id
    WHERE l.id = touched AND i.state = 'posted';
  IF final IS NOT NULL OR TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', coalesce(final, '');
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM erp_accounting_invoice_line new_o WHERE new_o.id = NEW.line_id);
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM erp_accounting_invoice_line old_o WHERE old_o.id = OLD.line_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'tax_id', t.id, t.company_id FROM catalog_tax t WHERE t.id = NEW.tax_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_posted_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  years integer;
  here record;
  derived text[] := ARRAY['open_amount', 'open_amount_company', 'payment_status', 'paid_on', 'version',
  'updated_at',
    'search_tokens'];
  personal text[] := ARRAY['party_name', 'party_address', 'party_vat', 'party_registration', 'note'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'an invoice begins as a draft';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'posted' THEN
    IF TG_OP = 'UPDATE' AND NEW.state = 'posted' AND NOT EXISTS
       (SELECT 1 FROM erp_accounting_entry WHERE id = NEW.entry_id AND number = NEW.number AND date = NEW.date
        AND company_id = NEW.company_id AND state = 'posted') THEN
      RAISE EXCEPTION 'a posted invoice has a posted entry of the same number and date';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', OLD.number;
  END IF;
  IF (NEW.open_amount, NEW.open_amount_company) IS DISTINCT FROM
     (OLD.open_amount, OLD.open_amount_company) THEN
    SELECT coalesce(sum(residual_currency), 0) AS amount, coalesce(sum(residual), 0) AS company INTO here
      FROM erp_accounting_open_item WHERE entry_id = NEW.entry_id AND account_id = NEW.account_id;
    IF (NEW.open_amount, NEW.open_amount_company) IS DISTINCT FROM (CASE
       WHEN NEW.kind IN ('customer_invoice', 'supplier_credit_note') THEN (here.amount, here.company)
       ELSE (-here.amount, -here.company) END) THEN
      RAISE EXCEPTION 'invoice %: what is open follows from its payments', OLD.number;
    END IF;
  END IF;
  IF (to_jsonb(NEW) - derived) = (to_jsonb(OLD) - derived) THEN
    RETURN NEW;
  END IF;
  IF NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - derived - 'party_id'::text) = (to_jsonb(OLD) - derived - 'party_id'::text) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - derived - personal) = (to_jsonb(OLD) - derived - personal) THEN
    SELECT retention_years INTO years FROM erp_accounting_ledger WHERE company_id = OLD.company_id;
    IF NEW.party_name || NEW.party_address || NEW.party_vat || NEW.party_registration || NEW.note = ''
       AND OLD.date + make_interval(years => years) < now() THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'invoice % is posted: create a credit note instead', OLD.number;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'payment_term_id', t.id, t.company_id FROM erp_accounting_payment_term t WHERE t.id = NEW.payment_term_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
    UNION ALL SELECT 'credit_of_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.credit_of_id
    UNION ALL SELECT 'deposit_for_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.deposit_for_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_journal_code_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF (NEW.code, NEW.prefix, NEW.kind, NEW.company_id) IS DISTINCT FROM (OLD.code, OLD.prefix, OLD.kind,
  OLD.company_id)
     AND EXISTS (SELECT 1 FROM erp_accounting_entry WHERE journal_id = OLD.id AND state = 'posted') THEN
    RAISE EXCEPTION 'journal % has posted entries: its code, prefix and kind are final', OLD.code;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_journal_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_ledger_hard_lock_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  year record;
BEGIN
  IF OLD.lock_hard IS NOT NULL AND (NEW.lock_hard IS NULL OR NEW.lock_hard < OLD.lock_hard) THEN
    RAISE EXCEPTION 'the books are closed for good until %', OLD.lock_hard;
  END IF;
  IF NEW.lock_all IS DISTINCT FROM OLD.lock_all THEN
    SELECT name, "end" INTO year FROM erp_accounting_fiscal_year
      WHERE company_id = NEW.company_id AND state = 'closed' ORDER BY "end" DESC LIMIT 1;
    IF FOUND AND (NEW.lock_all IS NULL OR NEW.lock_all < year."end") THEN
      RAISE EXCEPTION 'fiscal year % is closed: everything stays locked until %', year.name, year."end";
    END IF;
  END IF;
  RETURN NEW;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_ledger_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'receivable_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.receivable_id
    UNION ALL SELECT 'payable_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.payable_id
    UNION ALL SELECT 'sales_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.sales_id
    UNION ALL SELECT 'services_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.services_id
    UNION ALL SELECT 'purchases_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.purchases_id
    UNION ALL SELECT 'expenses_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.expenses_id
    UNION ALL SELECT 'tax_collected_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.tax_collected_id
    UNION ALL SELECT 'tax_deductible_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.tax_deductible_id
    UNION ALL SELECT 'tax_payable_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.tax_payable_id
    UNION ALL SELECT 'tax_credit_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.tax_credit_id
    UNION ALL SELECT 'rounding_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.rounding_id
    UNION ALL SELECT 'write_off_loss_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.write_off_loss_id
    UNION ALL SELECT 'write_off_gain_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.write_off_gain_id
    UNION ALL SELECT 'exchange_loss_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.exchange_loss_id
    UNION ALL SELECT 'exchange_gain_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.exchange_gain_id
    UNION ALL SELECT 'discount_given_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.discount_given_id
    UNION ALL SELECT 'discount_taken_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.discount_taken_id
    UNION ALL SELECT 'dunning_fee_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.dunning_fee_id
    UNION ALL SELECT 'deposits_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.deposits_id
    UNION ALL SELECT 'retained_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.retained_id
    UNION ALL SELECT 'result_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.result_id
    UNION ALL SELECT 'loss_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.loss_id
    UNION ALL SELECT 'inventory_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.inventory_id
    UNION ALL SELECT 'goods_received_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.goods_received_id
    UNION ALL SELECT 'cost_of_sales_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.cost_of_sales_id
    UNION ALL SELECT 'stock_loss_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.stock_loss_id
    UNION ALL SELECT 'production_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.production_id
    UNION ALL SELECT 'landed_costs_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.landed_costs_id
    UNION ALL SELECT 'suspense_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.suspense_id
    UNION ALL SELECT 'bank_fees_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.bank_fees_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_lock_exception_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_lock_exception_only_ended() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND
     (to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'updated_at']) =
     (to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'updated_at']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an exception from lock dates is never changed: end it and grant another';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_lock_exception_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_mandate_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_open_item_follows() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - ARRAY['party_id', 'updated_at']) = (to_jsonb(OLD) - ARRAY['party_id', 'updated_at']) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what is open follows from entries and allocations: settle, or undo, instead';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_open_item_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_open_item_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'line_id', t.id, t.company_id FROM erp_accounting_entry_line t WHERE t.id = NEW.line_id
    UNION ALL SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_party_account_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_batch_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'batch_id', t.id, t.company_id FROM erp_accounting_payment_batch t WHERE t.id = NEW.batch_id
    UNION ALL SELECT 'open_item_id', t.id, t.company_id FROM erp_accounting_open_item t WHERE t.id = NEW.open_item_id
    UNION ALL SELECT 'mandate_id', t.id, t.company_id FROM erp_accounting_mandate t WHERE t.id = NEW.mandate_id
    UNION ALL SELECT 'payment_id', t.id, t.company_id FROM erp_accounting_payment t WHERE t.id = NEW.payment_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_batch_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'bank_account_id', t.id, t.company_id FROM erp_accounting_bank_account t WHERE t.id = NEW.bank_account_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_posted_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  free text[] := ARRAY['state', 'version', 'updated_at', 'search_tokens'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' AND NOT EXISTS
       (SELECT 1 FROM erp_accounting_entry WHERE id = NEW.entry_id AND number = NEW.number AND state =
       'posted') THEN
      RAISE EXCEPTION 'a posted payment has a posted entry of the same number';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'draft' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free)
     AND (NEW.state = OLD.state OR NEW.state = 'reversed') THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free - 'party_id'::text) = (to_jsonb(OLD) - free -
  'party_id'::text)
     AND NEW.state = OLD.state AND EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
       ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'payment % is posted: reverse it instead', OLD.number;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'journal_id', t.id, t.company_id FROM erp_accounting_journal t WHERE t.id = NEW.journal_id
    UNION ALL SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_term_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM erp_accounting_payment_term new_o WHERE new_o.id = NEW.term_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM erp_accounting_payment_term old_o WHERE old_o.id = OLD.term_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_payment_term_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_period_total_follows() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'monthly totals follow from posted entries';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_period_total_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_period_total_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'account_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.account_id
    UNION ALL SELECT 'journal_id', t.id, t.company_id FROM erp_accounting_journal t WHERE t.id = NEW.journal_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_recurrence_run_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'recurrence_id', t.id, t.company_id FROM erp_accounting_recurrence t WHERE t.id = NEW.recurrence_id
    UNION ALL SELECT 'invoice_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.invoice_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_recurrence_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'invoice_id', t.id, t.company_id FROM erp_accounting_invoice t WHERE t.id = NEW.invoice_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_tax_return_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'filed' AND NEW.state = 'cancelled' AND
     (to_jsonb(NEW) - ARRAY['state', 'version', 'updated_at', 'search_tokens']) =
     (to_jsonb(OLD) - ARRAY['state', 'version', 'updated_at', 'search_tokens']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the tax return until % is filed: cancel it and file it anew', OLD."end";
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_tax_return_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_tax_return_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'entry_id', t.id, t.company_id FROM erp_accounting_entry t WHERE t.id = NEW.entry_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE TRIGGER same_company_erp_accounting AFTER INSERT OR UPDATE OF account_id, reverse_account_id ON catalog_tax FOR EACH ROW WHEN (NEW.account_id IS NOT NULL OR NEW.reverse_account_id IS NOT NULL) EXECUTE FUNCTION catalog_tax_same_company_erp_accounting()"""
    )
    op.execute(
        """CREATE TRIGGER code_is_final BEFORE UPDATE ON erp_accounting_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_account_code_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_account_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_allocation FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_allocation_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, debit_item_id, credit_item_id, exchange_entry_id ON erp_accounting_allocation FOR EACH ROW EXECUTE FUNCTION erp_accounting_allocation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER settle BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_allocation FOR EACH ROW EXECUTE FUNCTION erp_accounting_allocation_settle()"""
    )
    op.execute(
        """CREATE TRIGGER plan_is_final BEFORE UPDATE ON erp_accounting_analytic_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_account_plan_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, plan_id ON erp_accounting_analytic_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_account_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER is_final BEFORE UPDATE OR DELETE ON erp_accounting_analytic_allocation FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_allocation_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_analytic_allocation FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_analytic_allocation_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, entry_line_id, before_id, after_id ON erp_accounting_analytic_allocation FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_allocation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_analytic_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_line_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_analytic_line FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_analytic_line_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, entry_line_id, plan_id, account_id, general_id, allocation_id ON erp_accounting_analytic_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_analytic_plan FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_plan_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, account_id, distribution_id ON erp_accounting_analytic_rule FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_rule_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, distribution_id, account_id ON erp_accounting_analytic_share FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_share_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER used_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_analytic_share FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_share_used_is_final()"""
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER whole AFTER INSERT OR UPDATE OR DELETE ON erp_accounting_analytic_share DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp_accounting_analytic_share_whole()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, journal_id, suspense_account_id, transit_account_id, fee_account_id ON erp_accounting_bank_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_account_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, line_id, entry_line_id ON erp_accounting_bank_confirmation FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_confirmation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER is_the_banks BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_bank_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_line_is_the_banks()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_bank_line FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_bank_line_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, statement_id, bank_account_id, entry_id, bank_line_id, suspense_line_id, match_entry_id ON erp_accounting_bank_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, bank_account_id, account_id, tax_id ON erp_accounting_bank_rule FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_rule_same_company()"""
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT OR UPDATE ON erp_accounting_bank_statement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_statement_adds_up()"""
    )
    op.execute(
        """CREATE TRIGGER is_the_banks BEFORE UPDATE ON erp_accounting_bank_statement FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_statement_is_the_banks()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_bank_statement FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_bank_statement_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, bank_account_id ON erp_accounting_bank_statement FOR EACH ROW EXECUTE FUNCTION erp_accounting_bank_statement_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_budget FOR EACH ROW EXECUTE FUNCTION erp_accounting_budget_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER confirmed_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_budget_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_budget_line_confirmed_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, budget_id, account_id, analytic_id ON erp_accounting_budget_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_budget_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER final BEFORE UPDATE OR DELETE ON erp_accounting_closing_total FOR EACH ROW EXECUTE FUNCTION erp_accounting_closing_total_final()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_closing_total FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_closing_total_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_closing_total FOR EACH ROW EXECUTE FUNCTION erp_accounting_closing_total_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, account_id ON erp_accounting_distribution FOR EACH ROW EXECUTE FUNCTION erp_accounting_distribution_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, invoice_id ON erp_accounting_dunning_hold FOR EACH ROW EXECUTE FUNCTION erp_accounting_dunning_hold_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_dunning_level FOR EACH ROW EXECUTE FUNCTION erp_accounting_dunning_level_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, level_id, invoice_id, fee_entry_id ON erp_accounting_dunning_notice FOR EACH ROW EXECUTE FUNCTION erp_accounting_dunning_notice_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_entry FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_entry_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posting BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_entry FOR EACH ROW EXECUTE FUNCTION erp_accounting_entry_posting()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, journal_id, reversal_of_id, lock_exception_id ON erp_accounting_entry FOR EACH ROW EXECUTE FUNCTION erp_accounting_entry_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_entry_line FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_entry_line_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posted_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_entry_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_entry_line_posted_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, entry_id, journal_id, account_id, tax_id, distribution_id ON erp_accounting_entry_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_entry_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_fiscal_year FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_fiscal_year_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, result_entry_id, closing_entry_id, opening_entry_id ON erp_accounting_fiscal_year FOR EACH ROW EXECUTE FUNCTION erp_accounting_fiscal_year_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER years_do_not_overlap BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_fiscal_year FOR EACH ROW EXECUTE FUNCTION erp_accounting_fiscal_year_years_do_not_overlap()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_invoice FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_invoice_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posted_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_invoice FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_posted_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, payment_term_id, account_id, entry_id, credit_of_id, deposit_for_id ON erp_accounting_invoice FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_invoice_line FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_invoice_line_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posted_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_invoice_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_line_posted_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, invoice_id, account_id, distribution_id, deposit_id ON erp_accounting_invoice_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_invoice_line_tax FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_invoice_line_tax_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posted_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_invoice_line_tax FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_line_tax_posted_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF line_id, tax_id ON erp_accounting_invoice_line_tax FOR EACH ROW EXECUTE FUNCTION erp_accounting_invoice_line_tax_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER code_is_final BEFORE UPDATE ON erp_accounting_journal FOR EACH ROW EXECUTE FUNCTION erp_accounting_journal_code_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, account_id ON erp_accounting_journal FOR EACH ROW EXECUTE FUNCTION erp_accounting_journal_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER hard_lock_is_final BEFORE UPDATE ON erp_accounting_ledger FOR EACH ROW EXECUTE FUNCTION erp_accounting_ledger_hard_lock_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, receivable_id, payable_id, sales_id, services_id, purchases_id, expenses_id, tax_collected_id, tax_deductible_id, tax_payable_id, tax_credit_id, rounding_id, write_off_loss_id, write_off_gain_id, exchange_loss_id, exchange_gain_id, discount_given_id, discount_taken_id, dunning_fee_id, deposits_id, retained_id, result_id, loss_id, inventory_id, goods_received_id, cost_of_sales_id, stock_loss_id, production_id, landed_costs_id, suspense_id, bank_fees_id ON erp_accounting_ledger FOR EACH ROW EXECUTE FUNCTION erp_accounting_ledger_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_lock_exception FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_lock_exception_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER only_ended BEFORE UPDATE OR DELETE ON erp_accounting_lock_exception FOR EACH ROW EXECUTE FUNCTION erp_accounting_lock_exception_only_ended()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_lock_exception FOR EACH ROW EXECUTE FUNCTION erp_accounting_lock_exception_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_mandate FOR EACH ROW EXECUTE FUNCTION erp_accounting_mandate_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER follows BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_open_item FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION erp_accounting_open_item_follows()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_open_item FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_open_item_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, line_id, entry_id, account_id ON erp_accounting_open_item FOR EACH ROW EXECUTE FUNCTION erp_accounting_open_item_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_party_account FOR EACH ROW EXECUTE FUNCTION erp_accounting_party_account_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_payment FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_payment_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER posted_is_final BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_payment FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_posted_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, journal_id, account_id, entry_id ON erp_accounting_payment FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, bank_account_id ON erp_accounting_payment_batch FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_batch_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, batch_id, open_item_id, mandate_id, payment_id ON erp_accounting_payment_batch_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_batch_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_accounting_payment_term FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_term_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF term_id ON erp_accounting_payment_term_line FOR EACH ROW EXECUTE FUNCTION erp_accounting_payment_term_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER follows BEFORE INSERT OR UPDATE OR DELETE ON erp_accounting_period_total FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION erp_accounting_period_total_follows()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_period_total FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_period_total_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, account_id, journal_id ON erp_accounting_period_total FOR EACH ROW EXECUTE FUNCTION erp_accounting_period_total_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, invoice_id ON erp_accounting_recurrence FOR EACH ROW EXECUTE FUNCTION erp_accounting_recurrence_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, recurrence_id, invoice_id ON erp_accounting_recurrence_run FOR EACH ROW EXECUTE FUNCTION erp_accounting_recurrence_run_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER final BEFORE UPDATE OR DELETE ON erp_accounting_tax_return FOR EACH ROW EXECUTE FUNCTION erp_accounting_tax_return_final()"""
    )
    op.execute(
        """CREATE TRIGGER never_emptied BEFORE TRUNCATE ON erp_accounting_tax_return FOR EACH STATEMENT EXECUTE FUNCTION erp_accounting_tax_return_never_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, entry_id ON erp_accounting_tax_return FOR EACH ROW EXECUTE FUNCTION erp_accounting_tax_return_same_company()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_erp_accounting ON catalog_tax")
    op.drop_constraint(op.f("fk_catalog_tax_account_id"), "catalog_tax", type_="foreignkey")
    op.drop_constraint(op.f("fk_catalog_tax_reverse_account_id"), "catalog_tax", type_="foreignkey")
    op.drop_column("catalog_tax", "deductible_box")
    op.drop_column("catalog_tax", "due_box")
    op.drop_column("catalog_tax", "base_box")
    op.drop_column("catalog_tax", "exigible")
    op.drop_column("catalog_tax", "reverse_account_id")
    op.drop_column("catalog_tax", "reverse_rate")
    op.drop_column("catalog_tax", "account_id")
    op.drop_index(
        "uq_erp_accounting_payment_batch_line_in_one_batch",
        table_name="erp_accounting_payment_batch_line",
        postgresql_where=sa.text("waiting"),
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_line_payment_id"),
        table_name="erp_accounting_payment_batch_line",
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_line_party_id"), table_name="erp_accounting_payment_batch_line"
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_line_mandate_id"),
        table_name="erp_accounting_payment_batch_line",
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_line_company_id"),
        table_name="erp_accounting_payment_batch_line",
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_line_batch_id"), table_name="erp_accounting_payment_batch_line"
    )
    op.drop_table("erp_accounting_payment_batch_line")
    op.drop_index("uq_erp_accounting_bank_confirmation_once", table_name="erp_accounting_bank_confirmation")
    op.drop_index(
        op.f("ix_erp_accounting_bank_confirmation_line_id"), table_name="erp_accounting_bank_confirmation"
    )
    op.drop_index(
        op.f("ix_erp_accounting_bank_confirmation_company_id"), table_name="erp_accounting_bank_confirmation"
    )
    op.drop_table("erp_accounting_bank_confirmation")
    op.drop_index(
        op.f("ix_erp_accounting_analytic_line_entry_line_id"), table_name="erp_accounting_analytic_line"
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_line_company_id"), table_name="erp_accounting_analytic_line"
    )
    op.drop_index("ix_erp_accounting_analytic_line_company_date", table_name="erp_accounting_analytic_line")
    op.drop_index("ix_erp_accounting_analytic_line_account_date", table_name="erp_accounting_analytic_line")
    op.drop_table("erp_accounting_analytic_line")
    op.drop_index(
        op.f("ix_erp_accounting_allocation_exchange_entry_id"), table_name="erp_accounting_allocation"
    )
    op.drop_index(op.f("ix_erp_accounting_allocation_debit_item_id"), table_name="erp_accounting_allocation")
    op.drop_index(op.f("ix_erp_accounting_allocation_credit_item_id"), table_name="erp_accounting_allocation")
    op.drop_index(op.f("ix_erp_accounting_allocation_company_id"), table_name="erp_accounting_allocation")
    op.drop_table("erp_accounting_allocation")
    op.drop_index("uq_erp_accounting_recurrence_run_once", table_name="erp_accounting_recurrence_run")
    op.drop_index(
        op.f("ix_erp_accounting_recurrence_run_invoice_id"), table_name="erp_accounting_recurrence_run"
    )
    op.drop_index(
        op.f("ix_erp_accounting_recurrence_run_company_id"), table_name="erp_accounting_recurrence_run"
    )
    op.drop_table("erp_accounting_recurrence_run")
    op.drop_index("uq_erp_accounting_open_item_line", table_name="erp_accounting_open_item")
    op.drop_index(
        "ix_erp_accounting_open_item_still_open",
        table_name="erp_accounting_open_item",
        postgresql_where=sa.text("residual <> 0 OR residual_currency <> 0"),
    )
    op.drop_index("ix_erp_accounting_open_item_party", table_name="erp_accounting_open_item")
    op.drop_index(op.f("ix_erp_accounting_open_item_entry_id"), table_name="erp_accounting_open_item")
    op.drop_index(op.f("ix_erp_accounting_open_item_company_id"), table_name="erp_accounting_open_item")
    op.drop_table("erp_accounting_open_item")
    op.drop_index("uq_erp_accounting_invoice_line_tax_once", table_name="erp_accounting_invoice_line_tax")
    op.drop_index(
        op.f("ix_erp_accounting_invoice_line_tax_tax_id"), table_name="erp_accounting_invoice_line_tax"
    )
    op.drop_index(
        op.f("ix_erp_accounting_invoice_line_tax_line_id"), table_name="erp_accounting_invoice_line_tax"
    )
    op.drop_table("erp_accounting_invoice_line_tax")
    op.drop_index("uq_erp_accounting_bank_line_statement", table_name="erp_accounting_bank_line")
    op.drop_index("uq_erp_accounting_bank_line_once", table_name="erp_accounting_bank_line")
    op.drop_index(
        "uq_erp_accounting_bank_line_bank_line",
        table_name="erp_accounting_bank_line",
        postgresql_where=sa.text("bank_line_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_erp_accounting_bank_line_search", table_name="erp_accounting_bank_line", postgresql_using="gin"
    )
    op.drop_index(
        "ix_erp_accounting_bank_line_run",
        table_name="erp_accounting_bank_line",
        postgresql_where=sa.text("match_run <> ''"),
    )
    op.drop_index(op.f("ix_erp_accounting_bank_line_party_id"), table_name="erp_accounting_bank_line")
    op.drop_index(op.f("ix_erp_accounting_bank_line_match_entry_id"), table_name="erp_accounting_bank_line")
    op.drop_index(
        "ix_erp_accounting_bank_line_left",
        table_name="erp_accounting_bank_line",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_erp_accounting_bank_line_entry_id"), table_name="erp_accounting_bank_line")
    op.drop_index(op.f("ix_erp_accounting_bank_line_company_id"), table_name="erp_accounting_bank_line")
    op.drop_table("erp_accounting_bank_line")
    op.drop_index(
        op.f("ix_erp_accounting_analytic_allocation_entry_line_id"),
        table_name="erp_accounting_analytic_allocation",
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_allocation_company_id"),
        table_name="erp_accounting_analytic_allocation",
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_allocation_after_id"),
        table_name="erp_accounting_analytic_allocation",
    )
    op.drop_table("erp_accounting_analytic_allocation")
    op.drop_index(
        "ix_erp_accounting_recurrence_search", table_name="erp_accounting_recurrence", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_recurrence_invoice_id"), table_name="erp_accounting_recurrence")
    op.drop_index(op.f("ix_erp_accounting_recurrence_company_id"), table_name="erp_accounting_recurrence")
    op.drop_table("erp_accounting_recurrence")
    op.drop_index(op.f("ix_erp_accounting_invoice_line_product_id"), table_name="erp_accounting_invoice_line")
    op.drop_index(op.f("ix_erp_accounting_invoice_line_invoice_id"), table_name="erp_accounting_invoice_line")
    op.drop_index(op.f("ix_erp_accounting_invoice_line_deposit_id"), table_name="erp_accounting_invoice_line")
    op.drop_index("ix_erp_accounting_invoice_line_company_product", table_name="erp_accounting_invoice_line")
    op.drop_index(op.f("ix_erp_accounting_invoice_line_company_id"), table_name="erp_accounting_invoice_line")
    op.drop_table("erp_accounting_invoice_line")
    op.drop_index(
        "ix_erp_accounting_entry_line_party_date",
        table_name="erp_accounting_entry_line",
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_erp_accounting_entry_line_entry_id"), table_name="erp_accounting_entry_line")
    op.drop_index(
        "ix_erp_accounting_entry_line_distribution",
        table_name="erp_accounting_entry_line",
        postgresql_where=sa.text("distribution_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_erp_accounting_entry_line_company_id"), table_name="erp_accounting_entry_line")
    op.drop_index("ix_erp_accounting_entry_line_company_date", table_name="erp_accounting_entry_line")
    op.drop_index("ix_erp_accounting_entry_line_account_date", table_name="erp_accounting_entry_line")
    op.drop_table("erp_accounting_entry_line")
    op.drop_index("uq_erp_accounting_dunning_notice_once", table_name="erp_accounting_dunning_notice")
    op.drop_index(
        op.f("ix_erp_accounting_dunning_notice_party_id"), table_name="erp_accounting_dunning_notice"
    )
    op.drop_index(
        op.f("ix_erp_accounting_dunning_notice_fee_entry_id"), table_name="erp_accounting_dunning_notice"
    )
    op.drop_index("ix_erp_accounting_dunning_notice_date", table_name="erp_accounting_dunning_notice")
    op.drop_index(
        op.f("ix_erp_accounting_dunning_notice_company_id"), table_name="erp_accounting_dunning_notice"
    )
    op.drop_table("erp_accounting_dunning_notice")
    op.drop_index(op.f("ix_erp_accounting_dunning_hold_party_id"), table_name="erp_accounting_dunning_hold")
    op.drop_index(op.f("ix_erp_accounting_dunning_hold_invoice_id"), table_name="erp_accounting_dunning_hold")
    op.drop_index(op.f("ix_erp_accounting_dunning_hold_company_id"), table_name="erp_accounting_dunning_hold")
    op.drop_table("erp_accounting_dunning_hold")
    op.drop_index("uq_erp_accounting_analytic_share_once", table_name="erp_accounting_analytic_share")
    op.drop_index(
        op.f("ix_erp_accounting_analytic_share_distribution_id"), table_name="erp_accounting_analytic_share"
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_share_company_id"), table_name="erp_accounting_analytic_share"
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_share_account_id"), table_name="erp_accounting_analytic_share"
    )
    op.drop_table("erp_accounting_analytic_share")
    op.drop_index(
        "uq_erp_accounting_analytic_rule_once",
        table_name="erp_accounting_analytic_rule",
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_rule_company_id"), table_name="erp_accounting_analytic_rule"
    )
    op.drop_table("erp_accounting_analytic_rule")
    op.drop_index(
        "uq_erp_accounting_tax_return_filed_once",
        table_name="erp_accounting_tax_return",
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.drop_index(op.f("ix_erp_accounting_tax_return_filed_by_id"), table_name="erp_accounting_tax_return")
    op.drop_index(op.f("ix_erp_accounting_tax_return_entry_id"), table_name="erp_accounting_tax_return")
    op.drop_index(op.f("ix_erp_accounting_tax_return_company_id"), table_name="erp_accounting_tax_return")
    op.drop_table("erp_accounting_tax_return")
    op.drop_index("uq_erp_accounting_payment_batch_name", table_name="erp_accounting_payment_batch")
    op.drop_index(
        "ix_erp_accounting_payment_batch_search",
        table_name="erp_accounting_payment_batch",
        postgresql_using="gin",
    )
    op.drop_index(
        op.f("ix_erp_accounting_payment_batch_company_id"), table_name="erp_accounting_payment_batch"
    )
    op.drop_table("erp_accounting_payment_batch")
    op.drop_index(
        "ix_erp_accounting_payment_search", table_name="erp_accounting_payment", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_payment_party_id"), table_name="erp_accounting_payment")
    op.drop_index(op.f("ix_erp_accounting_payment_entry_id"), table_name="erp_accounting_payment")
    op.drop_index(op.f("ix_erp_accounting_payment_company_id"), table_name="erp_accounting_payment")
    op.drop_index("ix_erp_accounting_payment_company_date", table_name="erp_accounting_payment")
    op.drop_table("erp_accounting_payment")
    op.drop_index(
        "uq_erp_accounting_invoice_number",
        table_name="erp_accounting_invoice",
        postgresql_where=sa.text("number IS NOT NULL AND kind LIKE 'customer%'"),
    )
    op.drop_index(
        "ix_erp_accounting_invoice_search", table_name="erp_accounting_invoice", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_invoice_party_id"), table_name="erp_accounting_invoice")
    op.drop_index(op.f("ix_erp_accounting_invoice_owner_id"), table_name="erp_accounting_invoice")
    op.drop_index(
        "ix_erp_accounting_invoice_late",
        table_name="erp_accounting_invoice",
        postgresql_where=sa.text("state = 'posted' AND open_amount <> 0"),
    )
    op.drop_index(op.f("ix_erp_accounting_invoice_entry_id"), table_name="erp_accounting_invoice")
    op.drop_index(op.f("ix_erp_accounting_invoice_deposit_for_id"), table_name="erp_accounting_invoice")
    op.drop_index(op.f("ix_erp_accounting_invoice_credit_of_id"), table_name="erp_accounting_invoice")
    op.drop_index(op.f("ix_erp_accounting_invoice_company_id"), table_name="erp_accounting_invoice")
    op.drop_index("ix_erp_accounting_invoice_company_date", table_name="erp_accounting_invoice")
    op.drop_table("erp_accounting_invoice")
    op.drop_index("uq_erp_accounting_fiscal_year_company_start", table_name="erp_accounting_fiscal_year")
    op.drop_index(
        op.f("ix_erp_accounting_fiscal_year_result_entry_id"), table_name="erp_accounting_fiscal_year"
    )
    op.drop_index(
        op.f("ix_erp_accounting_fiscal_year_opening_entry_id"), table_name="erp_accounting_fiscal_year"
    )
    op.drop_index(op.f("ix_erp_accounting_fiscal_year_company_id"), table_name="erp_accounting_fiscal_year")
    op.drop_index(
        op.f("ix_erp_accounting_fiscal_year_closing_entry_id"), table_name="erp_accounting_fiscal_year"
    )
    op.drop_index(op.f("ix_erp_accounting_fiscal_year_closed_by_id"), table_name="erp_accounting_fiscal_year")
    op.drop_table("erp_accounting_fiscal_year")
    op.drop_index(
        "uq_erp_accounting_distribution_own",
        table_name="erp_accounting_distribution",
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.drop_index("uq_erp_accounting_distribution_name", table_name="erp_accounting_distribution")
    op.drop_index(
        "ix_erp_accounting_distribution_search",
        table_name="erp_accounting_distribution",
        postgresql_using="gin",
    )
    op.drop_index(op.f("ix_erp_accounting_distribution_company_id"), table_name="erp_accounting_distribution")
    op.drop_table("erp_accounting_distribution")
    op.drop_index(op.f("ix_erp_accounting_budget_line_company_id"), table_name="erp_accounting_budget_line")
    op.drop_index(op.f("ix_erp_accounting_budget_line_budget_id"), table_name="erp_accounting_budget_line")
    op.drop_table("erp_accounting_budget_line")
    op.drop_index(
        "ix_erp_accounting_bank_statement_search",
        table_name="erp_accounting_bank_statement",
        postgresql_using="gin",
    )
    op.drop_index(
        op.f("ix_erp_accounting_bank_statement_company_id"), table_name="erp_accounting_bank_statement"
    )
    op.drop_index("ix_erp_accounting_bank_statement_account_date", table_name="erp_accounting_bank_statement")
    op.drop_table("erp_accounting_bank_statement")
    op.drop_index(
        "ix_erp_accounting_bank_rule_search", table_name="erp_accounting_bank_rule", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_bank_rule_party_id"), table_name="erp_accounting_bank_rule")
    op.drop_index(
        "ix_erp_accounting_bank_rule_iban",
        table_name="erp_accounting_bank_rule",
        postgresql_where=sa.text("partner_iban <> ''"),
    )
    op.drop_index(op.f("ix_erp_accounting_bank_rule_company_id"), table_name="erp_accounting_bank_rule")
    op.drop_table("erp_accounting_bank_rule")
    op.drop_index(
        "uq_erp_accounting_period_total_account_journal_period", table_name="erp_accounting_period_total"
    )
    op.drop_index("ix_erp_accounting_period_total_company_period", table_name="erp_accounting_period_total")
    op.drop_index(op.f("ix_erp_accounting_period_total_company_id"), table_name="erp_accounting_period_total")
    op.drop_table("erp_accounting_period_total")
    op.drop_index("uq_erp_accounting_party_account_once", table_name="erp_accounting_party_account")
    op.drop_index(
        "ix_erp_accounting_party_account_search",
        table_name="erp_accounting_party_account",
        postgresql_using="gin",
    )
    op.drop_index(op.f("ix_erp_accounting_party_account_party_id"), table_name="erp_accounting_party_account")
    op.drop_index(
        op.f("ix_erp_accounting_party_account_company_id"), table_name="erp_accounting_party_account"
    )
    op.drop_table("erp_accounting_party_account")
    op.drop_index("uq_erp_accounting_mandate_number", table_name="erp_accounting_mandate")
    op.drop_index(
        "ix_erp_accounting_mandate_search", table_name="erp_accounting_mandate", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_mandate_party_id"), table_name="erp_accounting_mandate")
    op.drop_index(op.f("ix_erp_accounting_mandate_company_id"), table_name="erp_accounting_mandate")
    op.drop_table("erp_accounting_mandate")
    op.drop_index(
        "uq_erp_accounting_entry_reversed_once",
        table_name="erp_accounting_entry",
        postgresql_where=sa.text("reversal_of_id IS NOT NULL"),
    )
    op.drop_index("uq_erp_accounting_entry_gapless", table_name="erp_accounting_entry")
    op.drop_index("ix_erp_accounting_entry_search", table_name="erp_accounting_entry", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_accounting_entry_reversal_of_id"), table_name="erp_accounting_entry")
    op.drop_index(op.f("ix_erp_accounting_entry_lock_exception_id"), table_name="erp_accounting_entry")
    op.drop_index(op.f("ix_erp_accounting_entry_company_id"), table_name="erp_accounting_entry")
    op.drop_index("ix_erp_accounting_entry_company_date", table_name="erp_accounting_entry")
    op.drop_table("erp_accounting_entry")
    op.drop_index("uq_erp_accounting_bank_account_journal", table_name="erp_accounting_bank_account")
    op.drop_index(
        "uq_erp_accounting_bank_account_iban",
        table_name="erp_accounting_bank_account",
        postgresql_where=sa.text("iban IS NOT NULL"),
    )
    op.drop_index(
        "ix_erp_accounting_bank_account_search",
        table_name="erp_accounting_bank_account",
        postgresql_using="gin",
    )
    op.drop_index(op.f("ix_erp_accounting_bank_account_company_id"), table_name="erp_accounting_bank_account")
    op.drop_table("erp_accounting_bank_account")
    op.drop_index("uq_erp_accounting_analytic_account_code", table_name="erp_accounting_analytic_account")
    op.drop_index(
        "ix_erp_accounting_analytic_account_search",
        table_name="erp_accounting_analytic_account",
        postgresql_using="gin",
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_account_plan_id"), table_name="erp_accounting_analytic_account"
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_account_party_id"), table_name="erp_accounting_analytic_account"
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_account_company_id"), table_name="erp_accounting_analytic_account"
    )
    op.drop_table("erp_accounting_analytic_account")
    op.drop_index(
        op.f("ix_erp_accounting_payment_term_line_term_id"), table_name="erp_accounting_payment_term_line"
    )
    op.drop_table("erp_accounting_payment_term_line")
    op.drop_index(
        op.f("ix_erp_accounting_lock_exception_user_id"), table_name="erp_accounting_lock_exception"
    )
    op.drop_index(
        op.f("ix_erp_accounting_lock_exception_granted_by_id"), table_name="erp_accounting_lock_exception"
    )
    op.drop_index(
        op.f("ix_erp_accounting_lock_exception_ended_by_id"), table_name="erp_accounting_lock_exception"
    )
    op.drop_index(
        "ix_erp_accounting_lock_exception_company_until", table_name="erp_accounting_lock_exception"
    )
    op.drop_index(
        op.f("ix_erp_accounting_lock_exception_company_id"), table_name="erp_accounting_lock_exception"
    )
    op.drop_table("erp_accounting_lock_exception")
    op.drop_index("uq_erp_accounting_ledger_company", table_name="erp_accounting_ledger")
    op.drop_index(op.f("ix_erp_accounting_ledger_company_id"), table_name="erp_accounting_ledger")
    op.drop_table("erp_accounting_ledger")
    op.drop_index("uq_erp_accounting_journal_prefix", table_name="erp_accounting_journal")
    op.drop_index("uq_erp_accounting_journal_code", table_name="erp_accounting_journal")
    op.drop_index(
        "ix_erp_accounting_journal_search", table_name="erp_accounting_journal", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_journal_company_id"), table_name="erp_accounting_journal")
    op.drop_index(op.f("ix_erp_accounting_journal_account_id"), table_name="erp_accounting_journal")
    op.drop_table("erp_accounting_journal")
    op.drop_index(
        op.f("ix_erp_accounting_category_income_category_id"), table_name="erp_accounting_category_income"
    )
    op.drop_index(
        op.f("ix_erp_accounting_category_income_account_id"), table_name="erp_accounting_category_income"
    )
    op.drop_table("erp_accounting_category_income")
    op.drop_index(
        op.f("ix_erp_accounting_category_expense_category_id"), table_name="erp_accounting_category_expense"
    )
    op.drop_index(
        op.f("ix_erp_accounting_category_expense_account_id"), table_name="erp_accounting_category_expense"
    )
    op.drop_table("erp_accounting_category_expense")
    op.drop_index(
        "ix_erp_accounting_payment_term_search",
        table_name="erp_accounting_payment_term",
        postgresql_using="gin",
    )
    op.drop_index(op.f("ix_erp_accounting_payment_term_company_id"), table_name="erp_accounting_payment_term")
    op.drop_table("erp_accounting_payment_term")
    op.drop_index(
        "uq_erp_accounting_dunning_level_days",
        table_name="erp_accounting_dunning_level",
        postgresql_where=sa.text("active"),
    )
    op.drop_index(
        "ix_erp_accounting_dunning_level_search",
        table_name="erp_accounting_dunning_level",
        postgresql_using="gin",
    )
    op.drop_index(
        op.f("ix_erp_accounting_dunning_level_company_id"), table_name="erp_accounting_dunning_level"
    )
    op.drop_table("erp_accounting_dunning_level")
    op.drop_index(
        op.f("ix_erp_accounting_closing_total_company_id"), table_name="erp_accounting_closing_total"
    )
    op.drop_index("ix_erp_accounting_closing_total_company_end", table_name="erp_accounting_closing_total")
    op.drop_table("erp_accounting_closing_total")
    op.drop_index("uq_erp_accounting_budget_name", table_name="erp_accounting_budget")
    op.drop_index(
        "ix_erp_accounting_budget_search", table_name="erp_accounting_budget", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_budget_company_id"), table_name="erp_accounting_budget")
    op.drop_table("erp_accounting_budget")
    op.drop_index("uq_erp_accounting_analytic_plan_name", table_name="erp_accounting_analytic_plan")
    op.drop_index(
        "ix_erp_accounting_analytic_plan_search",
        table_name="erp_accounting_analytic_plan",
        postgresql_using="gin",
    )
    op.drop_index(
        op.f("ix_erp_accounting_analytic_plan_company_id"), table_name="erp_accounting_analytic_plan"
    )
    op.drop_table("erp_accounting_analytic_plan")
    op.drop_index("uq_erp_accounting_account_code", table_name="erp_accounting_account")
    op.drop_index(
        "ix_erp_accounting_account_search", table_name="erp_accounting_account", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_accounting_account_company_id"), table_name="erp_accounting_account")
    op.drop_table("erp_accounting_account")
    op.execute("DROP FUNCTION catalog_tax_same_company_erp_accounting()")
    op.execute("DROP FUNCTION erp_accounting_account_code_is_final()")
    op.execute("DROP FUNCTION erp_accounting_account_same_company()")
    op.execute("DROP FUNCTION erp_accounting_allocation_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_allocation_same_company()")
    op.execute("DROP FUNCTION erp_accounting_allocation_settle()")
    op.execute("DROP FUNCTION erp_accounting_analytic_account_plan_is_final()")
    op.execute("DROP FUNCTION erp_accounting_analytic_account_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_allocation_is_final()")
    op.execute("DROP FUNCTION erp_accounting_analytic_allocation_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_analytic_allocation_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_line_is_final()")
    op.execute("DROP FUNCTION erp_accounting_analytic_line_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_analytic_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_plan_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_rule_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_share_same_company()")
    op.execute("DROP FUNCTION erp_accounting_analytic_share_used_is_final()")
    op.execute("DROP FUNCTION erp_accounting_analytic_share_whole()")
    op.execute("DROP FUNCTION erp_accounting_bank_account_same_company()")
    op.execute("DROP FUNCTION erp_accounting_bank_confirmation_same_company()")
    op.execute("DROP FUNCTION erp_accounting_bank_line_is_the_banks()")
    op.execute("DROP FUNCTION erp_accounting_bank_line_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_bank_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_bank_rule_same_company()")
    op.execute("DROP FUNCTION erp_accounting_bank_statement_adds_up()")
    op.execute("DROP FUNCTION erp_accounting_bank_statement_is_the_banks()")
    op.execute("DROP FUNCTION erp_accounting_bank_statement_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_bank_statement_same_company()")
    op.execute("DROP FUNCTION erp_accounting_budget_line_confirmed_is_final()")
    op.execute("DROP FUNCTION erp_accounting_budget_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_budget_same_company()")
    op.execute("DROP FUNCTION erp_accounting_closing_total_final()")
    op.execute("DROP FUNCTION erp_accounting_closing_total_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_closing_total_same_company()")
    op.execute("DROP FUNCTION erp_accounting_distribution_same_company()")
    op.execute("DROP FUNCTION erp_accounting_dunning_hold_same_company()")
    op.execute("DROP FUNCTION erp_accounting_dunning_level_same_company()")
    op.execute("DROP FUNCTION erp_accounting_dunning_notice_same_company()")
    op.execute("DROP FUNCTION erp_accounting_entry_line_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_entry_line_posted_is_final()")
    op.execute("DROP FUNCTION erp_accounting_entry_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_entry_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_entry_posting()")
    op.execute("DROP FUNCTION erp_accounting_entry_same_company()")
    op.execute("DROP FUNCTION erp_accounting_fiscal_year_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_fiscal_year_same_company()")
    op.execute("DROP FUNCTION erp_accounting_fiscal_year_years_do_not_overlap()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_posted_is_final()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_tax_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_tax_posted_is_final()")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_tax_same_company()")
    op.execute("DROP FUNCTION erp_accounting_invoice_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_invoice_posted_is_final()")
    op.execute("DROP FUNCTION erp_accounting_invoice_same_company()")
    op.execute("DROP FUNCTION erp_accounting_journal_code_is_final()")
    op.execute("DROP FUNCTION erp_accounting_journal_same_company()")
    op.execute("DROP FUNCTION erp_accounting_ledger_hard_lock_is_final()")
    op.execute("DROP FUNCTION erp_accounting_ledger_same_company()")
    op.execute("DROP FUNCTION erp_accounting_lock_exception_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_lock_exception_only_ended()")
    op.execute("DROP FUNCTION erp_accounting_lock_exception_same_company()")
    op.execute("DROP FUNCTION erp_accounting_mandate_same_company()")
    op.execute("DROP FUNCTION erp_accounting_open_item_follows()")
    op.execute("DROP FUNCTION erp_accounting_open_item_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_open_item_same_company()")
    op.execute("DROP FUNCTION erp_accounting_party_account_same_company()")
    op.execute("DROP FUNCTION erp_accounting_payment_batch_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_payment_batch_same_company()")
    op.execute("DROP FUNCTION erp_accounting_payment_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_payment_posted_is_final()")
    op.execute("DROP FUNCTION erp_accounting_payment_same_company()")
    op.execute("DROP FUNCTION erp_accounting_payment_term_line_same_company()")
    op.execute("DROP FUNCTION erp_accounting_payment_term_same_company()")
    op.execute("DROP FUNCTION erp_accounting_period_total_follows()")
    op.execute("DROP FUNCTION erp_accounting_period_total_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_period_total_same_company()")
    op.execute("DROP FUNCTION erp_accounting_recurrence_run_same_company()")
    op.execute("DROP FUNCTION erp_accounting_recurrence_same_company()")
    op.execute("DROP FUNCTION erp_accounting_tax_return_final()")
    op.execute("DROP FUNCTION erp_accounting_tax_return_never_emptied()")
    op.execute("DROP FUNCTION erp_accounting_tax_return_same_company()")
