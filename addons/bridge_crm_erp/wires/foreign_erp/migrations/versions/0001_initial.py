"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("bridge_crm_erp_foreign_link", sa.Column("party_id", sa.BigInteger(), nullable=True))
    op.add_column("bridge_crm_erp_foreign_link", sa.Column("billed_on", sa.Date(), nullable=True))
    op.add_column("bridge_crm_erp_foreign_link", sa.Column("due_date", sa.Date(), nullable=True))
    op.add_column("bridge_crm_erp_foreign_link", sa.Column("paid_on", sa.Date(), nullable=True))
    op.add_column("bridge_crm_erp_foreign_link", sa.Column("currency", sa.String(length=3), nullable=True))
    op.add_column(
        "bridge_crm_erp_foreign_link", sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=True)
    )
    op.add_column(
        "bridge_crm_erp_foreign_link", sa.Column("total", sa.Numeric(precision=20, scale=4), nullable=True)
    )
    op.add_column(
        "bridge_crm_erp_foreign_link",
        sa.Column("open_amount", sa.Numeric(precision=20, scale=4), nullable=True),
    )
    op.add_column(
        "bridge_crm_erp_foreign_link",
        sa.Column("net_company", sa.Numeric(precision=20, scale=4), nullable=True),
    )
    op.add_column(
        "bridge_crm_erp_foreign_link",
        sa.Column("open_amount_company", sa.Numeric(precision=20, scale=4), nullable=True),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_foreign_link_party_id"),
        "bridge_crm_erp_foreign_link",
        ["party_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_bridge_crm_erp_foreign_link_party_id"),
        "bridge_crm_erp_foreign_link",
        "base_party",
        ["party_id"],
        ["id"],
        use_alter=True,
    )


def downgrade():
    op.drop_constraint(
        op.f("fk_bridge_crm_erp_foreign_link_party_id"), "bridge_crm_erp_foreign_link", type_="foreignkey"
    )
    op.drop_index(op.f("ix_bridge_crm_erp_foreign_link_party_id"), table_name="bridge_crm_erp_foreign_link")
    op.drop_column("bridge_crm_erp_foreign_link", "open_amount_company")
    op.drop_column("bridge_crm_erp_foreign_link", "net_company")
    op.drop_column("bridge_crm_erp_foreign_link", "open_amount")
    op.drop_column("bridge_crm_erp_foreign_link", "total")
    op.drop_column("bridge_crm_erp_foreign_link", "rate")
    op.drop_column("bridge_crm_erp_foreign_link", "currency")
    op.drop_column("bridge_crm_erp_foreign_link", "paid_on")
    op.drop_column("bridge_crm_erp_foreign_link", "due_date")
    op.drop_column("bridge_crm_erp_foreign_link", "billed_on")
    op.drop_column("bridge_crm_erp_foreign_link", "party_id")
