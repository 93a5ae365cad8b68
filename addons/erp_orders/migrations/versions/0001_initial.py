"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("base_party", sa.Column("credit_limit", sa.Numeric(precision=20, scale=4), nullable=True))
    op.add_column(
        "base_party", sa.Column("under_delivery", sa.Numeric(precision=20, scale=10), nullable=True)
    )
    op.add_column(
        "base_party",
        sa.Column("orders_blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("base_party", sa.Column("block_reason", sa.String(length=200), nullable=True))
    op.add_column(
        "catalog_product", sa.Column("over_delivery", sa.Numeric(precision=20, scale=10), nullable=True)
    )
    op.create_table(
        "erp_orders_policy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "over_delivery", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "over_delivery >= 0 AND over_delivery <= 100",
            name=op.f("ck_erp_orders_policy_over_delivery_range"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_orders_policy_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_orders_policy")),
    )
    op.create_index(
        op.f("ix_erp_orders_policy_company_id"), "erp_orders_policy", ["company_id"], unique=False
    )
    op.create_index("uq_erp_orders_policy_company", "erp_orders_policy", ["company_id"], unique=True)
    op.create_table(
        "erp_orders_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("delivery_address", sa.Text(), nullable=True),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("promised_date", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), server_default=sa.text("1"), nullable=False),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column(
            "deposit_percent",
            sa.Numeric(precision=20, scale=10),
            server_default=sa.text("30"),
            nullable=False,
        ),
        sa.Column(
            "under_delivery", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("invoicing", sa.String(length=20), nullable=False),
        sa.Column(
            "to_invoice", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "delivery IN ('nothing', 'partly', 'fully')", name=op.f("ck_erp_orders_order_delivery_choice")
        ),
        sa.CheckConstraint(
            "invoicing IN ('nothing', 'partly', 'fully')", name=op.f("ck_erp_orders_order_invoicing_choice")
        ),
        sa.CheckConstraint(
            "policy IN ('delivered', 'ordered', 'deposit', 'milestone')",
            name=op.f("ck_erp_orders_order_policy_choice"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR number IS NOT NULL",
            name=op.f("ck_erp_orders_order_confirmed_has_a_number"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'confirmed', 'changing', 'held', 'done', 'cancelled')",
            name=op.f("ck_erp_orders_order_state_choice"),
        ),
        sa.CheckConstraint(
            "deposit_percent > 0 AND deposit_percent <= 100",
            name=op.f("ck_erp_orders_order_deposit_percent_range"),
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_erp_orders_order_rate_positive")),
        sa.CheckConstraint(
            "under_delivery >= 0 AND under_delivery < 100",
            name=op.f("ck_erp_orders_order_under_delivery_range"),
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["base_address.id"], name=op.f("fk_erp_orders_order_address_id")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_orders_order_company_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_erp_orders_order_owner_id")),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_erp_orders_order_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_orders_order")),
        sa.UniqueConstraint("company_id", "number", name="uq_erp_orders_order_number_once"),
    )
    op.create_index(op.f("ix_erp_orders_order_address_id"), "erp_orders_order", ["address_id"], unique=False)
    op.create_index("ix_erp_orders_order_by_party", "erp_orders_order", ["party_id", "state"], unique=False)
    op.create_index(op.f("ix_erp_orders_order_company_id"), "erp_orders_order", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_order_owner_id"), "erp_orders_order", ["owner_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_order_party_id"), "erp_orders_order", ["party_id"], unique=False)
    op.create_index(
        "ix_erp_orders_order_search",
        "erp_orders_order",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "erp_orders_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_price", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("discount", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column(
            "over_delivery", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("reserved", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "delivered", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("returned", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("invoiced", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'product' OR product_id IS NOT NULL OR description <> ''",
            name=op.f("ck_erp_orders_line_says_what"),
        ),
        sa.CheckConstraint(
            "kind IN ('product', 'section', 'note')", name=op.f("ck_erp_orders_line_kind_choice")
        ),
        sa.CheckConstraint("discount BETWEEN 0 AND 100", name=op.f("ck_erp_orders_line_discount_range")),
        sa.CheckConstraint(
            "over_delivery BETWEEN 0 AND 100", name=op.f("ck_erp_orders_line_over_delivery_range")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_erp_orders_line_quantity_not_negative")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_erp_orders_line_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_orders_line_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["erp_orders_order.id"],
            name=op.f("fk_erp_orders_line_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_erp_orders_line_product_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_erp_orders_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_orders_line")),
    )
    op.create_index(op.f("ix_erp_orders_line_company_id"), "erp_orders_line", ["company_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_line_order_id"), "erp_orders_line", ["order_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_line_product_id"), "erp_orders_line", ["product_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_line_unit_id"), "erp_orders_line", ["unit_id"], unique=False)
    op.create_table(
        "erp_orders_milestone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("share", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_erp_orders_milestone_name_not_empty")),
        sa.CheckConstraint("share > 0 AND share <= 100", name=op.f("ck_erp_orders_milestone_share_range")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_orders_milestone_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["erp_orders_order.id"],
            name=op.f("fk_erp_orders_milestone_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_orders_milestone")),
    )
    op.create_index(
        op.f("ix_erp_orders_milestone_company_id"), "erp_orders_milestone", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_erp_orders_milestone_order_id"), "erp_orders_milestone", ["order_id"], unique=False
    )
    op.create_table(
        "erp_orders_line_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["erp_orders_line.id"],
            name=op.f("fk_erp_orders_line_tax_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tax_id"], ["catalog_tax.id"], name=op.f("fk_erp_orders_line_tax_tax_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_orders_line_tax")),
        sa.UniqueConstraint("line_id", "tax_id", name="uq_erp_orders_line_tax_once"),
    )
    op.create_index(op.f("ix_erp_orders_line_tax_line_id"), "erp_orders_line_tax", ["line_id"], unique=False)
    op.create_index(op.f("ix_erp_orders_line_tax_tax_id"), "erp_orders_line_tax", ["tax_id"], unique=False)
    op.execute(
        """ALTER TABLE catalog_product ADD CONSTRAINT ck_catalog_product_over_delivery_range CHECK (over_delivery >= 0 AND over_delivery <= 100)"""
    )
    op.execute(
        """CREATE FUNCTION erp_orders_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'order_id', t.id, t.company_id FROM erp_orders_order t WHERE t.id = NEW.order_id
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
        """CREATE FUNCTION erp_orders_line_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM erp_orders_line new_o WHERE new_o.id = NEW.line_id);
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM erp_orders_line old_o WHERE old_o.id = OLD.line_id) IS DISTINCT FROM own THEN
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
        """CREATE FUNCTION erp_orders_milestone_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'order_id', t.id, t.company_id FROM erp_orders_order t WHERE t.id = NEW.order_id
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
        """CREATE FUNCTION erp_orders_order_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION erp_orders_policy_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, order_id ON erp_orders_line FOR EACH ROW EXECUTE FUNCTION erp_orders_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF line_id, tax_id ON erp_orders_line_tax FOR EACH ROW EXECUTE FUNCTION erp_orders_line_tax_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, order_id ON erp_orders_milestone FOR EACH ROW EXECUTE FUNCTION erp_orders_milestone_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_orders_order FOR EACH ROW EXECUTE FUNCTION erp_orders_order_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON erp_orders_policy FOR EACH ROW EXECUTE FUNCTION erp_orders_policy_same_company()"""
    )


def downgrade():
    op.drop_column("catalog_product", "over_delivery")
    op.drop_column("base_party", "block_reason")
    op.drop_column("base_party", "orders_blocked")
    op.drop_column("base_party", "under_delivery")
    op.drop_column("base_party", "credit_limit")
    op.drop_index(op.f("ix_erp_orders_line_tax_tax_id"), table_name="erp_orders_line_tax")
    op.drop_index(op.f("ix_erp_orders_line_tax_line_id"), table_name="erp_orders_line_tax")
    op.drop_table("erp_orders_line_tax")
    op.drop_index(op.f("ix_erp_orders_milestone_order_id"), table_name="erp_orders_milestone")
    op.drop_index(op.f("ix_erp_orders_milestone_company_id"), table_name="erp_orders_milestone")
    op.drop_table("erp_orders_milestone")
    op.drop_index(op.f("ix_erp_orders_line_unit_id"), table_name="erp_orders_line")
    op.drop_index(op.f("ix_erp_orders_line_product_id"), table_name="erp_orders_line")
    op.drop_index(op.f("ix_erp_orders_line_order_id"), table_name="erp_orders_line")
    op.drop_index(op.f("ix_erp_orders_line_company_id"), table_name="erp_orders_line")
    op.drop_table("erp_orders_line")
    op.drop_index("ix_erp_orders_order_search", table_name="erp_orders_order", postgresql_using="gin")
    op.drop_index(op.f("ix_erp_orders_order_party_id"), table_name="erp_orders_order")
    op.drop_index(op.f("ix_erp_orders_order_owner_id"), table_name="erp_orders_order")
    op.drop_index(op.f("ix_erp_orders_order_company_id"), table_name="erp_orders_order")
    op.drop_index("ix_erp_orders_order_by_party", table_name="erp_orders_order")
    op.drop_index(op.f("ix_erp_orders_order_address_id"), table_name="erp_orders_order")
    op.drop_table("erp_orders_order")
    op.drop_index("uq_erp_orders_policy_company", table_name="erp_orders_policy")
    op.drop_index(op.f("ix_erp_orders_policy_company_id"), table_name="erp_orders_policy")
    op.drop_table("erp_orders_policy")
    op.execute("DROP FUNCTION erp_orders_line_same_company()")
    op.execute("DROP FUNCTION erp_orders_line_tax_same_company()")
    op.execute("DROP FUNCTION erp_orders_milestone_same_company()")
    op.execute("DROP FUNCTION erp_orders_order_same_company()")
    op.execute("DROP FUNCTION erp_orders_policy_same_company()")
