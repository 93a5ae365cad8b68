"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "crm_sales_order", sa.Column("invoiced_amount", sa.Numeric(precision=20, scale=4), nullable=True)
    )
    op.add_column(
        "crm_sales_order", sa.Column("open_amount", sa.Numeric(precision=20, scale=4), nullable=True)
    )
    op.add_column("crm_sales_order", sa.Column("payment", sa.String(length=20), nullable=True))
    op.execute(
        """ALTER TABLE crm_sales_order ADD CONSTRAINT ck_crm_sales_order_payment_choice CHECK (payment IN ('open', 'partly', 'paid'))"""
    )


def downgrade():
    op.drop_column("crm_sales_order", "payment")
    op.drop_column("crm_sales_order", "open_amount")
    op.drop_column("crm_sales_order", "invoiced_amount")
