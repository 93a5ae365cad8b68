"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_accounting_invoice", sa.Column("order_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_accounting_invoice_line", sa.Column("order_line_id", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_erp_accounting_invoice_order_id"), "erp_accounting_invoice", ["order_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_order_id"),
        "erp_accounting_invoice",
        "erp_orders_order",
        ["order_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        ["order_line_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        "erp_orders_line",
        ["order_line_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_invoice_line_same_company_erp_orders__accounting() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'order_line_id', t.id, t.company_id FROM erp_orders_line t WHERE t.id = NEW.order_line_id
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
        """CREATE FUNCTION erp_accounting_invoice_same_company_erp_orders__accounting() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
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
        """CREATE TRIGGER same_company_erp_orders__accounting AFTER INSERT OR UPDATE OF order_id ON erp_accounting_invoice FOR EACH ROW WHEN (NEW.order_id IS NOT NULL) EXECUTE FUNCTION erp_accounting_invoice_same_company_erp_orders__accounting()"""
    )
    op.execute(
        """CREATE TRIGGER same_company_erp_orders__accounting AFTER INSERT OR UPDATE OF order_line_id ON erp_accounting_invoice_line FOR EACH ROW WHEN (NEW.order_line_id IS NOT NULL) EXECUTE FUNCTION erp_accounting_invoice_line_same_company_erp_orders__accounting()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_erp_orders__accounting ON erp_accounting_invoice")
    op.execute("DROP TRIGGER same_company_erp_orders__accounting ON erp_accounting_invoice_line")
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        type_="foreignkey",
    )
    op.drop_index(
        op.f("ix_erp_accounting_invoice_line_order_line_id"), table_name="erp_accounting_invoice_line"
    )
    op.drop_column("erp_accounting_invoice_line", "order_line_id")
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_order_id"), "erp_accounting_invoice", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_accounting_invoice_order_id"), table_name="erp_accounting_invoice")
    op.drop_column("erp_accounting_invoice", "order_id")
    op.execute("DROP FUNCTION erp_accounting_invoice_line_same_company_erp_orders__accounting()")
    op.execute("DROP FUNCTION erp_accounting_invoice_same_company_erp_orders__accounting()")
