"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "bridge_crm_erp_catch_up",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("linked", sa.Integer(), nullable=False),
        sa.Column("already", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed')", name=op.f("ck_bridge_crm_erp_catch_up_state_choice")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_bridge_crm_erp_catch_up_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_bridge_crm_erp_catch_up_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_crm_erp_catch_up")),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_catch_up_company_id"), "bridge_crm_erp_catch_up", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_catch_up_user_id"), "bridge_crm_erp_catch_up", ["user_id"], unique=False
    )
    op.create_table(
        "bridge_crm_erp_drift_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("compared", postgresql.JSONB(), nullable=False),
        sa.Column("differences", postgresql.JSONB(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_bridge_crm_erp_drift_check_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_bridge_crm_erp_drift_check_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_crm_erp_drift_check")),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_drift_check_company_id"),
        "bridge_crm_erp_drift_check",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_drift_check_user_id"), "bridge_crm_erp_drift_check", ["user_id"], unique=False
    )
    op.create_table(
        "bridge_crm_erp_effect",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("source_model", sa.String(length=80), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("target_model", sa.String(length=80), nullable=True),
        sa.Column("target_id", sa.BigInteger(), nullable=True),
        sa.Column("target_name", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "event IN ('order_confirmed', 'order_amended', 'order_cancelled', 'delivered', 'returned', 'invoiced', 'credited', 'paid', 'overdue')",
            name=op.f("ck_bridge_crm_erp_effect_event_choice"),
        ),
        sa.CheckConstraint(
            "state IN ('done', 'waiting', 'failed', 'skipped')",
            name=op.f("ck_bridge_crm_erp_effect_state_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_bridge_crm_erp_effect_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_bridge_crm_erp_effect_party_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_crm_erp_effect")),
        sa.UniqueConstraint("company_id", "event", "key", name="uq_bridge_crm_erp_effect_once"),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_effect_company_id"), "bridge_crm_erp_effect", ["company_id"], unique=False
    )
    op.create_index(
        "ix_bridge_crm_erp_effect_not_done",
        "bridge_crm_erp_effect",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_effect_party_id"), "bridge_crm_erp_effect", ["party_id"], unique=False
    )
    op.create_index(
        "ix_bridge_crm_erp_effect_target",
        "bridge_crm_erp_effect",
        ["target_model", "target_id"],
        unique=False,
    )
    op.create_table(
        "bridge_crm_erp_foreign_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("system_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("record_model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("record_name", sa.String(length=200), nullable=False),
        sa.Column("state", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("external_id <> ''", name=op.f("ck_bridge_crm_erp_foreign_link_key_not_empty")),
        sa.CheckConstraint(
            "kind IN ('order', 'delivery', 'return', 'invoice', 'credit_note')",
            name=op.f("ck_bridge_crm_erp_foreign_link_kind_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_bridge_crm_erp_foreign_link_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["base_external_system.id"],
            name=op.f("fk_bridge_crm_erp_foreign_link_system_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge_crm_erp_foreign_link")),
        sa.UniqueConstraint(
            "system_id", "kind", "external_id", name="uq_bridge_crm_erp_foreign_link_key_once"
        ),
    )
    op.create_index(
        op.f("ix_bridge_crm_erp_foreign_link_company_id"),
        "bridge_crm_erp_foreign_link",
        ["company_id"],
        unique=False,
    )
    op.create_index(
        "ix_bridge_crm_erp_foreign_link_of_record",
        "bridge_crm_erp_foreign_link",
        ["record_model", "record_id"],
        unique=False,
    )
    op.create_index(
        "uq_bridge_crm_erp_foreign_link_order_once",
        "bridge_crm_erp_foreign_link",
        ["system_id", "record_model", "record_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'order'"),
    )
    op.execute(
        """CREATE FUNCTION bridge_crm_erp_catch_up_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION bridge_crm_erp_drift_check_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION bridge_crm_erp_effect_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION bridge_crm_erp_foreign_link_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON bridge_crm_erp_catch_up FOR EACH ROW EXECUTE FUNCTION bridge_crm_erp_catch_up_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON bridge_crm_erp_drift_check FOR EACH ROW EXECUTE FUNCTION bridge_crm_erp_drift_check_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON bridge_crm_erp_effect FOR EACH ROW EXECUTE FUNCTION bridge_crm_erp_effect_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON bridge_crm_erp_foreign_link FOR EACH ROW EXECUTE FUNCTION bridge_crm_erp_foreign_link_same_company()"""
    )


def downgrade():
    op.drop_index(
        "uq_bridge_crm_erp_foreign_link_order_once",
        table_name="bridge_crm_erp_foreign_link",
        postgresql_where=sa.text("kind = 'order'"),
    )
    op.drop_index("ix_bridge_crm_erp_foreign_link_of_record", table_name="bridge_crm_erp_foreign_link")
    op.drop_index(op.f("ix_bridge_crm_erp_foreign_link_company_id"), table_name="bridge_crm_erp_foreign_link")
    op.drop_table("bridge_crm_erp_foreign_link")
    op.drop_index("ix_bridge_crm_erp_effect_target", table_name="bridge_crm_erp_effect")
    op.drop_index(op.f("ix_bridge_crm_erp_effect_party_id"), table_name="bridge_crm_erp_effect")
    op.drop_index(
        "ix_bridge_crm_erp_effect_not_done",
        table_name="bridge_crm_erp_effect",
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.drop_index(op.f("ix_bridge_crm_erp_effect_company_id"), table_name="bridge_crm_erp_effect")
    op.drop_table("bridge_crm_erp_effect")
    op.drop_index(op.f("ix_bridge_crm_erp_drift_check_user_id"), table_name="bridge_crm_erp_drift_check")
    op.drop_index(op.f("ix_bridge_crm_erp_drift_check_company_id"), table_name="bridge_crm_erp_drift_check")
    op.drop_table("bridge_crm_erp_drift_check")
    op.drop_index(op.f("ix_bridge_crm_erp_catch_up_user_id"), table_name="bridge_crm_erp_catch_up")
    op.drop_index(op.f("ix_bridge_crm_erp_catch_up_company_id"), table_name="bridge_crm_erp_catch_up")
    op.drop_table("bridge_crm_erp_catch_up")
    op.execute("DROP FUNCTION bridge_crm_erp_catch_up_same_company()")
    op.execute("DROP FUNCTION bridge_crm_erp_drift_check_same_company()")
    op.execute("DROP FUNCTION bridge_crm_erp_effect_same_company()")
    op.execute("DROP FUNCTION bridge_crm_erp_foreign_link_same_company()")
