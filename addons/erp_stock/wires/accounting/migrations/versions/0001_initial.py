"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_stock_landed_cost", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_erp_stock_landed_cost_account_id"),
        "erp_stock_landed_cost",
        "erp_accounting_account",
        ["account_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """CREATE FUNCTION erp_stock_landed_cost_same_company_erp_stock__accounting() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
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
        """CREATE TRIGGER same_company_erp_stock__accounting AFTER INSERT OR UPDATE OF account_id ON erp_stock_landed_cost FOR EACH ROW WHEN (NEW.account_id IS NOT NULL) EXECUTE FUNCTION erp_stock_landed_cost_same_company_erp_stock__accounting()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_erp_stock__accounting ON erp_stock_landed_cost")
    op.drop_constraint(
        op.f("fk_erp_stock_landed_cost_account_id"), "erp_stock_landed_cost", type_="foreignkey"
    )
    op.drop_column("erp_stock_landed_cost", "account_id")
    op.execute("DROP FUNCTION erp_stock_landed_cost_same_company_erp_stock__accounting()")
