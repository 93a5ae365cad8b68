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


def downgrade():
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
