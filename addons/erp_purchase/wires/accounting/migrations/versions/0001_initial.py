"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_accounting_invoice", sa.Column("purchase_order_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_accounting_invoice", sa.Column("match_reason", sa.String(length=300), nullable=True))
    op.add_column("erp_accounting_invoice", sa.Column("match_by_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "erp_accounting_invoice", sa.Column("match_total", sa.Numeric(precision=20, scale=4), nullable=True)
    )
    op.add_column(
        "erp_accounting_invoice_line", sa.Column("purchase_line_id", sa.BigInteger(), nullable=True)
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_purchase_order_id"),
        "erp_accounting_invoice",
        ["purchase_order_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_purchase_order_id"),
        "erp_accounting_invoice",
        "erp_purchase_order",
        ["purchase_order_id"],
        ["id"],
        use_alter=True,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_match_by_id"),
        "erp_accounting_invoice",
        "core_user",
        ["match_by_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_accounting_invoice_line_purchase_line_id"),
        "erp_accounting_invoice_line",
        ["purchase_line_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_accounting_invoice_line_purchase_line_id"),
        "erp_accounting_invoice_line",
        "erp_purchase_line",
        ["purchase_line_id"],
        ["id"],
        use_alter=True,
    )


def downgrade():
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_line_purchase_line_id"),
        "erp_accounting_invoice_line",
        type_="foreignkey",
    )
    op.drop_index(
        op.f("ix_erp_accounting_invoice_line_purchase_line_id"), table_name="erp_accounting_invoice_line"
    )
    op.drop_column("erp_accounting_invoice_line", "purchase_line_id")
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_match_by_id"), "erp_accounting_invoice", type_="foreignkey"
    )
    op.drop_constraint(
        op.f("fk_erp_accounting_invoice_purchase_order_id"), "erp_accounting_invoice", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_accounting_invoice_purchase_order_id"), table_name="erp_accounting_invoice")
    op.drop_column("erp_accounting_invoice", "match_total")
    op.drop_column("erp_accounting_invoice", "match_by_id")
    op.drop_column("erp_accounting_invoice", "match_reason")
    op.drop_column("erp_accounting_invoice", "purchase_order_id")
