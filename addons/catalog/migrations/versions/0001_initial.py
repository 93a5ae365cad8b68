"""Initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "catalog_category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_catalog_category_name_not_empty")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_catalog_category_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["catalog_category.id"], name=op.f("fk_catalog_category_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_category")),
    )
    op.create_index(op.f("ix_catalog_category_parent_id"), "catalog_category", ["parent_id"], unique=False)
    op.create_index(
        "ix_catalog_category_search",
        "catalog_category",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "catalog_unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("factor", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("digits", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "category IN ('count', 'weight', 'length', 'area', 'volume', 'time')",
            name=op.f("ck_catalog_unit_category_choice"),
        ),
        sa.CheckConstraint("digits BETWEEN 0 AND 6", name=op.f("ck_catalog_unit_digits_range")),
        sa.CheckConstraint("factor > 0", name=op.f("ck_catalog_unit_factor_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_unit")),
        sa.UniqueConstraint("name", name="uq_catalog_unit_name_once"),
    )
    op.create_index(
        "ix_catalog_unit_search", "catalog_unit", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "catalog_price_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_catalog_price_list_name_not_empty")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_catalog_price_list_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_catalog_price_list_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["catalog_price_list.id"], name=op.f("fk_catalog_price_list_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_price_list")),
    )
    op.create_index(
        op.f("ix_catalog_price_list_company_id"), "catalog_price_list", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_price_list_parent_id"), "catalog_price_list", ["parent_id"], unique=False
    )
    op.create_index(
        "ix_catalog_price_list_search",
        "catalog_price_list",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_catalog_price_list_one_default",
        "catalog_price_list",
        ["company_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "catalog_product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("barcode", sa.String(length=60), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "sale_price", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("cost", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('goods', 'service')", name=op.f("ck_catalog_product_kind_choice")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_catalog_product_name_not_empty")),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_catalog_product_cost_not_negative")),
        sa.CheckConstraint("sale_price >= 0", name=op.f("ck_catalog_product_sale_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["catalog_category.id"], name=op.f("fk_catalog_product_category_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["catalog_unit.id"], name=op.f("fk_catalog_product_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product")),
        sa.UniqueConstraint("barcode", name="uq_catalog_product_barcode_once"),
        sa.UniqueConstraint("code", name="uq_catalog_product_code_once"),
    )
    op.create_index(
        "ix_catalog_product_by_name",
        "catalog_product",
        [
            sa.literal_column(
                "replace(replace(lower(regexp_replace(normalize(name, NFD), '[̀-ͯ]', '', 'g')), 'œ', 'oe'), 'æ', 'ae')"
            ),
            "id",
        ],
        unique=False,
    )
    op.create_index(op.f("ix_catalog_product_category_id"), "catalog_product", ["category_id"], unique=False)
    op.create_index(
        "ix_catalog_product_search",
        "catalog_product",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_catalog_product_unit_id"), "catalog_product", ["unit_id"], unique=False)
    op.create_table(
        "catalog_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("included", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("exemption_reason", sa.Text(), nullable=True),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("10"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O')", name=op.f("ck_catalog_tax_category_choice")
        ),
        sa.CheckConstraint("kind IN ('sale', 'purchase')", name=op.f("ck_catalog_tax_kind_choice")),
        sa.CheckConstraint("scope IN ('any', 'goods', 'service')", name=op.f("ck_catalog_tax_scope_choice")),
        sa.CheckConstraint("rate >= 0 AND rate <= 1000", name=op.f("ck_catalog_tax_rate_range")),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_catalog_tax_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_tax")),
        sa.UniqueConstraint("company_id", "code", name="uq_catalog_tax_code_once"),
    )
    op.create_index(op.f("ix_catalog_tax_company_id"), "catalog_tax", ["company_id"], unique=False)
    op.create_index(
        "ix_catalog_tax_search", "catalog_tax", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "catalog_price_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "min_quantity", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("price", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("discount", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(price IS NULL) <> (discount IS NULL)", name=op.f("ck_catalog_price_rule_price_or_discount")
        ),
        sa.CheckConstraint(
            "discount BETWEEN -1000 AND 100", name=op.f("ck_catalog_price_rule_discount_range")
        ),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_catalog_price_rule_dates_in_order")),
        sa.CheckConstraint("min_quantity >= 0", name=op.f("ck_catalog_price_rule_min_quantity_not_negative")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_catalog_price_rule_price_not_negative")),
        sa.CheckConstraint(
            "product_id IS NULL OR category_id IS NULL",
            name=op.f("ck_catalog_price_rule_product_or_category"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["catalog_category.id"],
            name=op.f("fk_catalog_price_rule_category_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["catalog_price_list.id"],
            name=op.f("fk_catalog_price_rule_price_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["catalog_product.id"],
            name=op.f("fk_catalog_price_rule_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_price_rule")),
    )
    op.create_index(
        op.f("ix_catalog_price_rule_category_id"), "catalog_price_rule", ["category_id"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_price_rule_price_list_id"), "catalog_price_rule", ["price_list_id"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_price_rule_product_id"), "catalog_price_rule", ["product_id"], unique=False
    )
    op.create_table(
        "catalog_product_purchase_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["catalog_product.id"],
            name=op.f("fk_catalog_product_purchase_tax_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"],
            ["catalog_tax.id"],
            name=op.f("fk_catalog_product_purchase_tax_tax_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product_purchase_tax")),
        sa.UniqueConstraint("product_id", "tax_id", name="uq_catalog_product_purchase_tax_once"),
    )
    op.create_index(
        op.f("ix_catalog_product_purchase_tax_product_id"),
        "catalog_product_purchase_tax",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_catalog_product_purchase_tax_tax_id"),
        "catalog_product_purchase_tax",
        ["tax_id"],
        unique=False,
    )
    op.create_table(
        "catalog_product_sale_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["catalog_product.id"],
            name=op.f("fk_catalog_product_sale_tax_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"],
            ["catalog_tax.id"],
            name=op.f("fk_catalog_product_sale_tax_tax_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product_sale_tax")),
        sa.UniqueConstraint("product_id", "tax_id", name="uq_catalog_product_sale_tax_once"),
    )
    op.create_index(
        op.f("ix_catalog_product_sale_tax_product_id"),
        "catalog_product_sale_tax",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_catalog_product_sale_tax_tax_id"), "catalog_product_sale_tax", ["tax_id"], unique=False
    )
    op.create_table(
        "catalog_party_price_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["base_party.id"],
            name=op.f("fk_catalog_party_price_list_party_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["catalog_price_list.id"],
            name=op.f("fk_catalog_party_price_list_price_list_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_party_price_list")),
        sa.UniqueConstraint("party_id", "price_list_id", name="uq_catalog_party_price_list_once"),
    )
    op.create_index(
        op.f("ix_catalog_party_price_list_party_id"), "catalog_party_price_list", ["party_id"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_party_price_list_price_list_id"),
        "catalog_party_price_list",
        ["price_list_id"],
        unique=False,
    )
    op.execute(
        """CREATE FUNCTION catalog_price_list_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'parent_id', t.id, t.company_id FROM catalog_price_list t WHERE t.id = NEW.parent_id
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
        """CREATE FUNCTION catalog_price_rule_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM catalog_price_list new_o WHERE new_o.id = NEW.price_list_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM catalog_price_list old_o WHERE old_o.id = OLD.price_list_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION catalog_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, parent_id ON catalog_price_list FOR EACH ROW EXECUTE FUNCTION catalog_price_list_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF price_list_id ON catalog_price_rule FOR EACH ROW EXECUTE FUNCTION catalog_price_rule_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON catalog_tax FOR EACH ROW EXECUTE FUNCTION catalog_tax_same_company()"""
    )


