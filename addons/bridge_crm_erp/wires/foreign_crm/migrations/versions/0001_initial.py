"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_orders_line", sa.Column("foreign_key", sa.String(length=120), nullable=True))


def downgrade():
    op.drop_column("erp_orders_line", "foreign_key")
