"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("crm_sales_order", sa.Column("delivery", sa.String(length=20), nullable=True))
    op.add_column("crm_sales_order", sa.Column("invoicing", sa.String(length=20), nullable=True))
    op.add_column("erp_orders_line", sa.Column("crm_line_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_orders_order", sa.Column("crm_order_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_erp_orders_line_crm_line_id"), "erp_orders_line", ["crm_line_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_erp_orders_line_crm_line_id"),
        "erp_orders_line",
        "crm_sales_order_line",
        ["crm_line_id"],
        ["id"],
        ondelete="SET NULL",
        use_alter=True,
    )
    op.create_unique_constraint("uq_erp_orders_order_crm_order_once", "erp_orders_order", ["crm_order_id"])
    op.create_foreign_key(
        op.f("fk_erp_orders_order_crm_order_id"),
        "erp_orders_order",
        "crm_sales_order",
        ["crm_order_id"],
        ["id"],
        use_alter=True,
    )
    op.execute(
        "ALTER TABLE crm_sales_order ADD CONSTRAINT ck_crm_sales_order_delivery_choice CHECK (delivery IN ('nothing', 'partly', 'fully'))"
    )
    op.execute(
        "ALTER TABLE crm_sales_order ADD CONSTRAINT ck_crm_sales_order_invoicing_choice CHECK (invoicing IN ('nothing', 'partly', 'fully'))"
    )


def downgrade():
    op.drop_constraint(op.f("fk_erp_orders_order_crm_order_id"), "erp_orders_order", type_="foreignkey")
    op.drop_constraint("uq_erp_orders_order_crm_order_once", "erp_orders_order", type_="unique")
    op.drop_column("erp_orders_order", "crm_order_id")
    op.drop_constraint(op.f("fk_erp_orders_line_crm_line_id"), "erp_orders_line", type_="foreignkey")
    op.drop_index(op.f("ix_erp_orders_line_crm_line_id"), table_name="erp_orders_line")
    op.drop_column("erp_orders_line", "crm_line_id")
    op.drop_column("crm_sales_order", "invoicing")
    op.drop_column("crm_sales_order", "delivery")