def downgrade():
    op.drop_index(op.f("ix_catalog_party_price_list_price_list_id"), table_name="catalog_party_price_list")
    op.drop_index(op.f("ix_catalog_party_price_list_party_id"), table_name="catalog_party_price_list")
    op.drop_table("catalog_party_price_list")
    op.drop_index(op.f("ix_catalog_product_sale_tax_tax_id"), table_name="catalog_product_sale_tax")
    op.drop_index(op.f("ix_catalog_product_sale_tax_product_id"), table_name="catalog_product_sale_tax")
    op.drop_table("catalog_product_sale_tax")
    op.drop_index(op.f("ix_catalog_product_purchase_tax_tax_id"), table_name="catalog_product_purchase_tax")
    op.drop_index(
        op.f("ix_catalog_product_purchase_tax_product_id"), table_name="catalog_product_purchase_tax"
    )
    op.drop_table("catalog_product_purchase_tax")
    op.drop_index(op.f("ix_catalog_price_rule_product_id"), table_name="catalog_price_rule")
    op.drop_index(op.f("ix_catalog_price_rule_price_list_id"), table_name="catalog_price_rule")
    op.drop_index(op.f("ix_catalog_price_rule_category_id"), table_name="catalog_price_rule")
    op.drop_table("catalog_price_rule")
    op.drop_index("ix_catalog_tax_search", table_name="catalog_tax", postgresql_using="gin")
    op.drop_index(op.f("ix_catalog_tax_company_id"), table_name="catalog_tax")
    op.drop_table("catalog_tax")
    op.drop_index(op.f("ix_catalog_product_unit_id"), table_name="catalog_product")
    op.drop_index("ix_catalog_product_search", table_name="catalog_product", postgresql_using="gin")
    op.drop_index(op.f("ix_catalog_product_category_id"), table_name="catalog_product")
    op.drop_index("ix_catalog_product_by_name", table_name="catalog_product")
    op.drop_table("catalog_product")
    op.drop_index(
        "uq_catalog_price_list_one_default",
        table_name="catalog_price_list",
        postgresql_where=sa.text("is_default"),
    )
    op.drop_index("ix_catalog_price_list_search", table_name="catalog_price_list", postgresql_using="gin")
    op.drop_index(op.f("ix_catalog_price_list_parent_id"), table_name="catalog_price_list")
    op.drop_index(op.f("ix_catalog_price_list_company_id"), table_name="catalog_price_list")
    op.drop_table("catalog_price_list")
    op.drop_index("ix_catalog_unit_search", table_name="catalog_unit", postgresql_using="gin")
    op.drop_table("catalog_unit")
    op.drop_index("ix_catalog_category_search", table_name="catalog_category", postgresql_using="gin")
    op.drop_index(op.f("ix_catalog_category_parent_id"), table_name="catalog_category")
    op.drop_table("catalog_category")
    op.execute("DROP FUNCTION catalog_price_list_same_company()")
    op.execute("DROP FUNCTION catalog_price_rule_same_company()")
    op.execute("DROP FUNCTION catalog_tax_same_company()")
