"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "catalog_product",
        sa.Column("costing", sa.String(length=20), server_default=sa.text("'average'"), nullable=False),
    )
    op.add_column(
        "catalog_product",
        sa.Column("tracking", sa.String(length=20), server_default=sa.text("'none'"), nullable=False),
    )
    op.add_column(
        "catalog_product",
        sa.Column("removal", sa.String(length=20), server_default=sa.text("'fefo'"), nullable=False),
    )
    op.add_column("catalog_product", sa.Column("shelf_days", sa.Integer(), nullable=True))
    op.add_column(
        "catalog_product",
        sa.Column("weight", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "catalog_product",
        sa.Column("volume", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
    )
    op.create_table(
        "erp_stock_landed_cost",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "'L-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'done', 'reversed')", name=op.f("ck_erp_stock_landed_cost_state_choice")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_landed_cost_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_landed_cost")),
    )
    op.create_index(
        op.f("ix_erp_stock_landed_cost_company_id"), "erp_stock_landed_cost", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_landed_cost_search",
        "erp_stock_landed_cost",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_stock_location",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("barcode", sa.String(length=60), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('internal', 'transit', 'supplier', 'customer', 'loss', 'production')",
            name=op.f("ck_erp_stock_location_kind_choice"),
        ),
        sa.CheckConstraint(
            "position('/' in name) = 0", name=op.f("ck_erp_stock_location_name_without_slash")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_erp_stock_location_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_location_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_location_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_location")),
        sa.UniqueConstraint("company_id", "full_name", name="uq_erp_stock_location_path_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_location_company_id"), "erp_stock_location", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_location_parent_id"), "erp_stock_location", ["parent_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_location_search",
        "erp_stock_location",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_stock_revaluation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("record_model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'refused')",
            name=op.f("ck_erp_stock_revaluation_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_revaluation_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_revaluation")),
    )
    op.create_index(
        op.f("ix_erp_stock_revaluation_company_id"), "erp_stock_revaluation", ["company_id"], unique=False
    )
    op.create_table(
        "erp_stock_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "'C-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'counting', 'done', 'cancelled')",
            name=op.f("ck_erp_stock_count_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_count_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_count_location_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_count")),
    )
    op.create_index(op.f("ix_erp_stock_count_company_id"), "erp_stock_count", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_count_location_id"), "erp_stock_count", ["location_id"], unique=False)
    op.create_index(
        "ix_erp_stock_count_search",
        "erp_stock_count",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_stock_landed_cost_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("landed_cost_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("split", sa.String(length=20), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "split IN ('quantity', 'weight', 'volume', 'value', 'equal')",
            name=op.f("ck_erp_stock_landed_cost_line_split_choice"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_erp_stock_landed_cost_line_amount_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_landed_cost_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["landed_cost_id"],
            ["erp_stock_landed_cost.id"],
            name=op.f("fk_erp_stock_landed_cost_line_landed_cost_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_landed_cost_line")),
    )
    op.create_index(
        op.f("ix_erp_stock_landed_cost_line_company_id"),
        "erp_stock_landed_cost_line",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_landed_cost_line_landed_cost_id"),
        "erp_stock_landed_cost_line",
        ["landed_cost_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_lot",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_erp_stock_lot_number_not_empty")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_lot_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_lot_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_lot")),
        sa.UniqueConstraint("company_id", "product_id", "name", name="uq_erp_stock_lot_number_once"),
    )
    op.create_index(op.f("ix_erp_stock_lot_company_id"), "erp_stock_lot", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_lot_product_id"), "erp_stock_lot", ["product_id"], unique=False)
    op.create_index(
        "ix_erp_stock_lot_search", "erp_stock_lot", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "erp_stock_reorder_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("maximum", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("multiple", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("source_location_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "route <> 'transfer' OR source_location_id IS NOT NULL",
            name=op.f("ck_erp_stock_reorder_rule_transfer_has_source"),
        ),
        sa.CheckConstraint(
            "route IN ('purchase', 'transfer', 'production')",
            name=op.f("ck_erp_stock_reorder_rule_route_choice"),
        ),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_erp_stock_reorder_rule_lead_time_not_negative")),
        sa.CheckConstraint(
            "minimum >= 0 AND maximum >= minimum",
            name=op.f("ck_erp_stock_reorder_rule_maximum_above_minimum"),
        ),
        sa.CheckConstraint("multiple >= 0", name=op.f("ck_erp_stock_reorder_rule_multiple_not_negative")),
        sa.CheckConstraint(
            "source_location_id <> location_id", name=op.f("ck_erp_stock_reorder_rule_from_elsewhere")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_reorder_rule_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_reorder_rule_location_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_reorder_rule_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_reorder_rule_source_location_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_reorder_rule")),
        sa.UniqueConstraint("product_id", "location_id", name="uq_erp_stock_reorder_rule_place_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_reorder_rule_company_id"), "erp_stock_reorder_rule", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_reorder_rule_location_id"), "erp_stock_reorder_rule", ["location_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_reorder_rule_product_id"), "erp_stock_reorder_rule", ["product_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_reorder_rule_source_location_id"),
        "erp_stock_reorder_rule",
        ["source_location_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_valuation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("last_part", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("since_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quantity > 0 OR value = 0", name=op.f("ck_erp_stock_valuation_nothing_is_worth_nothing")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_erp_stock_valuation_not_below_zero")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_valuation_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_valuation_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_valuation")),
        sa.UniqueConstraint("company_id", "product_id", name="uq_erp_stock_valuation_product_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_valuation_company_id"), "erp_stock_valuation", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_valuation_product_id"), "erp_stock_valuation", ["product_id"], unique=False
    )
    op.create_table(
        "erp_stock_warehouse",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("stock_location_id", sa.BigInteger(), nullable=False),
        sa.Column("delivery_steps", sa.String(length=20), nullable=False),
        sa.Column("receipt_steps", sa.String(length=20), nullable=False),
        sa.Column("preparation_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "delivery_steps IN ('ship', 'pick', 'pack')",
            name=op.f("ck_erp_stock_warehouse_delivery_steps_choice"),
        ),
        sa.CheckConstraint(
            "receipt_steps IN ('receive', 'put_away', 'check')",
            name=op.f("ck_erp_stock_warehouse_receipt_steps_choice"),
        ),
        sa.CheckConstraint(
            "preparation_days >= 0", name=op.f("ck_erp_stock_warehouse_preparation_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_warehouse_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_warehouse_stock_location_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_warehouse")),
        sa.UniqueConstraint("company_id", "code", name="uq_erp_stock_warehouse_code_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_warehouse_company_id"), "erp_stock_warehouse", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_warehouse_search",
        "erp_stock_warehouse",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_erp_stock_warehouse_stock_location_id"),
        "erp_stock_warehouse",
        ["stock_location_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_operation_type",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("source_location_id", sa.BigInteger(), nullable=False),
        sa.Column("target_location_id", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'delivery', 'internal', 'return')",
            name=op.f("ck_erp_stock_operation_type_kind_choice"),
        ),
        sa.CheckConstraint(
            "step IN ('main', 'pick', 'pack', 'check', 'put_away')",
            name=op.f("ck_erp_stock_operation_type_step_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_operation_type_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_operation_type_source_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_operation_type_target_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"],
            ["erp_stock_warehouse.id"],
            name=op.f("fk_erp_stock_operation_type_warehouse_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_operation_type")),
        sa.UniqueConstraint("warehouse_id", "kind", "name", name="uq_erp_stock_operation_type_name_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_operation_type_company_id"),
        "erp_stock_operation_type",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_operation_type_source_location_id"),
        "erp_stock_operation_type",
        ["source_location_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_operation_type_target_location_id"),
        "erp_stock_operation_type",
        ["target_location_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_operation_type_warehouse_id"),
        "erp_stock_operation_type",
        ["warehouse_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_quant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("serial", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("reserved", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("NOT serial OR quantity IN (0, 1)", name=op.f("ck_erp_stock_quant_serial_is_one")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_erp_stock_quant_not_below_zero")),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= quantity", name=op.f("ck_erp_stock_quant_reserved_is_there")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_quant_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_quant_location_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["erp_stock_lot.id"], name=op.f("fk_erp_stock_quant_lot_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_quant_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_quant")),
        sa.UniqueConstraint(
            "product_id",
            "location_id",
            "lot_id",
            name="uq_erp_stock_quant_place_once",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_erp_stock_quant_company_id"), "erp_stock_quant", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_quant_location_id"), "erp_stock_quant", ["location_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_quant_lot_id"), "erp_stock_quant", ["lot_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_quant_product_id"), "erp_stock_quant", ["product_id"], unique=False)
    op.create_index(
        "uq_erp_stock_quant_serial_once",
        "erp_stock_quant",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("serial AND quantity > 0"),
    )
    op.create_table(
        "erp_stock_supply_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "'N-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("source_location_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=True),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "route <> 'transfer' OR source_location_id IS NOT NULL",
            name=op.f("ck_erp_stock_supply_request_transfer_has_source"),
        ),
        sa.CheckConstraint(
            "route IN ('purchase', 'transfer', 'production')",
            name=op.f("ck_erp_stock_supply_request_route_choice"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'ordered', 'planned', 'cancelled')",
            name=op.f("ck_erp_stock_supply_request_state_choice"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_erp_stock_supply_request_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_supply_request_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_supply_request_location_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_supply_request_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["erp_stock_reorder_rule.id"], name=op.f("fk_erp_stock_supply_request_rule_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_supply_request_source_location_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_supply_request")),
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_company_id"),
        "erp_stock_supply_request",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_stock_supply_request_expected",
        "erp_stock_supply_request",
        ["product_id", "location_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_location_id"),
        "erp_stock_supply_request",
        ["location_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_product_id"),
        "erp_stock_supply_request",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_rule_id"), "erp_stock_supply_request", ["rule_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_supply_request_search",
        "erp_stock_supply_request",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_source_location_id"),
        "erp_stock_supply_request",
        ["source_location_id"],
        unique=False,
    )
    op.create_index(
        "uq_erp_stock_supply_request_need_once",
        "erp_stock_supply_request",
        ["company_id", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL AND state <> 'cancelled'"),
    )
    op.create_table(
        "erp_stock_shipment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "CASE kind WHEN 'receipt' THEN 'R-' WHEN 'delivery' THEN 'D-' WHEN 'internal' THEN 'T-' ELSE 'B-' END || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("operation_type_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("delivery_address", sa.Text(), nullable=True),
        sa.Column("source_location_id", sa.BigInteger(), nullable=False),
        sa.Column("target_location_id", sa.BigInteger(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(length=120), nullable=True),
        sa.Column("carrier", sa.String(length=80), nullable=True),
        sa.Column("tracking", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("backorder_of_id", sa.BigInteger(), nullable=True),
        sa.Column("return_of_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'delivery', 'internal', 'return')",
            name=op.f("ck_erp_stock_shipment_kind_choice"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting', 'partial', 'ready', 'done', 'cancelled')",
            name=op.f("ck_erp_stock_shipment_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["base_address.id"], name=op.f("fk_erp_stock_shipment_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["backorder_of_id"], ["erp_stock_shipment.id"], name=op.f("fk_erp_stock_shipment_backorder_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_shipment_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["operation_type_id"],
            ["erp_stock_operation_type.id"],
            name=op.f("fk_erp_stock_shipment_operation_type_id"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_erp_stock_shipment_party_id")),
        sa.ForeignKeyConstraint(
            ["return_of_id"], ["erp_stock_shipment.id"], name=op.f("fk_erp_stock_shipment_return_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_shipment_source_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_shipment_target_location_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_shipment")),
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_address_id"), "erp_stock_shipment", ["address_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_backorder_of_id"), "erp_stock_shipment", ["backorder_of_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_company_id"), "erp_stock_shipment", ["company_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_shipment_open_by_day",
        "erp_stock_shipment",
        ["company_id", "kind", "planned_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_operation_type_id"),
        "erp_stock_shipment",
        ["operation_type_id"],
        unique=False,
    )
    op.create_index(op.f("ix_erp_stock_shipment_party_id"), "erp_stock_shipment", ["party_id"], unique=False)
    op.create_index(
        op.f("ix_erp_stock_shipment_return_of_id"), "erp_stock_shipment", ["return_of_id"], unique=False
    )
    op.create_index(
        "ix_erp_stock_shipment_search",
        "erp_stock_shipment",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_source_location_id"),
        "erp_stock_shipment",
        ["source_location_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_target_location_id"),
        "erp_stock_shipment",
        ["target_location_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_landed_receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("landed_cost_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_landed_receipt_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["landed_cost_id"],
            ["erp_stock_landed_cost.id"],
            name=op.f("fk_erp_stock_landed_receipt_landed_cost_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["erp_stock_shipment.id"], name=op.f("fk_erp_stock_landed_receipt_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_landed_receipt")),
        sa.UniqueConstraint("landed_cost_id", "shipment_id", name="uq_erp_stock_landed_receipt_receipt_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_landed_receipt_company_id"),
        "erp_stock_landed_receipt",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_landed_receipt_landed_cost_id"),
        "erp_stock_landed_receipt",
        ["landed_cost_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_landed_receipt_shipment_id"),
        "erp_stock_landed_receipt",
        ["shipment_id"],
        unique=False,
    )
    op.create_table(
        "erp_stock_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=True),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("picked", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_factor", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("source_location_id", sa.BigInteger(), nullable=False),
        sa.Column("target_location_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("lot_chosen", sa.Boolean(), nullable=False),
        sa.Column("lot_number", sa.String(length=60), nullable=True),
        sa.Column("lot_expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("cost", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=True),
        sa.Column("return_of_id", sa.BigInteger(), nullable=True),
        sa.Column("next_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_erp_stock_move_done_has_a_day")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'waiting', 'ready', 'done', 'cancelled')",
            name=op.f("ck_erp_stock_move_state_choice"),
        ),
        sa.CheckConstraint("cost IS NULL OR cost >= 0", name=op.f("ck_erp_stock_move_cost_not_negative")),
        sa.CheckConstraint(
            "picked IS NULL OR picked >= 0", name=op.f("ck_erp_stock_move_picked_not_negative")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_erp_stock_move_quantity_positive")),
        sa.CheckConstraint(
            "source_location_id <> target_location_id", name=op.f("ck_erp_stock_move_goes_somewhere")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_move_company_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["erp_stock_lot.id"], name=op.f("fk_erp_stock_move_lot_id")),
        sa.ForeignKeyConstraint(
            ["next_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_move_next_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_move_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_of_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_move_return_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["erp_stock_shipment.id"],
            name=op.f("fk_erp_stock_move_shipment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_move_source_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["target_location_id"],
            ["erp_stock_location.id"],
            name=op.f("fk_erp_stock_move_target_location_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_stock_move_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_move")),
    )
    op.create_index(
        "ix_erp_stock_move_by_product", "erp_stock_move", ["product_id", "state", "planned_on"], unique=False
    )
    op.create_index(op.f("ix_erp_stock_move_company_id"), "erp_stock_move", ["company_id"], unique=False)
    op.create_index(
        "ix_erp_stock_move_done_by_product", "erp_stock_move", ["product_id", "done_on"], unique=False
    )
    op.create_index(op.f("ix_erp_stock_move_lot_id"), "erp_stock_move", ["lot_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_move_next_id"), "erp_stock_move", ["next_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_move_product_id"), "erp_stock_move", ["product_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_move_return_of_id"), "erp_stock_move", ["return_of_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_move_shipment_id"), "erp_stock_move", ["shipment_id"], unique=False)
    op.create_index(
        op.f("ix_erp_stock_move_source_location_id"), "erp_stock_move", ["source_location_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_move_target_location_id"), "erp_stock_move", ["target_location_id"], unique=False
    )
    op.create_index(op.f("ix_erp_stock_move_unit_id"), "erp_stock_move", ["unit_id"], unique=False)
    op.create_table(
        "erp_stock_count_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("count_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("counted", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("move_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "counted IS NULL OR counted >= 0", name=op.f("ck_erp_stock_count_line_counted_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_count_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"],
            ["erp_stock_count.id"],
            name=op.f("fk_erp_stock_count_line_count_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_count_line_location_id")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["erp_stock_lot.id"], name=op.f("fk_erp_stock_count_line_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_count_line_move_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_count_line_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_count_line")),
        sa.UniqueConstraint(
            "count_id",
            "product_id",
            "location_id",
            "lot_id",
            name="uq_erp_stock_count_line_place_once",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_erp_stock_count_line_company_id"), "erp_stock_count_line", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_count_line_count_id"), "erp_stock_count_line", ["count_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_count_line_location_id"), "erp_stock_count_line", ["location_id"], unique=False
    )
    op.create_index(op.f("ix_erp_stock_count_line_lot_id"), "erp_stock_count_line", ["lot_id"], unique=False)
    op.create_index(
        op.f("ix_erp_stock_count_line_move_id"), "erp_stock_count_line", ["move_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_count_line_product_id"), "erp_stock_count_line", ["product_id"], unique=False
    )
    op.create_table(
        "erp_stock_landed_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("landed_cost_id", sa.BigInteger(), nullable=False),
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_landed_share_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["landed_cost_id"],
            ["erp_stock_landed_cost.id"],
            name=op.f("fk_erp_stock_landed_share_landed_cost_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_landed_share_move_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_landed_share")),
        sa.UniqueConstraint("landed_cost_id", "move_id", name="uq_erp_stock_landed_share_move_once"),
    )
    op.create_index(
        op.f("ix_erp_stock_landed_share_company_id"), "erp_stock_landed_share", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_stock_landed_share_landed_cost_id"),
        "erp_stock_landed_share",
        ["landed_cost_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_stock_landed_share_move_id"), "erp_stock_landed_share", ["move_id"], unique=False
    )
    op.create_table(
        "erp_stock_layer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("move_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("tie", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("left_quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("left_value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("landed", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("fallback", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "left_quantity > 0 OR left_value = 0", name=op.f("ck_erp_stock_layer_nothing_is_worth_nothing")
        ),
        sa.CheckConstraint(
            "left_quantity >= 0 AND left_value >= 0", name=op.f("ck_erp_stock_layer_left_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_layer_company_id")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_layer_move_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_layer_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_layer")),
        sa.UniqueConstraint("move_id", name="uq_erp_stock_layer_once_per_move"),
    )
    op.create_index(op.f("ix_erp_stock_layer_company_id"), "erp_stock_layer", ["company_id"], unique=False)
    op.create_index(
        "ix_erp_stock_layer_in_order",
        "erp_stock_layer",
        ["company_id", "product_id", "on", "part", "tie", "id"],
        unique=False,
    )
    op.create_index(
        "ix_erp_stock_layer_left_first",
        "erp_stock_layer",
        ["company_id", "product_id", "on", "part", "tie", "id"],
        unique=False,
        postgresql_where=sa.text("left_quantity > 0"),
    )
    op.create_index(op.f("ix_erp_stock_layer_move_id"), "erp_stock_layer", ["move_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_layer_product_id"), "erp_stock_layer", ["product_id"], unique=False)
    op.create_table(
        "erp_stock_scrap",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40),
            sa.Computed(
                "'S-' || CASE WHEN id < 10000 THEN lpad(id::text, 4, '0') ELSE id::text END", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("move_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("state IN ('draft', 'done')", name=op.f("ck_erp_stock_scrap_state_choice")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_erp_stock_scrap_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_stock_scrap_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["location_id"], ["erp_stock_location.id"], name=op.f("fk_erp_stock_scrap_location_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["erp_stock_lot.id"], name=op.f("fk_erp_stock_scrap_lot_id")),
        sa.ForeignKeyConstraint(["move_id"], ["erp_stock_move.id"], name=op.f("fk_erp_stock_scrap_move_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_stock_scrap_product_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_stock_scrap_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_stock_scrap")),
    )
    op.create_index(op.f("ix_erp_stock_scrap_company_id"), "erp_stock_scrap", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_scrap_location_id"), "erp_stock_scrap", ["location_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_scrap_lot_id"), "erp_stock_scrap", ["lot_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_scrap_move_id"), "erp_stock_scrap", ["move_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_scrap_product_id"), "erp_stock_scrap", ["product_id"], unique=False)
    op.create_index(op.f("ix_erp_stock_scrap_unit_id"), "erp_stock_scrap", ["unit_id"], unique=False)
    op.execute(
        """ALTER TABLE catalog_product ADD CONSTRAINT ck_catalog_product_costing_choice CHECK (costing IN ('average', 'fifo'))"""
    )
    op.execute(
        """ALTER TABLE catalog_product ADD CONSTRAINT ck_catalog_product_removal_choice CHECK (removal IN ('fifo', 'fefo'))"""
    )
    op.execute(
        """ALTER TABLE catalog_product ADD CONSTRAINT ck_catalog_product_tracking_choice CHECK (tracking IN ('none', 'lot', 'serial'))"""
    )
    op.execute(
        """CREATE FUNCTION erp_stock_count_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'count_id', t.id, t.company_id FROM erp_stock_count t WHERE t.id = NEW.count_id
    UNION ALL SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
    UNION ALL SELECT 'lot_id', t.id, t.company_id FROM erp_stock_lot t WHERE t.id = NEW.lot_id
    UNION ALL SELECT 'move_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.move_id
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
        """CREATE FUNCTION erp_stock_count_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
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
        """CREATE FUNCTION erp_stock_landed_cost_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'landed_cost_id', t.id, t.company_id FROM erp_stock_landed_cost t WHERE t.id = NEW.landed_cost_id
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
        """CREATE FUNCTION erp_stock_landed_cost_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_stock_landed_receipt_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'landed_cost_id', t.id, t.company_id FROM erp_stock_landed_cost t WHERE t.id = NEW.landed_cost_id
    UNION ALL SELECT 'shipment_id', t.id, t.company_id FROM erp_stock_shipment t WHERE t.id = NEW.shipment_id
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
        """CREATE FUNCTION erp_stock_landed_share_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'landed_cost_id', t.id, t.company_id FROM erp_stock_landed_cost t WHERE t.id = NEW.landed_cost_id
    UNION ALL SELECT 'move_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.move_id
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
        """CREATE FUNCTION erp_stock_layer_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'move_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.move_id
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
        """CREATE FUNCTION erp_stock_location_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'parent_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.parent_id
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
        """CREATE FUNCTION erp_stock_lot_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_stock_move_done_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.state IS DISTINCT FROM OLD.state OR NEW.quantity IS DISTINCT FROM OLD.quantity
        OR NEW.product_id IS DISTINCT FROM OLD.product_id OR NEW.done_on IS DISTINCT FROM OLD.done_on
        OR NEW.lot_id IS DISTINCT FROM OLD.lot_id
        OR NEW.source_location_id IS DISTINCT FROM OLD.source_location_id
        OR NEW.target_location_id IS DISTINCT FROM OLD.target_location_id THEN
        RAISE EXCEPTION 'A stock move that is done cannot change.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$body$"""
    )
    op.execute(
        """CREATE FUNCTION erp_stock_move_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'shipment_id', t.id, t.company_id FROM erp_stock_shipment t WHERE t.id = NEW.shipment_id
    UNION ALL SELECT 'source_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.source_location_id
    UNION ALL SELECT 'target_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.target_location_id
    UNION ALL SELECT 'lot_id', t.id, t.company_id FROM erp_stock_lot t WHERE t.id = NEW.lot_id
    UNION ALL SELECT 'return_of_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.return_of_id
    UNION ALL SELECT 'next_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.next_id
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
        """CREATE FUNCTION erp_stock_operation_type_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'warehouse_id', t.id, t.company_id FROM erp_stock_warehouse t WHERE t.id = NEW.warehouse_id
    UNION ALL SELECT 'source_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.source_location_id
    UNION ALL SELECT 'target_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.target_location_id
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
        """CREATE FUNCTION erp_stock_quant_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
    UNION ALL SELECT 'lot_id', t.id, t.company_id FROM erp_stock_lot t WHERE t.id = NEW.lot_id
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
        """CREATE FUNCTION erp_stock_reorder_rule_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
    UNION ALL SELECT 'source_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.source_location_id
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
        """CREATE FUNCTION erp_stock_revaluation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_stock_scrap_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
    UNION ALL SELECT 'lot_id', t.id, t.company_id FROM erp_stock_lot t WHERE t.id = NEW.lot_id
    UNION ALL SELECT 'move_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.move_id
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
        """CREATE FUNCTION erp_stock_shipment_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'operation_type_id', t.id, t.company_id FROM erp_stock_operation_type t WHERE t.id = NEW.operation_type_id
    UNION ALL SELECT 'source_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.source_location_id
    UNION ALL SELECT 'target_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.target_location_id
    UNION ALL SELECT 'backorder_of_id', t.id, t.company_id FROM erp_stock_shipment t WHERE t.id = NEW.backorder_of_id
    UNION ALL SELECT 'return_of_id', t.id, t.company_id FROM erp_stock_shipment t WHERE t.id = NEW.return_of_id
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
        """CREATE FUNCTION erp_stock_supply_request_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.location_id
    UNION ALL SELECT 'source_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.source_location_id
    UNION ALL SELECT 'rule_id', t.id, t.company_id FROM erp_stock_reorder_rule t WHERE t.id = NEW.rule_id
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
        """CREATE FUNCTION erp_stock_valuation_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_stock_warehouse_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'stock_location_id', t.id, t.company_id FROM erp_stock_location t WHERE t.id = NEW.stock_location_id
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
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, location_id ON erp_stock_count FOR EACH ROW EXECUTE FUNCTION erp_stock_count_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, count_id, location_id, lot_id, move_id ON erp_stock_count_line FOR EACH ROW EXECUTE FUNCTION erp_stock_count_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_stock_landed_cost FOR EACH ROW EXECUTE FUNCTION erp_stock_landed_cost_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, landed_cost_id ON erp_stock_landed_cost_line FOR EACH ROW EXECUTE FUNCTION erp_stock_landed_cost_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, landed_cost_id, shipment_id ON erp_stock_landed_receipt FOR EACH ROW EXECUTE FUNCTION erp_stock_landed_receipt_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, landed_cost_id, move_id ON erp_stock_landed_share FOR EACH ROW EXECUTE FUNCTION erp_stock_landed_share_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, move_id ON erp_stock_layer FOR EACH ROW EXECUTE FUNCTION erp_stock_layer_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, parent_id ON erp_stock_location FOR EACH ROW EXECUTE FUNCTION erp_stock_location_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_stock_lot FOR EACH ROW EXECUTE FUNCTION erp_stock_lot_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER done_is_final BEFORE UPDATE OR DELETE ON erp_stock_move FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION erp_stock_move_done_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, shipment_id, source_location_id, target_location_id, lot_id, return_of_id, next_id ON erp_stock_move FOR EACH ROW EXECUTE FUNCTION erp_stock_move_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, warehouse_id, source_location_id, target_location_id ON erp_stock_operation_type FOR EACH ROW EXECUTE FUNCTION erp_stock_operation_type_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, location_id, lot_id ON erp_stock_quant FOR EACH ROW EXECUTE FUNCTION erp_stock_quant_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, location_id, source_location_id ON erp_stock_reorder_rule FOR EACH ROW EXECUTE FUNCTION erp_stock_reorder_rule_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_stock_revaluation FOR EACH ROW EXECUTE FUNCTION erp_stock_revaluation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, location_id, lot_id, move_id ON erp_stock_scrap FOR EACH ROW EXECUTE FUNCTION erp_stock_scrap_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, operation_type_id, source_location_id, target_location_id, backorder_of_id, return_of_id ON erp_stock_shipment FOR EACH ROW EXECUTE FUNCTION erp_stock_shipment_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, location_id, source_location_id, rule_id ON erp_stock_supply_request FOR EACH ROW EXECUTE FUNCTION erp_stock_supply_request_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_stock_valuation FOR EACH ROW EXECUTE FUNCTION erp_stock_valuation_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, stock_location_id ON erp_stock_warehouse FOR EACH ROW EXECUTE FUNCTION erp_stock_warehouse_same_company()"""
    )


def downgrade():
    op.drop_column("catalog_product", "volume")
    op.drop_column("catalog_product", "weight")
    op.drop_column("catalog_product", "shelf_days")
    op.drop_column("catalog_product", "removal")
    op.drop_column("catalog_product", "tracking")
    op.drop_column("catalog_product", "costing")
    op.drop_index(op.f("ix_erp_stock_scrap_unit_id"), table_name="erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_scrap_product_id"), table_name="erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_scrap_move_id"), table_name="erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_scrap_lot_id"), table_name="erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_scrap_location_id"), table_name="erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_scrap_company_id"), table_name="erp_stock_scrap")
    op.drop_table("erp_stock_scrap")
    op.drop_index(op.f("ix_erp_stock_layer_product_id"), table_name="erp_stock_layer")
    op.drop_index(op.f("ix_erp_stock_layer_move_id"), table_name="erp_stock_layer")
    op.drop_index(
        "ix_erp_stock_layer_left_first",
        table_name="erp_stock_layer",
        postgresql_where=sa.text("left_quantity > 0"),
    )
    op.drop_index("ix_erp_stock_layer_in_order", table_name="erp_stock_layer")
    op.drop_index(op.f("ix_erp_stock_layer_company_id"), table_name="erp_stock_layer")
    op.drop_table("erp_stock_layer")
    op.drop_index(op.f("ix_erp_stock_landed_share_move_id"), table_name="erp_stock_landed_share")
    op.drop_index(op.f("ix_erp_stock_landed_share_landed_cost_id"), table_name="erp_stock_landed_share")
    op.drop_index(op.f("ix_erp_stock_landed_share_company_id"), table_name="erp_stock_landed_share")
    op.drop_table("erp_stock_landed_share")
    op.drop_index(op.f("ix_erp_stock_count_line_product_id"), table_name="erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_count_line_move_id"), table_name="erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_count_line_lot_id"), table_name="erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_count_line_location_id"), table_name="erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_count_line_count_id"), table_name="erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_count_line_company_id"), table_name="erp_stock_count_line")
    op.drop_table("erp_stock_count_line")
    op.drop_index(op.f("ix_erp_stock_move_unit_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_target_location_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_source_location_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_shipment_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_return_of_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_product_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_next_id"), table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_lot_id"), table_name="erp_stock_move")
    op.drop_index("ix_erp_stock_move_done_by_product", table_name="erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_move_company_id"), table_name="erp_stock_move")
    op.drop_index("ix_erp_stock_move_by_product", table_name="erp_stock_move")
    op.drop_table("erp_stock_move")
    op.drop_index(op.f("ix_erp_stock_landed_receipt_shipment_id"), table_name="erp_stock_landed_receipt")
    op.drop_index(op.f("ix_erp_stock_landed_receipt_landed_cost_id"), table_name="erp_stock_landed_receipt")
    op.drop_index(op.f("ix_erp_stock_landed_receipt_company_id"), table_name="erp_stock_landed_receipt")
    op.drop_table("erp_stock_landed_receipt")
    op.drop_index(op.f("ix_erp_stock_shipment_target_location_id"), table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_source_location_id"), table_name="erp_stock_shipment")
    op.drop_index("ix_erp_stock_shipment_search", table_name="erp_stock_shipment", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_stock_shipment_return_of_id"), table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_party_id"), table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_operation_type_id"), table_name="erp_stock_shipment")
    op.drop_index("ix_erp_stock_shipment_open_by_day", table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_company_id"), table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_backorder_of_id"), table_name="erp_stock_shipment")
    op.drop_index(op.f("ix_erp_stock_shipment_address_id"), table_name="erp_stock_shipment")
    op.drop_table("erp_stock_shipment")
    op.drop_index(
        "uq_erp_stock_supply_request_need_once",
        table_name="erp_stock_supply_request",
        postgresql_where=sa.text("key IS NOT NULL AND state <> 'cancelled'"),
    )
    op.drop_index(
        op.f("ix_erp_stock_supply_request_source_location_id"), table_name="erp_stock_supply_request"
    )
    op.drop_index(
        "ix_erp_stock_supply_request_search", table_name="erp_stock_supply_request", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_stock_supply_request_rule_id"), table_name="erp_stock_supply_request")
    op.drop_index(op.f("ix_erp_stock_supply_request_product_id"), table_name="erp_stock_supply_request")
    op.drop_index(op.f("ix_erp_stock_supply_request_location_id"), table_name="erp_stock_supply_request")
    op.drop_index(
        "ix_erp_stock_supply_request_expected",
        table_name="erp_stock_supply_request",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index(op.f("ix_erp_stock_supply_request_company_id"), table_name="erp_stock_supply_request")
    op.drop_table("erp_stock_supply_request")
    op.drop_index(
        "uq_erp_stock_quant_serial_once",
        table_name="erp_stock_quant",
        postgresql_where=sa.text("serial AND quantity > 0"),
    )
    op.drop_index(op.f("ix_erp_stock_quant_product_id"), table_name="erp_stock_quant")
    op.drop_index(op.f("ix_erp_stock_quant_lot_id"), table_name="erp_stock_quant")
    op.drop_index(op.f("ix_erp_stock_quant_location_id"), table_name="erp_stock_quant")
    op.drop_index(op.f("ix_erp_stock_quant_company_id"), table_name="erp_stock_quant")
    op.drop_table("erp_stock_quant")
    op.drop_index(op.f("ix_erp_stock_operation_type_warehouse_id"), table_name="erp_stock_operation_type")
    op.drop_index(
        op.f("ix_erp_stock_operation_type_target_location_id"), table_name="erp_stock_operation_type"
    )
    op.drop_index(
        op.f("ix_erp_stock_operation_type_source_location_id"), table_name="erp_stock_operation_type"
    )
    op.drop_index(op.f("ix_erp_stock_operation_type_company_id"), table_name="erp_stock_operation_type")
    op.drop_table("erp_stock_operation_type")
    op.drop_index(op.f("ix_erp_stock_warehouse_stock_location_id"), table_name="erp_stock_warehouse")
    op.drop_index("ix_erp_stock_warehouse_search", table_name="erp_stock_warehouse", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_stock_warehouse_company_id"), table_name="erp_stock_warehouse")
    op.drop_table("erp_stock_warehouse")
    op.drop_index(op.f("ix_erp_stock_valuation_product_id"), table_name="erp_stock_valuation")
    op.drop_index(op.f("ix_erp_stock_valuation_company_id"), table_name="erp_stock_valuation")
    op.drop_table("erp_stock_valuation")
    op.drop_index(op.f("ix_erp_stock_reorder_rule_source_location_id"), table_name="erp_stock_reorder_rule")
    op.drop_index(op.f("ix_erp_stock_reorder_rule_product_id"), table_name="erp_stock_reorder_rule")
    op.drop_index(op.f("ix_erp_stock_reorder_rule_location_id"), table_name="erp_stock_reorder_rule")
    op.drop_index(op.f("ix_erp_stock_reorder_rule_company_id"), table_name="erp_stock_reorder_rule")
    op.drop_table("erp_stock_reorder_rule")
    op.drop_index("ix_erp_stock_lot_search", table_name="erp_stock_lot", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_stock_lot_product_id"), table_name="erp_stock_lot")
    op.drop_index(op.f("ix_erp_stock_lot_company_id"), table_name="erp_stock_lot")
    op.drop_table("erp_stock_lot")
    op.drop_index(
        op.f("ix_erp_stock_landed_cost_line_landed_cost_id"), table_name="erp_stock_landed_cost_line"
    )
    op.drop_index(op.f("ix_erp_stock_landed_cost_line_company_id"), table_name="erp_stock_landed_cost_line")
    op.drop_table("erp_stock_landed_cost_line")
    op.drop_index("ix_erp_stock_count_search", table_name="erp_stock_count", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_stock_count_location_id"), table_name="erp_stock_count")
    op.drop_index(op.f("ix_erp_stock_count_company_id"), table_name="erp_stock_count")
    op.drop_table("erp_stock_count")
    op.drop_index(op.f("ix_erp_stock_revaluation_company_id"), table_name="erp_stock_revaluation")
    op.drop_table("erp_stock_revaluation")
    op.drop_index("ix_erp_stock_location_search", table_name="erp_stock_location", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_stock_location_parent_id"), table_name="erp_stock_location")
    op.drop_index(op.f("ix_erp_stock_location_company_id"), table_name="erp_stock_location")
    op.drop_table("erp_stock_location")
    op.drop_index(
        "ix_erp_stock_landed_cost_search", table_name="erp_stock_landed_cost", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_erp_stock_landed_cost_company_id"), table_name="erp_stock_landed_cost")
    op.drop_table("erp_stock_landed_cost")
    op.execute("DROP FUNCTION erp_stock_count_line_same_company()")
    op.execute("DROP FUNCTION erp_stock_count_same_company()")
    op.execute("DROP FUNCTION erp_stock_landed_cost_line_same_company()")
    op.execute("DROP FUNCTION erp_stock_landed_cost_same_company()")
    op.execute("DROP FUNCTION erp_stock_landed_receipt_same_company()")
    op.execute("DROP FUNCTION erp_stock_landed_share_same_company()")
    op.execute("DROP FUNCTION erp_stock_layer_same_company()")
    op.execute("DROP FUNCTION erp_stock_location_same_company()")
    op.execute("DROP FUNCTION erp_stock_lot_same_company()")
    op.execute("DROP FUNCTION erp_stock_move_done_is_final()")
    op.execute("DROP FUNCTION erp_stock_move_same_company()")
    op.execute("DROP FUNCTION erp_stock_operation_type_same_company()")
    op.execute("DROP FUNCTION erp_stock_quant_same_company()")
    op.execute("DROP FUNCTION erp_stock_reorder_rule_same_company()")
    op.execute("DROP FUNCTION erp_stock_revaluation_same_company()")
    op.execute("DROP FUNCTION erp_stock_scrap_same_company()")
    op.execute("DROP FUNCTION erp_stock_shipment_same_company()")
    op.execute("DROP FUNCTION erp_stock_supply_request_same_company()")
    op.execute("DROP FUNCTION erp_stock_valuation_same_company()")
    op.execute("DROP FUNCTION erp_stock_warehouse_same_company()")
