"""Initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_stock_move", sa.Column("order_line_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_stock_shipment", sa.Column("order_id", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_erp_stock_move_order_line_id"), "erp_stock_move", ["order_line_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_move_order_line_id"),
        "erp_stock_move",
        "erp_orders_line",
        ["order_line_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(op.f("ix_erp_stock_shipment_order_id"), "erp_stock_shipment", ["order_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_erp_stock_shipment_order_id"),
        "erp_stock_shipment",
        "erp_orders_order",
        ["order_id"],
        ["id"],
        use_alter=True,
    )


def downgrade():
    op.drop_constraint(op.f("fk_erp_stock_shipment_order_id"), "erp_stock_shipment", type_="foreignkey")
    op.drop_index(op.f("ix_erp_stock_shipment_order_id"), table_name="erp_stock_shipment")
    op.drop_column("erp_stock_shipment", "order_id")
    op.drop_constraint(op.f("fk_erp_stock_move_order_line_id"), "erp_stock_move", type_="foreignkey")
    op.drop_index(op.f("ix_erp_stock_move_order_line_id"), table_name="erp_stock_move")
    op.drop_column("erp_stock_move", "order_line_id")
