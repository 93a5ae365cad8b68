"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("crm_sales_order", sa.Column("delivery", sa.String(length=20), nullable=True))
    op.add_column("crm_sales_order", sa.Column("invoicing", sa.String(length=20), nullable=True))
    op.add_column("erp_orders_line", sa.Column("crm_line_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_orders_order", sa.Column("crm_order_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_erp_orders_line_crm_line_id"), "erp_orders_line", ["crm_line_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_erp_orders_line_crm_line_id"),
        "erp_orders_line",
        "crm_sales_order_line",
        ["crm_line_id"],
        ["id"],
        ondelete="SET NULL",
        use_alter=True,
    )
    op.create_unique_constraint("uq_erp_orders_order_crm_order_once", "erp_orders_order", ["crm_order_id"])
    op.create_foreign_key(
        op.f("fk_erp_orders_order_crm_order_id"),
        "erp_orders_order",
        "crm_sales_order",
        ["crm_order_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """ALTER TABLE crm_sales_order ADD CONSTRAINT ck_crm_sales_order_delivery_choice CHECK (delivery IN ('nothing', 'partly', 'fully'))"""
    )
    op.execute(
        """ALTER TABLE crm_sales_order ADD CONSTRAINT ck_crm_sales_order_invoicing_choice CHECK (invoicing IN ('nothing', 'partly', 'fully'))"""
    )
    op.execute(
        """CREATE FUNCTION erp_orders_line_same_company_bridge_crm_erp__orders() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'crm_line_id', t.id, (SELECT t_o.company_id FROM crm_sales_order t_o WHERE t_o.id = t.order_id) FROM crm_sales_order_line t WHERE t.id = NEW.crm_line_id
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
        """CREATE FUNCTION erp_orders_order_same_company_bridge_crm_erp__orders() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'crm_order_id', t.id, t.company_id FROM crm_sales_order t WHERE t.id = NEW.crm_order_id
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
        """CREATE TRIGGER same_company_bridge_crm_erp__orders AFTER INSERT OR UPDATE OF crm_line_id ON erp_orders_line FOR EACH ROW WHEN (NEW.crm_line_id IS NOT NULL) EXECUTE FUNCTION erp_orders_line_same_company_bridge_crm_erp__orders()"""
    )
    op.execute(
        """CREATE TRIGGER same_company_bridge_crm_erp__orders AFTER INSERT OR UPDATE OF crm_order_id ON erp_orders_order FOR EACH ROW WHEN (NEW.crm_order_id IS NOT NULL) EXECUTE FUNCTION erp_orders_order_same_company_bridge_crm_erp__orders()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_bridge_crm_erp__orders ON erp_orders_line")
    op.execute("DROP TRIGGER same_company_bridge_crm_erp__orders ON erp_orders_order")
    op.drop_constraint(op.f("fk_erp_orders_order_crm_order_id"), "erp_orders_order", type_="foreignkey")
    op.drop_constraint("uq_erp_orders_order_crm_order_once", "erp_orders_order", type_="unique")
    op.drop_column("erp_orders_order", "crm_order_id")
    op.drop_constraint(op.f("fk_erp_orders_line_crm_line_id"), "erp_orders_line", type_="foreignkey")
    op.drop_index(op.f("ix_erp_orders_line_crm_line_id"), table_name="erp_orders_line")
    op.drop_column("erp_orders_line", "crm_line_id")
    op.drop_column("crm_sales_order", "invoicing")
    op.drop_column("crm_sales_order", "delivery")
    op.execute("DROP FUNCTION erp_orders_line_same_company_bridge_crm_erp__orders()")
    op.execute("DROP FUNCTION erp_orders_order_same_company_bridge_crm_erp__orders()")
