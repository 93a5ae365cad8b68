"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("erp_purchase_order", sa.Column("location_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "erp_purchase_order",
        sa.Column("from_supply", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("erp_stock_move", sa.Column("purchase_line_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_stock_shipment", sa.Column("purchase_order_id", sa.BigInteger(), nullable=True))
    op.add_column("erp_stock_supply_request", sa.Column("purchase_line_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_erp_purchase_order_location_id"),
        "erp_purchase_order",
        "erp_stock_location",
        ["location_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_move_purchase_line_id"), "erp_stock_move", ["purchase_line_id"], unique=False
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_move_purchase_line_id"),
        "erp_stock_move",
        "erp_purchase_line",
        ["purchase_line_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_shipment_purchase_order_id"),
        "erp_stock_shipment",
        ["purchase_order_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_shipment_purchase_order_id"),
        "erp_stock_shipment",
        "erp_purchase_order",
        ["purchase_order_id"],
        ["id"],
        use_alter=True,
    )
    op.create_index(
        op.f("ix_erp_stock_supply_request_purchase_line_id"),
        "erp_stock_supply_request",
        ["purchase_line_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_erp_stock_supply_request_purchase_line_id"),
        "erp_stock_supply_request",
        "erp_purchase_line",
        ["purchase_line_id"],
        ["id"],
        use_alter=True,
    )


def downgrade():
    op.drop_constraint(
        op.f("fk_erp_stock_supply_request_purchase_line_id"), "erp_stock_supply_request", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_stock_supply_request_purchase_line_id"), table_name="erp_stock_supply_request")
    op.drop_column("erp_stock_supply_request", "purchase_line_id")
    op.drop_constraint(
        op.f("fk_erp_stock_shipment_purchase_order_id"), "erp_stock_shipment", type_="foreignkey"
    )
    op.drop_index(op.f("ix_erp_stock_shipment_purchase_order_id"), table_name="erp_stock_shipment")
    op.drop_column("erp_stock_shipment", "purchase_order_id")
    op.drop_constraint(op.f("fk_erp_stock_move_purchase_line_id"), "erp_stock_move", type_="foreignkey")
    op.drop_index(op.f("ix_erp_stock_move_purchase_line_id"), table_name="erp_stock_move")
    op.drop_column("erp_stock_move", "purchase_line_id")
    op.drop_constraint(op.f("fk_erp_purchase_order_location_id"), "erp_purchase_order", type_="foreignkey")
    op.drop_column("erp_purchase_order", "from_supply")
    op.drop_column("erp_purchase_order", "location_id")
