"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("base_party", sa.Column("customer_status", sa.String(length=20), nullable=True))
    op.add_column("base_party", sa.Column("revenue", sa.Numeric(precision=20, scale=4), nullable=True))
    op.add_column("base_party", sa.Column("last_purchase", sa.Date(), nullable=True))
    op.add_column("base_party", sa.Column("overdue_amount", sa.Numeric(precision=20, scale=4), nullable=True))
    op.execute(
        "ALTER TABLE base_party ADD CONSTRAINT ck_base_party_customer_status_choice CHECK (customer_status IN ('prospect', 'customer', 'good_payer', 'late', 'blocked'))"
    )


def downgrade():
    op.drop_column("base_party", "overdue_amount")
    op.drop_column("base_party", "last_purchase")
    op.drop_column("base_party", "revenue")
    op.drop_column("base_party", "customer_status")
