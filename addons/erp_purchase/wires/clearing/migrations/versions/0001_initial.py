"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_accounting_ledger", sa.Column("price_difference_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "erp_purchase_price_difference",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("move_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_erp_purchase_price_difference_amount_not_zero")),
        sa.CheckConstraint(
            "move_id IS NOT NULL OR entry_id IS NOT NULL",
            name=op.f("ck_erp_purchase_price_difference_goods_or_account"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_erp_purchase_price_difference_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["erp_accounting_entry.id"], name=op.f("fk_erp_purchase_price_difference_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["erp_purchase_line.id"], name=op.f("fk_erp_purchase_price_difference_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["move_id"], ["erp_stock_move.id"], name=op.f("fk_erp_purchase_price_difference_move_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_purchase_price_difference")),
    )
    op.create_index(
        op.f("ix_erp_purchase_price_difference_company_id"),
        "erp_purchase_price_difference",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_price_difference_entry_id"),
        "erp_purchase_price_difference",
        ["entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_price_difference_line_id"),
        "erp_purchase_price_difference",
        ["line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_erp_purchase_price_difference_move_id"),
        "erp_purchase_price_difference",
        ["move_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_ledger_price_difference_id"),
        "erp_accounting_ledger",
        "erp_accounting_account",
        ["price_difference_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        """CREATE FUNCTION erp_accounting_ledger_same_company_erp_purchase__clearing() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'price_difference_id', t.id, t.company_id FROM erp_accounting_account t WHERE t.id = NEW.price_difference_id
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
        """CREATE FUNCTION erp_purchase_price_difference_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'line_id', t.id, t.company_id FROM erp_purchase_line t WHERE t.id = NEW.line_id
    UNION ALL SELECT 'move_id', t.id, t.company_id FROM erp_stock_move t WHERE t.id = NEW.move_id
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
        """CREATE TRIGGER same_company_erp_purchase__clearing AFTER INSERT OR UPDATE OF price_difference_id ON erp_accounting_ledger FOR EACH ROW WHEN (NEW.price_difference_id IS NOT NULL) EXECUTE FUNCTION erp_accounting_ledger_same_company_erp_purchase__clearing()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, line_id, move_id, entry_id ON erp_purchase_price_difference FOR EACH ROW EXECUTE FUNCTION erp_purchase_price_difference_same_company()"""
    )


def downgrade():
    op.execute("DROP TRIGGER same_company_erp_purchase__clearing ON erp_accounting_ledger")
    op.drop_constraint(
        op.f("fk_erp_accounting_ledger_price_difference_id"), "erp_accounting_ledger", type_="foreignkey"
    )
    op.drop_column("erp_accounting_ledger", "price_difference_id")
    op.drop_index(
        op.f("ix_erp_purchase_price_difference_move_id"), table_name="erp_purchase_price_difference"
    )
    op.drop_index(
        op.f("ix_erp_purchase_price_difference_line_id"), table_name="erp_purchase_price_difference"
    )
    op.drop_index(
        op.f("ix_erp_purchase_price_difference_entry_id"), table_name="erp_purchase_price_difference"
    )
    op.drop_index(
        op.f("ix_erp_purchase_price_difference_company_id"), table_name="erp_purchase_price_difference"
    )
    op.drop_table("erp_purchase_price_difference")
    op.execute("DROP FUNCTION erp_accounting_ledger_same_company_erp_purchase__clearing()")
    op.execute("DROP FUNCTION erp_purchase_price_difference_same_company()")
