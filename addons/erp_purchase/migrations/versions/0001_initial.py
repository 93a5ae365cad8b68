"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("base_party", sa.Column("purchase_currency", sa.String(length=3), nullable=True))
    op.add_column("base_party", sa.Column("purchase_lead_days", sa.Integer(), nullable=True))
    op.add_column("base_party", sa.Column("minimum_order", sa.Numeric(precision=20, scale=4), nullable=True))
    op.add_column(
        "base_party", sa.Column("remind_late", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "base_party",
        sa.Column("purchases_blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("base_party", sa.Column("purchase_block_reason", sa.String(length=200), nullable=True))
    op.create_table(
        "erp_purchase_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("buyer_limit", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("approver_limit", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column(
            "receipt_over", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "bill_quantity_over",
            sa.Numeric(precision=20, scale=10),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.Column(
            "bill_price_over", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "bill_amount_over", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("remind_after", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "buyer_limit >= 0 AND approver_limit >= 0",
            name=op.f("ck_erp_purchase_policy_limits_not_negative"),
        ),
        sa.CheckConstraint(
            "receipt_over >= 0 AND bill_quantity_over >= 0 AND bill_price_over >= 0 AND bill_amount_over >= 0",
            name=op.f("ck_erp_purchase_policy_tolerances_not_negative"),
        ),
        sa.CheckConstraint(
            "remind_after BETWEEN 0 AND 365", name=op.f("ck_erp_purchase_policy_remind_after_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_policy_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_policy")),
    )
    op.create_index(
        op.f("ix_erp_purchase_policy_company_id"), "erp_purchase_policy", ["company_id"], unique=False
    )
    op.create_index("uq_erp_purchase_policy_company", "erp_purchase_policy", ["company_id"], unique=True)
    op.create_table(
        "erp_purchase_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "'Q-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'decided', 'cancelled')",
            name=op.f("ck_erp_purchase_request_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_request_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_erp_purchase_request_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_request")),
    )
    op.create_index(
        op.f("ix_erp_purchase_request_company_id"), "erp_purchase_request", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_purchase_request_owner_id"), "erp_purchase_request", ["owner_id"], unique=False
    )
    op.create_index(
        "ix_erp_purchase_request_search",
        "erp_purchase_request",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_purchase_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), server_default=sa.text("1"), nullable=False),
        sa.Column("vendor_reference", sa.String(length=80), nullable=True),
        sa.Column("origin", sa.String(length=120), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column(
            "net_company", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("billing", sa.String(length=20), nullable=False),
        sa.Column("to_bill", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "billing IN ('nothing', 'partly', 'fully')", name=op.f("ck_erp_purchase_order_billing_choice")
        ),
        sa.CheckConstraint(
            "policy IN ('received', 'ordered')", name=op.f("ck_erp_purchase_order_policy_choice")
        ),
        sa.CheckConstraint(
            "receipt IN ('nothing', 'partly', 'fully')", name=op.f("ck_erp_purchase_order_receipt_choice")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'to_approve', 'cancelled') OR number IS NOT NULL",
            name=op.f("ck_erp_purchase_order_confirmed_has_a_number"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'to_approve', 'confirmed', 'changing', 'done', 'cancelled')",
            name=op.f("ck_erp_purchase_order_state_choice"),
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_erp_purchase_order_rate_positive")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["core_user.id"], name=op.f("fk_erp_purchase_order_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_order_company_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_erp_purchase_order_owner_id")),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_erp_purchase_order_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_order")),
        sa.UniqueConstraint("company_id", "number", name="uq_erp_purchase_order_number_once"),
    )
    op.create_index(
        "ix_erp_purchase_order_by_party", "erp_purchase_order", ["party_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_erp_purchase_order_company_id"), "erp_purchase_order", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_purchase_order_expected",
        "erp_purchase_order",
        ["company_id", "expected_on"],
        unique=False,
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.create_index(op.f("ix_erp_purchase_order_owner_id"), "erp_purchase_order", ["owner_id"], unique=False)
    op.create_index(op.f("ix_erp_purchase_order_party_id"), "erp_purchase_order", ["party_id"], unique=False)
    op.create_index(
        "ix_erp_purchase_order_search",
        "erp_purchase_order",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_purchase_price",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("vendor_code", sa.String(length=60), nullable=True),
        sa.Column("vendor_name", sa.String(length=200), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "min_quantity", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("price", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column(
            "discount", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("discount BETWEEN 0 AND 100", name=op.f("ck_erp_purchase_price_discount_range")),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_erp_purchase_price_dates_in_order")),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_erp_purchase_price_lead_days_not_negative")),
        sa.CheckConstraint("min_quantity >= 0", name=op.f("ck_erp_purchase_price_min_quantity_not_negative")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_erp_purchase_price_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_price_company_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_erp_purchase_price_party_id")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["catalog_product.id"],
            name=op.f("fk_erp_purchase_price_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_purchase_price_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_price")),
    )
    op.create_index(
        "ix_erp_purchase_price_by_product",
        "erp_purchase_price",
        ["company_id", "product_id", "party_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_price_company_id"), "erp_purchase_price", ["company_id"], unique=False
    )
    op.create_index(op.f("ix_erp_purchase_price_party_id"), "erp_purchase_price", ["party_id"], unique=False)
    op.create_index(
        op.f("ix_erp_purchase_price_product_id"), "erp_purchase_price", ["product_id"], unique=False
    )
    op.create_index(
        "ix_erp_purchase_price_search",
        "erp_purchase_price",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_erp_purchase_price_unit_id"), "erp_purchase_price", ["unit_id"], unique=False)
    op.create_table(
        "erp_purchase_quotation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vendor_reference", sa.String(length=80), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'answered', 'declined')",
            name=op.f("ck_erp_purchase_quotation_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_quotation_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_erp_purchase_quotation_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["erp_purchase_request.id"],
            name=op.f("fk_erp_purchase_quotation_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_quotation")),
        sa.UniqueConstraint("request_id", "party_id", name="uq_erp_purchase_quotation_vendor_once"),
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_company_id"), "erp_purchase_quotation", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_party_id"), "erp_purchase_quotation", ["party_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_request_id"), "erp_purchase_quotation", ["request_id"], unique=False
    )
    op.create_index(
        "ix_erp_purchase_quotation_search",
        "erp_purchase_quotation",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_purchase_request_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_erp_purchase_request_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_request_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_purchase_request_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["erp_purchase_request.id"],
            name=op.f("fk_erp_purchase_request_line_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_purchase_request_line_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_request_line")),
    )
    op.create_index(
        op.f("ix_erp_purchase_request_line_company_id"),
        "erp_purchase_request_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_request_line_product_id"),
        "erp_purchase_request_line",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_request_line_request_id"),
        "erp_purchase_request_line",
        ["request_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_request_line_unit_id"), "erp_purchase_request_line", ["unit_id"], unique=False
    )
    op.create_table(
        "erp_purchase_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("vendor_code", sa.String(length=60), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("discount", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("received", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("returned", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("billed", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'product' OR product_id IS NOT NULL OR description <> ''",
            name=op.f("ck_erp_purchase_line_says_what"),
        ),
        sa.CheckConstraint(
            "kind IN ('product', 'section', 'note')", name=op.f("ck_erp_purchase_line_kind_choice")
        ),
        sa.CheckConstraint("discount BETWEEN 0 AND 100", name=op.f("ck_erp_purchase_line_discount_range")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_erp_purchase_line_quantity_not_negative")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_erp_purchase_line_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["erp_purchase_order.id"],
            name=op.f("fk_erp_purchase_line_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_purchase_line_product_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_purchase_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_line")),
    )
    op.create_index(
        op.f("ix_erp_purchase_line_company_id"), "erp_purchase_line", ["company_id"], unique=False
    )
    op.create_index(op.f("ix_erp_purchase_line_order_id"), "erp_purchase_line", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_erp_purchase_line_product_id"), "erp_purchase_line", ["product_id"], unique=False
    )
    op.create_index(op.f("ix_erp_purchase_line_unit_id"), "erp_purchase_line", ["unit_id"], unique=False)
    op.create_table(
        "erp_purchase_line_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["erp_purchase_line.id"],
            name=op.f("fk_erp_purchase_line_tax_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tax_id"], ["catalog_tax.id"], name=op.f("fk_erp_purchase_line_tax_tax_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_line_tax")),
        sa.UniqueConstraint("line_id", "tax_id", name="uq_erp_purchase_line_tax_once"),
    )
    op.create_index(
        op.f("ix_erp_purchase_line_tax_line_id"), "erp_purchase_line_tax", ["line_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_purchase_line_tax_tax_id"), "erp_purchase_line_tax", ["tax_id"], unique=False
    )
    op.create_table(
        "erp_purchase_quotation_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quotation_id", sa.BigInteger(), nullable=False),
        sa.Column("request_line_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column(
            "discount", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=200), nullable=True),
        sa.Column("chosen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT chosen OR unit_price IS NOT NULL",
            name=op.f("ck_erp_purchase_quotation_line_an_offer_is_chosen"),
        ),
        sa.CheckConstraint(
            "discount BETWEEN 0 AND 100", name=op.f("ck_erp_purchase_quotation_line_discount_range")
        ),
        sa.CheckConstraint(
            "lead_days >= 0", name=op.f("ck_erp_purchase_quotation_line_lead_days_not_negative")
        ),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_erp_purchase_quotation_line_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_quotation_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["erp_purchase_line.id"],
            name=op.f("fk_erp_purchase_quotation_line_order_line_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["quotation_id"],
            ["erp_purchase_quotation.id"],
            name=op.f("fk_erp_purchase_quotation_line_quotation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_line_id"],
            ["erp_purchase_request_line.id"],
            name=op.f("fk_erp_purchase_quotation_line_request_line_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_quotation_line")),
        sa.UniqueConstraint("quotation_id", "request_line_id", name="uq_erp_purchase_quotation_line_once"),
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_line_company_id"),
        "erp_purchase_quotation_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_line_order_line_id"),
        "erp_purchase_quotation_line",
        ["order_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_line_quotation_id"),
        "erp_purchase_quotation_line",
        ["quotation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_quotation_line_request_line_id"),
        "erp_purchase_quotation_line",
        ["request_line_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_purchase_quotation_line_one_chosen",
        "erp_purchase_quotation_line",
        ["request_line_id"],
        unique=True,
        postgresql_where=sa.text("chosen"),
    )
    op.execute(
        """CREATE FUNCTION erp_purchase_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'order_id', t.id, t.company_id FROM erp_purchase_order t WHERE t.id = NEW.order_id
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
        """CREATE FUNCTION erp_purchase_line_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM erp_purchase_line new_o WHERE new_o.id = NEW.line_id);
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM erp_purchase_line old_o WHERE old_o.id = OLD.line_id) IS DISTINCT FROM own THEN
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
        """CREATE FUNCTION erp_purchase_order_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_purchase_policy_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_purchase_price_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_purchase_quotation_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'quotation_id', t.id, t.company_id FROM erp_purchase_quotation t WHERE t.id = NEW.quotation_id
    UNION ALL SELECT 'request_line_id', t.id, t.company_id FROM erp_purchase_request_line t WHERE t.id = NEW.request_line_id
    UNION ALL SELECT 'order_line_id', t.id, t.company_id FROM erp_purchase_line t WHERE t.id = NEW.order_line_id
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
        """CREATE FUNCTION erp_purchase_quotation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'request_id', t.id, t.company_id FROM erp_purchase_request t WHERE t.id = NEW.request_id
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
        """CREATE FUNCTION erp_purchase_request_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'request_id', t.id, t.company_id FROM erp_purchase_request t WHERE t.id = NEW.request_id
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
        """CREATE FUNCTION erp_purchase_request_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, order_id ON erp_purchase_line FOR EACH ROW EXECUTE FUNCTION erp_purchase_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF line_id, tax_id ON erp_purchase_line_tax FOR EACH ROW EXECUTE FUNCTION erp_purchase_line_tax_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_purchase_order FOR EACH ROW EXECUTE FUNCTION erp_purchase_order_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_purchase_policy FOR EACH ROW EXECUTE FUNCTION erp_purchase_policy_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_purchase_price FOR EACH ROW EXECUTE FUNCTION erp_purchase_price_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, request_id ON erp_purchase_quotation FOR EACH ROW EXECUTE FUNCTION erp_purchase_quotation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, quotation_id, request_line_id, order_line_id ON erp_purchase_quotation_line FOR EACH ROW EXECUTE FUNCTION erp_purchase_quotation_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_purchase_request FOR EACH ROW EXECUTE FUNCTION erp_purchase_request_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, request_id ON erp_purchase_request_line FOR EACH ROW EXECUTE FUNCTION erp_purchase_request_line_same_company()"""
    )


def downgrade():
    op.drop_column("base_party", "purchase_block_reason")
    op.drop_column("base_party", "purchases_blocked")
    op.drop_column("base_party", "remind_late")
    op.drop_column("base_party", "minimum_order")
    op.drop_column("base_party", "purchase_lead_days")
    op.drop_column("base_party", "purchase_currency")
    op.drop_index(
        "uq_erp_purchase_quotation_line_one_chosen",
        table_name="erp_purchase_quotation_line",
        postgresql_where=sa.text("chosen"),
    )
    op.drop_index(
        op.f("ix_erp_purchase_quotation_line_request_line_id"), table_name="erp_purchase_quotation_line"
    )
    op.drop_index(
        op.f("ix_erp_purchase_quotation_line_quotation_id"), table_name="erp_purchase_quotation_line"
    )
    op.drop_index(
        op.f("ix_erp_purchase_quotation_line_order_line_id"), table_name="erp_purchase_quotation_line"
    )
    op.drop_index(op.f("ix_erp_purchase_quotation_line_company_id"), table_name="erp_purchase_quotation_line")
    op.drop_table("erp_purchase_quotation_line")
    op.drop_index(op.f("ix_erp_purchase_line_tax_tax_id"), table_name="erp_purchase_line_tax")
    op.drop_index(op.f("ix_erp_purchase_line_tax_line_id"), table_name="erp_purchase_line_tax")
    op.drop_table("erp_purchase_line_tax")
    op.drop_index(op.f("ix_erp_purchase_line_unit_id"), table_name="erp_purchase_line")
    op.drop_index(op.f("ix_erp_purchase_line_product_id"), table_name="erp_purchase_line")
    op.drop_index(op.f("ix_erp_purchase_line_order_id"), table_name="erp_purchase_line")
    op.drop_index(op.f("ix_erp_purchase_line_company_id"), table_name="erp_purchase_line")
    op.drop_table("erp_purchase_line")
    op.drop_index(op.f("ix_erp_purchase_request_line_unit_id"), table_name="erp_purchase_request_line")
    op.drop_index(op.f("ix_erp_purchase_request_line_request_id"), table_name="erp_purchase_request_line")
    op.drop_index(op.f("ix_erp_purchase_request_line_product_id"), table_name="erp_purchase_request_line")
    op.drop_index(op.f("ix_erp_purchase_request_line_company_id"), table_name="erp_purchase_request_line")
    op.drop_table("erp_purchase_request_line")
    op.drop_index(
        "ix_erp_purchase_quotation_search", table_name="erp_purchase_quotation", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_purchase_quotation_request_id"), table_name="erp_purchase_quotation")
    op.drop_index(op.f("ix_erp_purchase_quotation_party_id"), table_name="erp_purchase_quotation")
    op.drop_index(op.f("ix_erp_purchase_quotation_company_id"), table_name="erp_purchase_quotation")
    op.drop_table("erp_purchase_quotation")
    op.drop_index(op.f("ix_erp_purchase_price_unit_id"), table_name="erp_purchase_price")
    op.drop_index("ix_erp_purchase_price_search", table_name="erp_purchase_price", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_purchase_price_product_id"), table_name="erp_purchase_price")
    op.drop_index(op.f("ix_erp_purchase_price_party_id"), table_name="erp_purchase_price")
    op.drop_index(op.f("ix_erp_purchase_price_company_id"), table_name="erp_purchase_price")
    op.drop_index("ix_erp_purchase_price_by_product", table_name="erp_purchase_price")
    op.drop_table("erp_purchase_price")
    op.drop_index("ix_erp_purchase_order_search", table_name="erp_purchase_order", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_purchase_order_party_id"), table_name="erp_purchase_order")
    op.drop_index(op.f("ix_erp_purchase_order_owner_id"), table_name="erp_purchase_order")
    op.drop_index(
        "ix_erp_purchase_order_expected",
        table_name="erp_purchase_order",
        postgresql_where=sa.text("state = 'confirmed'"),
    )
    op.drop_index(op.f("ix_erp_purchase_order_company_id"), table_name="erp_purchase_order")
    op.drop_index("ix_erp_purchase_order_by_party", table_name="erp_purchase_order")
    op.drop_table("erp_purchase_order")
    op.drop_index("ix_erp_purchase_request_search", table_name="erp_purchase_request", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_purchase_request_owner_id"), table_name="erp_purchase_request")
    op.drop_index(op.f("ix_erp_purchase_request_company_id"), table_name="erp_purchase_request")
    op.drop_table("erp_purchase_request")
    op.drop_index("uq_erp_purchase_policy_company", table_name="erp_purchase_policy")
    op.drop_index(op.f("ix_erp_purchase_policy_company_id"), table_name="erp_purchase_policy")
    op.drop_table("erp_purchase_policy")
    op.execute("DROP FUNCTION erp_purchase_line_same_company()")
    op.execute("DROP FUNCTION erp_purchase_line_tax_same_company()")
    op.execute("DROP FUNCTION erp_purchase_order_same_company()")
    op.execute("DROP FUNCTION erp_purchase_policy_same_company()")
    op.execute("DROP FUNCTION erp_purchase_price_same_company()")
    op.execute("DROP FUNCTION erp_purchase_quotation_line_same_company()")
    op.execute("DROP FUNCTION erp_purchase_quotation_same_company()")
    op.execute("DROP FUNCTION erp_purchase_request_line_same_company()")
    op.execute("DROP FUNCTION erp_purchase_request_same_company()")
