"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("sample_fleet_vehicle", sa.Column("remark", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("sample_fleet_vehicle", "remark")
