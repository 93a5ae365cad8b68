"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_accounting_invoice", sa.Column("order_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_accounting_invoice_line", sa.Column("order_line_id", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_erp_accounting_invoice_order_id"), "erp_accounting_invoice", ["order_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_order_id"),
        "erp_accounting_invoice",
        "erp_orders_order",
        ["order_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        ["order_line_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        "erp_orders_line",
        ["order_line_id"],
        ["id"],
        use_alter=True,
    )


def downgrade():
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_line_order_line_id"),
        "erp_accounting_invoice_line",
        type_="foreignkey",
    )
    op.drop_index(
        op.f("ix_erp_accounting_invoice_line_order_line_id"), table_name="erp_accounting_invoice_line"
    )
    op.drop_column("erp_accounting_invoice_line", "order_line_id")
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_order_id"), "erp_accounting_invoice", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_accounting_invoice_order_id"), table_name="erp_accounting_invoice")
    op.drop_column("erp_accounting_invoice", "order_id")
