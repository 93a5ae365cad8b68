"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_purchase_order", sa.Column("location_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "erp_purchase_order",
        sa.Column("from_supply", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("erp_stock_move", sa.Column("purchase_line_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_stock_shipment", sa.Column("purchase_order_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_stock_supply_request", sa.Column("purchase_line_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_erp_purchase_order_location_id"),
        "erp_purchase_order",
        "erp_stock_location",
        ["location_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_move_purchase_line_id"), "erp_stock_move", ["purchase_line_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_move_purchase_line_id"),
        "erp_stock_move",
        "erp_purchase_line",
        ["purchase_line_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_purchase_order_id"),
        "erp_stock_shipment",
        ["purchase_order_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_shipment_purchase_order_id"),
        "erp_stock_shipment",
        "erp_purchase_order",
        ["purchase_order_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_purchase_line_id"),
        "erp_stock_supply_request",
        ["purchase_line_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_supply_request_purchase_line_id"),
        "erp_stock_supply_request",
        "erp_purchase_line",
        ["purchase_line_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """CREATE FUNCTION erp_purchase_order_same_company_erp_purchase__stock() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
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
        """CREATE FUNCTION erp_stock_move_same_company_erp_purchase__stock() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'purchase_line_id', t.id, t.company_id FROM erp_purchase_line t WHERE t.id = NEW.purchase_line_id
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
        """CREATE FUNCTION erp_stock_shipment_same_company_erp_purchase__stock() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'purchase_order_id', t.id, t.company_id FROM erp_purchase_order t WHERE t.id = NEW.purchase_order_id
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
        """CREATE FUNCTION erp_stock_supply_request_same_company_erp_purchase__stock() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'purchase_line_id', t.id, t.company_id FROM erp_purchase_line t WHERE t.id = NEW.purchase_line_id
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
        """CREATE TRIGGER same_company_erp_purchase__stock AFTER INSERT OR UPDATE OF location_id ON erp_purchase_order FOR EACH ROW WHEN (NEW.location_id IS NOT NULL) EXECUTE FUNCTION erp_purchase_order_same_company_erp_purchase__stock()"""
    )
    op.execute(
        """CREATE TRIGGER same_company_erp_purchase__stock AFTER INSERT OR UPDATE OF purchase_line_id ON erp_stock_move FOR EACH ROW WHEN (NEW.purchase_line_id IS NOT NULL) EXECUTE FUNCTION erp_stock_move_same_company_erp_purchase__stock()"""
    )
    op.execute(
        """CREATE TRIGGER same_company_erp_purchase__stock AFTER INSERT OR UPDATE OF purchase_order_id ON erp_stock_shipment FOR EACH ROW WHEN (NEW.purchase_order_id IS NOT NULL) EXECUTE FUNCTION erp_stock_shipment_same_company_erp_purchase__stock()"""
    )
    op.execute(
        """CREATE TRIGGER same_company_erp_purchase__stock AFTER INSERT OR UPDATE OF purchase_line_id ON erp_stock_supply_request FOR EACH ROW WHEN (NEW.purchase_line_id IS NOT NULL) EXECUTE FUNCTION erp_stock_supply_request_same_company_erp_purchase__stock()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_erp_purchase__stock ON erp_purchase_order")
    op.execute("DROP TRIGGER same_company_erp_purchase__stock ON erp_stock_move")
    op.execute("DROP TRIGGER same_company_erp_purchase__stock ON erp_stock_shipment")
    op.execute("DROP TRIGGER same_company_erp_purchase__stock ON erp_stock_supply_request")
    op.drop_constraint(
        op.f("fk_erp_stock_supply_request_purchase_line_id"), "erp_stock_supply_request", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_stock_supply_request_purchase_line_id"), table_name="erp_stock_supply_request")
    op.drop_column("erp_stock_supply_request", "purchase_line_id")
    op.drop_constraint(
        op.f("fk_erp_stock_shipment_purchase_order_id"), "erp_stock_shipment", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_stock_shipment_purchase_order_id"), table_name="erp_stock_shipment")
    op.drop_column("erp_stock_shipment", "purchase_order_id")
    op.drop_constraint(op.f("fk_erp_stock_move_purchase_line_id"), "erp_stock_move", type_="foreignkey")
    op.drop_index(op.f("ix_erp_stock_move_purchase_line_id"), table_name="erp_stock_move")
    op.drop_column("erp_stock_move", "purchase_line_id")
    op.drop_constraint(op.f("fk_erp_purchase_order_location_id"), "erp_purchase_order", type_="foreignkey")
    op.drop_column("erp_purchase_order", "from_supply")
    op.drop_column("erp_purchase_order", "location_id")
    op.execute("DROP FUNCTION erp_purchase_order_same_company_erp_purchase__stock()")
    op.execute("DROP FUNCTION erp_stock_move_same_company_erp_purchase__stock()")
    op.execute("DROP FUNCTION erp_stock_shipment_same_company_erp_purchase__stock()")
    op.execute("DROP FUNCTION erp_stock_supply_request_same_company_erp_purchase__stock()")
