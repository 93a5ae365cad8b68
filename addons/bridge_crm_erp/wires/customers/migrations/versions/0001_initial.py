"""initial"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "bridge_crm_erp_customer_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("revenue", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("last_purchase", sa.Date(), nullable=True),
        sa.Column("overdue", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('prospect', 'customer', 'good_payer', 'late', 'blocked')",
            name=op.f("ck_bridge_crm_erp_customer_figures_status_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_bridge_crm_erp_customer_figures_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["base_party.id"],
            name=op.f("fk_bridge_crm_erp_customer_figures_party_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_crm_erp_customer_figures")),
        sa.UniqueConstraint("company_id", "party_id", name="uq_bridge_crm_erp_customer_figures_once"),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_customer_figures_company_id"),
        "bridge_crm_erp_customer_figures",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_customer_figures_party_id"),
        "bridge_crm_erp_customer_figures",
        ["party_id"],
        unique=False,
    )
    op.create_index(
        "ix_bridge_crm_erp_customer_figures_status",
        "bridge_crm_erp_customer_figures",
        ["company_id", "status"],
        unique=False,
    )
    op.execute(
        """CREATE FUNCTION bridge_crm_erp_customer_figures_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON bridge_crm_erp_customer_figures FOR EACH ROW EXECUTE FUNCTION bridge_crm_erp_customer_figures_same_company()"""
    )


def downgrade():
    op.drop_index("ix_bridge_crm_erp_customer_figures_status", table_name="bridge_crm_erp_customer_figures")
    op.drop_index(
        op.f("ix_bridge_crm_erp_customer_figures_party_id"), table_name="bridge_crm_erp_customer_figures"
    )
    op.drop_index(
        op.f("ix_bridge_crm_erp_customer_figures_company_id"), table_name="bridge_crm_erp_customer_figures"
    )
    op.drop_table("bridge_crm_erp_customer_figures")
    op.execute("DROP FUNCTION bridge_crm_erp_customer_figures_same_company()")
