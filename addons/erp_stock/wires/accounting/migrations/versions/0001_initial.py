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


def downgrade():
    op.drop_constraint(
        op.f("fk_erp_stock_landed_cost_account_id"), "erp_stock_landed_cost", type_="foreignkey"
    )
    op.drop_column("erp_stock_landed_cost", "account_id")
