"""Initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("core_company", sa.Column("fleet_budget", sa.Numeric(precision=20, scale=4), nullable=True))
    op.create_table(
        "sample_fleet_vehicle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('available', 'retired')", name=op.f("ck_sample_fleet_vehicle_state_choice")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_sample_fleet_vehicle_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_sample_fleet_vehicle_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_fleet_vehicle")),
    )
    op.create_index(
        op.f("ix_sample_fleet_vehicle_company_id"), "sample_fleet_vehicle", ["company_id"], unique=False
    )
    op.create_index(
        "ix_sample_fleet_vehicle_search",
        "sample_fleet_vehicle",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "uq_sample_fleet_vehicle_active_plate",
        "sample_fleet_vehicle",
        ["company_id", "plate"],
        unique=True,
        postgresql_where=sa.text("state = 'available'"),
    )
    op.create_table(
        "sample_fleet_trip",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vehicle_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["sample_fleet_vehicle.id"],
            name=op.f("fk_sample_fleet_trip_vehicle_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_fleet_trip")),
    )
    op.create_index(
        op.f("ix_sample_fleet_trip_vehicle_id"), "sample_fleet_trip", ["vehicle_id"], unique=False
    )
    op.execute(
        "CREATE FUNCTION sample_fleet_vehicle_retired_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN IF NEW.state <> 'retired' THEN RAISE EXCEPTION 'vehicle % is retired', OLD.plate; END IF; RETURN NEW; END\n$body$"
    )
    op.execute(
        "CREATE TRIGGER retired_is_final BEFORE UPDATE ON sample_fleet_vehicle FOR EACH ROW WHEN (OLD.state = 'retired') EXECUTE FUNCTION sample_fleet_vehicle_retired_is_final()"
    )
    op.execute(
        "CREATE FUNCTION sample_fleet_vehicle_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$\nDECLARE\n  own bigint := NEW.company_id;\nBEGIN\n  IF TG_OP = 'UPDATE' THEN\n    IF OLD.company_id IS DISTINCT FROM own THEN\n      RAISE EXCEPTION 'the row stays in its company'\n        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;\n    END IF;\n  END IF;\n  RETURN NULL;\nEND;\n$body$"
    )
    op.execute(
        "CREATE TRIGGER same_company AFTER UPDATE OF company_id ON sample_fleet_vehicle FOR EACH ROW EXECUTE FUNCTION sample_fleet_vehicle_same_company()"
    )
    op.execute(
        "CREATE FUNCTION sample_fleet_trip_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$\nDECLARE\n  own bigint := (SELECT new_o.company_id FROM sample_fleet_vehicle new_o WHERE new_o.id = NEW.vehicle_id);\nBEGIN\n  IF TG_OP = 'UPDATE' THEN\n    IF (SELECT old_o.company_id FROM sample_fleet_vehicle old_o WHERE old_o.id = OLD.vehicle_id) IS DISTINCT FROM own THEN\n      RAISE EXCEPTION 'the row stays in its company'\n        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;\n    END IF;\n  END IF;\n  RETURN NULL;\nEND;\n$body$"
    )
    op.execute(
        "CREATE TRIGGER same_company AFTER UPDATE OF vehicle_id ON sample_fleet_trip FOR EACH ROW EXECUTE FUNCTION sample_fleet_trip_same_company()"
    )


def downgrade():
    op.drop_column("core_company", "fleet_budget")
    op.drop_index(op.f("ix_sample_fleet_trip_vehicle_id"), table_name="sample_fleet_trip")
    op.drop_table("sample_fleet_trip")
    op.drop_index(
        "uq_sample_fleet_vehicle_active_plate",
        table_name="sample_fleet_vehicle",
        postgresql_where=sa.text("state = 'available'"),
    )
    op.drop_index("ix_sample_fleet_vehicle_search", table_name="sample_fleet_vehicle", postgresql_using="gin")
    op.drop_index(op.f("ix_sample_fleet_vehicle_company_id"), table_name="sample_fleet_vehicle")
    op.drop_table("sample_fleet_vehicle")
    op.execute("DROP FUNCTION IF EXISTS sample_fleet_vehicle_retired_is_final()")
    op.execute("DROP FUNCTION IF EXISTS sample_fleet_vehicle_same_company()")
    op.execute("DROP FUNCTION IF EXISTS sample_fleet_trip_same_company()")
