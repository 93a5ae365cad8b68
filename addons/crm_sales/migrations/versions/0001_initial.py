"""Initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "crm_sales_lost_reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_crm_sales_lost_reason_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_lost_reason")),
        sa.UniqueConstraint("name", name="uq_crm_sales_lost_reason_name_once"),
    )
    op.create_index(
        "ix_crm_sales_lost_reason_search",
        "crm_sales_lost_reason",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "crm_sales_pipeline",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("10"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_crm_sales_pipeline_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_pipeline_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_pipeline")),
        sa.UniqueConstraint("company_id", "name", name="uq_crm_sales_pipeline_name_once"),
    )
    op.create_index(
        op.f("ix_crm_sales_pipeline_company_id"), "crm_sales_pipeline", ["company_id"], unique=False
    )
    op.create_index(
        "ix_crm_sales_pipeline_search",
        "crm_sales_pipeline",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "crm_sales_stage",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("pipeline_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("10"), nullable=False),
        sa.Column(
            "probability", sa.Numeric(precision=5, scale=2), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("required_fields", sa.String(length=300), server_default="", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_crm_sales_stage_name_not_empty")),
        sa.CheckConstraint(
            "probability BETWEEN 0 AND 100", name=op.f("ck_crm_sales_stage_probability_range")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_stage_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["pipeline_id"],
            ["crm_sales_pipeline.id"],
            name=op.f("fk_crm_sales_stage_pipeline_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_stage")),
        sa.UniqueConstraint("pipeline_id", "name", name="uq_crm_sales_stage_name_once"),
    )
    op.create_index(op.f("ix_crm_sales_stage_company_id"), "crm_sales_stage", ["company_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_stage_pipeline_id"), "crm_sales_stage", ["pipeline_id"], unique=False)
    op.create_index(
        "ix_crm_sales_stage_search",
        "crm_sales_stage",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "crm_sales_team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("leader_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_crm_sales_team_name_not_empty")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_team_company_id")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["core_user.id"], name=op.f("fk_crm_sales_team_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_team")),
        sa.UniqueConstraint("company_id", "name", name="uq_crm_sales_team_name_once"),
    )
    op.create_index(op.f("ix_crm_sales_team_company_id"), "crm_sales_team", ["company_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_team_leader_id"), "crm_sales_team", ["leader_id"], unique=False)
    op.create_index(
        "ix_crm_sales_team_search", "crm_sales_team", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "crm_sales_team_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["crm_sales_team.id"],
            name=op.f("fk_crm_sales_team_member_team_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_crm_sales_team_member_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_team_member")),
        sa.UniqueConstraint("team_id", "user_id", name="uq_crm_sales_team_member_once"),
    )
    op.create_index(
        op.f("ix_crm_sales_team_member_team_id"), "crm_sales_team_member", ["team_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_team_member_user_id"), "crm_sales_team_member", ["user_id"], unique=False
    )
    op.create_table(
        "crm_sales_opportunity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("pipeline_id", sa.BigInteger(), nullable=False),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("expected", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "probability", sa.Numeric(precision=5, scale=2), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("probability_pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("weighted", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("close_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("next_activity_id", sa.BigInteger(), nullable=True),
        sa.Column("lost_reason_id", sa.BigInteger(), nullable=True),
        sa.Column("lost_note", sa.Text(), nullable=True),
        sa.Column("competitor", sa.String(length=120), nullable=True),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_crm_sales_opportunity_closed_has_a_date")
        ),
        sa.CheckConstraint(
            "state <> 'lost' OR lost_reason_id IS NOT NULL",
            name=op.f("ck_crm_sales_opportunity_lost_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'won', 'lost')", name=op.f("ck_crm_sales_opportunity_state_choice")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_crm_sales_opportunity_title_not_empty")),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_crm_sales_opportunity_expected_not_negative")),
        sa.CheckConstraint(
            "probability BETWEEN 0 AND 100", name=op.f("ck_crm_sales_opportunity_probability_range")
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_crm_sales_opportunity_rate_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_opportunity_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["base_party.id"], name=op.f("fk_crm_sales_opportunity_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["lost_reason_id"],
            ["crm_sales_lost_reason.id"],
            name=op.f("fk_crm_sales_opportunity_lost_reason_id"),
        ),
        sa.ForeignKeyConstraint(
            ["next_activity_id"],
            ["base_activity.id"],
            name=op.f("fk_crm_sales_opportunity_next_activity_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_crm_sales_opportunity_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_crm_sales_opportunity_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["crm_sales_pipeline.id"], name=op.f("fk_crm_sales_opportunity_pipeline_id")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["crm_sales_stage.id"], name=op.f("fk_crm_sales_opportunity_stage_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["crm_sales_team.id"], name=op.f("fk_crm_sales_opportunity_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_opportunity")),
        sa.UniqueConstraint("next_activity_id", name="uq_crm_sales_opportunity_one_next_activity"),
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_company_id"), "crm_sales_opportunity", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_contact_id"), "crm_sales_opportunity", ["contact_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_lost_reason_id"),
        "crm_sales_opportunity",
        ["lost_reason_id"],
        unique=False,
    )
    op.create_index(
        "ix_crm_sales_opportunity_open_by_stage",
        "crm_sales_opportunity",
        ["company_id", "stage_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_owner_id"), "crm_sales_opportunity", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_party_id"), "crm_sales_opportunity", ["party_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_pipeline_id"), "crm_sales_opportunity", ["pipeline_id"], unique=False
    )
    op.create_index(
        "ix_crm_sales_opportunity_search",
        "crm_sales_opportunity",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_stage_id"), "crm_sales_opportunity", ["stage_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_opportunity_team_id"), "crm_sales_opportunity", ["team_id"], unique=False
    )
    op.create_table(
        "crm_sales_quote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("revision", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_ip", sa.String(length=45), nullable=True),
        sa.Column("decided_hash", sa.String(length=64), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=True),
        sa.Column("price_list_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("invoice_address", sa.Text(), nullable=True),
        sa.Column("delivery_address", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("rounding", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax_summary", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "status <> 'refused' OR refusal_reason IS NOT NULL",
            name=op.f("ck_crm_sales_quote_refused_has_a_reason"),
        ),
        sa.CheckConstraint(
            "status = 'draft' OR document_hash IS NOT NULL",
            name=op.f("ck_crm_sales_quote_sent_has_a_fingerprint"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'sent', 'accepted', 'refused', 'replaced')",
            name=op.f("ck_crm_sales_quote_status_choice"),
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_crm_sales_quote_revision_positive")),
        sa.CheckConstraint("total = net + tax + rounding", name=op.f("ck_crm_sales_quote_parts_add_up")),
        sa.CheckConstraint("valid_until >= quoted_on", name=op.f("ck_crm_sales_quote_valid_after_quoted")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_quote_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["base_party.id"], name=op.f("fk_crm_sales_quote_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["crm_sales_opportunity.id"], name=op.f("fk_crm_sales_quote_opportunity_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_crm_sales_quote_owner_id")),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_crm_sales_quote_party_id")),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["catalog_price_list.id"], name=op.f("fk_crm_sales_quote_price_list_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["crm_sales_team.id"], name=op.f("fk_crm_sales_quote_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_quote")),
        sa.UniqueConstraint("company_id", "number", "revision", name="uq_crm_sales_quote_revision_once"),
    )
    op.create_index(op.f("ix_crm_sales_quote_company_id"), "crm_sales_quote", ["company_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_quote_contact_id"), "crm_sales_quote", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_crm_sales_quote_opportunity_id"), "crm_sales_quote", ["opportunity_id"], unique=False
    )
    op.create_index(op.f("ix_crm_sales_quote_owner_id"), "crm_sales_quote", ["owner_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_quote_party_id"), "crm_sales_quote", ["party_id"], unique=False)
    op.create_index(
        op.f("ix_crm_sales_quote_price_list_id"), "crm_sales_quote", ["price_list_id"], unique=False
    )
    op.create_index(
        "ix_crm_sales_quote_search",
        "crm_sales_quote",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_crm_sales_quote_team_id"), "crm_sales_quote", ["team_id"], unique=False)
    op.create_index(
        "uq_crm_sales_quote_one_accepted",
        "crm_sales_quote",
        ["company_id", "number"],
        unique=True,
        postgresql_where=sa.text("status = 'accepted'"),
    )
    op.create_index(
        "uq_crm_sales_quote_token",
        "crm_sales_quote",
        ["token_hash"],
        unique=True,
        postgresql_where=sa.text("token_hash IS NOT NULL"),
    )
    op.create_table(
        "crm_sales_stage_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=False),
        sa.Column("from_stage_id", sa.BigInteger(), nullable=True),
        sa.Column("to_stage_id", sa.BigInteger(), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "to_state IN ('open', 'won', 'lost')", name=op.f("ck_crm_sales_stage_change_to_state_choice")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_stage_change_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_stage_id"],
            ["crm_sales_stage.id"],
            name=op.f("fk_crm_sales_stage_change_from_stage_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["crm_sales_opportunity.id"],
            name=op.f("fk_crm_sales_stage_change_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_stage_id"],
            ["crm_sales_stage.id"],
            name=op.f("fk_crm_sales_stage_change_to_stage_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_crm_sales_stage_change_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_stage_change")),
    )
    op.create_index(
        op.f("ix_crm_sales_stage_change_company_id"), "crm_sales_stage_change", ["company_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_stage_change_opportunity_id"),
        "crm_sales_stage_change",
        ["opportunity_id"],
        unique=False,
    )
    op.create_table(
        "crm_sales_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("order_date", sa.Date(), nullable=False),
        sa.Column("requested_date", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("opportunity_id", sa.BigInteger(), nullable=True),
        sa.Column("price_list_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("team_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_reference", sa.String(length=80), nullable=True),
        sa.Column("invoice_address", sa.Text(), nullable=True),
        sa.Column("delivery_address", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("rounding", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax_summary", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "status = 'draft' OR confirmed_at IS NOT NULL OR status = 'cancelled'",
            name=op.f("ck_crm_sales_order_confirmed_has_a_date"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'confirmed', 'cancelled')", name=op.f("ck_crm_sales_order_status_choice")
        ),
        sa.CheckConstraint(
            "requested_date >= order_date", name=op.f("ck_crm_sales_order_requested_after_ordered")
        ),
        sa.CheckConstraint("total = net + tax + rounding", name=op.f("ck_crm_sales_order_parts_add_up")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_crm_sales_order_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["base_party.id"], name=op.f("fk_crm_sales_order_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["crm_sales_opportunity.id"], name=op.f("fk_crm_sales_order_opportunity_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_crm_sales_order_owner_id")),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_crm_sales_order_party_id")),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["catalog_price_list.id"], name=op.f("fk_crm_sales_order_price_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["crm_sales_quote.id"], name=op.f("fk_crm_sales_order_quote_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["crm_sales_team.id"], name=op.f("fk_crm_sales_order_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_order")),
        sa.UniqueConstraint("company_id", "number", name="uq_crm_sales_order_number_once"),
        sa.UniqueConstraint("quote_id", name="uq_crm_sales_order_one_order_a_quote"),
    )
    op.create_index(op.f("ix_crm_sales_order_company_id"), "crm_sales_order", ["company_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_order_contact_id"), "crm_sales_order", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_crm_sales_order_opportunity_id"), "crm_sales_order", ["opportunity_id"], unique=False
    )
    op.create_index(op.f("ix_crm_sales_order_owner_id"), "crm_sales_order", ["owner_id"], unique=False)
    op.create_index(op.f("ix_crm_sales_order_party_id"), "crm_sales_order", ["party_id"], unique=False)
    op.create_index(
        op.f("ix_crm_sales_order_price_list_id"), "crm_sales_order", ["price_list_id"], unique=False
    )
    op.create_index(
        "ix_crm_sales_order_search",
        "crm_sales_order",
        ["search_tokens"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_crm_sales_order_team_id"), "crm_sales_order", ["team_id"], unique=False)
    op.create_table(
        "crm_sales_quote_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "unit_price", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "discount", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("net", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'product' OR product_id IS NOT NULL OR description <> ''",
            name=op.f("ck_crm_sales_quote_line_says_what"),
        ),
        sa.CheckConstraint(
            "kind IN ('product', 'section', 'note')", name=op.f("ck_crm_sales_quote_line_kind_choice")
        ),
        sa.CheckConstraint("discount BETWEEN 0 AND 100", name=op.f("ck_crm_sales_quote_line_discount_range")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_crm_sales_quote_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["quote_id"],
            ["crm_sales_quote.id"],
            name=op.f("fk_crm_sales_quote_line_quote_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["catalog_unit.id"], name=op.f("fk_crm_sales_quote_line_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_quote_line")),
    )
    op.create_index(
        op.f("ix_crm_sales_quote_line_product_id"), "crm_sales_quote_line", ["product_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_quote_line_quote_id"), "crm_sales_quote_line", ["quote_id"], unique=False
    )
    op.create_table(
        "crm_sales_order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=20, scale=6), server_default=sa.text("1"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "unit_price", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "discount", sa.Numeric(precision=20, scale=10), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("net", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("tax", sa.Numeric(precision=20, scale=4), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'product' OR product_id IS NOT NULL OR description <> ''",
            name=op.f("ck_crm_sales_order_line_says_what"),
        ),
        sa.CheckConstraint(
            "kind IN ('product', 'section', 'note')", name=op.f("ck_crm_sales_order_line_kind_choice")
        ),
        sa.CheckConstraint("discount BETWEEN 0 AND 100", name=op.f("ck_crm_sales_order_line_discount_range")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["crm_sales_order.id"],
            name=op.f("fk_crm_sales_order_line_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_crm_sales_order_line_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["catalog_unit.id"], name=op.f("fk_crm_sales_order_line_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_order_line")),
    )
    op.create_index(
        op.f("ix_crm_sales_order_line_order_id"), "crm_sales_order_line", ["order_id"], unique=False
    )
    op.create_index(
        op.f("ix_crm_sales_order_line_product_id"), "crm_sales_order_line", ["product_id"], unique=False
    )
    op.create_table(
        "crm_sales_quote_line_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("quote_line_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["quote_line_id"],
            ["crm_sales_quote_line.id"],
            name=op.f("fk_crm_sales_quote_line_tax_quote_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"], ["catalog_tax.id"], name=op.f("fk_crm_sales_quote_line_tax_tax_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_quote_line_tax")),
        sa.UniqueConstraint("quote_line_id", "tax_id", name="uq_crm_sales_quote_line_tax_once"),
    )
    op.create_index(
        op.f("ix_crm_sales_quote_line_tax_quote_line_id"),
        "crm_sales_quote_line_tax",
        ["quote_line_id"],
        unique=False,
    )
    op.create_table(
        "crm_sales_order_line_tax",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["crm_sales_order_line.id"],
            name=op.f("fk_crm_sales_order_line_tax_order_line_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tax_id"], ["catalog_tax.id"], name=op.f("fk_crm_sales_order_line_tax_tax_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_sales_order_line_tax")),
        sa.UniqueConstraint("order_line_id", "tax_id", name="uq_crm_sales_order_line_tax_once"),
    )
    op.create_index(
        op.f("ix_crm_sales_order_line_tax_order_line_id"),
        "crm_sales_order_line_tax",
        ["order_line_id"],
        unique=False,
    )
    op.execute(
        """CREATE FUNCTION crm_sales_opportunity_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'pipeline_id', t.id, t.company_id FROM crm_sales_pipeline t WHERE t.id = NEW.pipeline_id
    UNION ALL SELECT 'stage_id', t.id, t.company_id FROM crm_sales_stage t WHERE t.id = NEW.stage_id
    UNION ALL SELECT 'team_id', t.id, t.company_id FROM crm_sales_team t WHERE t.id = NEW.team_id
    UNION ALL SELECT 'next_activity_id', t.id, t.company_id FROM base_activity t WHERE t.id = NEW.next_activity_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_order_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM crm_sales_order new_o WHERE new_o.id = NEW.order_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM crm_sales_order old_o WHERE old_o.id = OLD.order_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_order_line_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT (SELECT new_o_o.company_id FROM crm_sales_order new_o_o WHERE new_o_o.id = new_o.order_id) FROM crm_sales_order_line new_o WHERE new_o.id = NEW.order_line_id);
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT (SELECT old_o_o.company_id FROM crm_sales_order old_o_o WHERE old_o_o.id = old_o.order_id) FROM crm_sales_order_line old_o WHERE old_o.id = OLD.order_line_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'tax_id', t.id, t.company_id FROM catalog_tax t WHERE t.id = NEW.tax_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_order_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'quote_id', t.id, t.company_id FROM crm_sales_quote t WHERE t.id = NEW.quote_id
    UNION ALL SELECT 'opportunity_id', t.id, t.company_id FROM crm_sales_opportunity t WHERE t.id = NEW.opportunity_id
    UNION ALL SELECT 'price_list_id', t.id, t.company_id FROM catalog_price_list t WHERE t.id = NEW.price_list_id
    UNION ALL SELECT 'team_id', t.id, t.company_id FROM crm_sales_team t WHERE t.id = NEW.team_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_pipeline_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION crm_sales_quote_line_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM crm_sales_quote new_o WHERE new_o.id = NEW.quote_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM crm_sales_quote old_o WHERE old_o.id = OLD.quote_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_quote_line_sent_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  quote crm_sales_quote%ROWTYPE;
BEGIN
  SELECT * INTO quote FROM crm_sales_quote
   WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.quote_id ELSE NEW.quote_id END
     FOR NO KEY UPDATE;
  IF quote.status <> 'draft' THEN
    RAISE EXCEPTION 'Quote % was sent; make a new version to change it.', quote.number
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_quote_line_tax_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT (SELECT new_o_o.company_id FROM crm_sales_quote new_o_o WHERE new_o_o.id = new_o.quote_id) FROM crm_sales_quote_line new_o WHERE new_o.id = NEW.quote_line_id);
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT (SELECT old_o_o.company_id FROM crm_sales_quote old_o_o WHERE old_o_o.id = old_o.quote_id) FROM crm_sales_quote_line old_o WHERE old_o.id = OLD.quote_line_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'tax_id', t.id, t.company_id FROM catalog_tax t WHERE t.id = NEW.tax_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_quote_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'opportunity_id', t.id, t.company_id FROM crm_sales_opportunity t WHERE t.id = NEW.opportunity_id
    UNION ALL SELECT 'price_list_id', t.id, t.company_id FROM catalog_price_list t WHERE t.id = NEW.price_list_id
    UNION ALL SELECT 'team_id', t.id, t.company_id FROM crm_sales_team t WHERE t.id = NEW.team_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_quote_sent_is_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.status <> 'draft' THEN
      RAISE EXCEPTION 'Quote % was sent and cannot be deleted.', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.status <> 'draft' AND (
       NEW.status = 'draft' OR NEW.number <> OLD.number OR NEW.revision <> OLD.revision
       OR NEW.currency <> OLD.currency OR NEW.net <> OLD.net OR NEW.tax <> OLD.tax
       OR NEW.rounding <> OLD.rounding OR NEW.total <> OLD.total
       OR NEW.tax_summary IS DISTINCT FROM OLD.tax_summary
       OR (NEW.content IS DISTINCT FROM OLD.content AND NOT (NEW.content IS NULL AND OLD.status <> 'accepted'
           AND EXISTS (SELECT 1 FROM base_party WHERE id = OLD.party_id AND anonymised_at IS NOT NULL)))
       OR NEW.document_hash IS DISTINCT FROM OLD.document_hash
       OR NEW.terms IS DISTINCT FROM OLD.terms) THEN
    RAISE EXCEPTION 'Quote % was sent; make a new version to change it.', OLD.number
      USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status IN ('accepted', 'refused', 'replaced') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'Quote % is already %.', OLD.number, OLD.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_stage_change_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'opportunity_id', t.id, t.company_id FROM crm_sales_opportunity t WHERE t.id = NEW.opportunity_id
    UNION ALL SELECT 'from_stage_id', t.id, t.company_id FROM crm_sales_stage t WHERE t.id = NEW.from_stage_id
    UNION ALL SELECT 'to_stage_id', t.id, t.company_id FROM crm_sales_stage t WHERE t.id = NEW.to_stage_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_stage_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := NEW.company_id;
  wrong text;
  other text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.company_id IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  SELECT side.key, side.id || ' ' || side.company INTO wrong, other FROM (
    SELECT 'pipeline_id', t.id, t.company_id FROM crm_sales_pipeline t WHERE t.id = NEW.pipeline_id
  ) side (key, id, company) WHERE side.company <> own OR (side.company IS NOT NULL AND own IS NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the row and what its % points to belong to different companies', wrong
      USING CONSTRAINT = 'same_company', TABLE = TG_TABLE_NAME, COLUMN = wrong, DETAIL = NEW.id || ' ' || other;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_team_member_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM crm_sales_team new_o WHERE new_o.id = NEW.team_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM crm_sales_team old_o WHERE old_o.id = OLD.team_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION crm_sales_team_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, pipeline_id, stage_id, team_id, next_activity_id ON crm_sales_opportunity FOR EACH ROW EXECUTE FUNCTION crm_sales_opportunity_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, quote_id, opportunity_id, price_list_id, team_id ON crm_sales_order FOR EACH ROW EXECUTE FUNCTION crm_sales_order_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF order_id ON crm_sales_order_line FOR EACH ROW EXECUTE FUNCTION crm_sales_order_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF order_line_id, tax_id ON crm_sales_order_line_tax FOR EACH ROW EXECUTE FUNCTION crm_sales_order_line_tax_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON crm_sales_pipeline FOR EACH ROW EXECUTE FUNCTION crm_sales_pipeline_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, opportunity_id, price_list_id, team_id ON crm_sales_quote FOR EACH ROW EXECUTE FUNCTION crm_sales_quote_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER sent_is_final BEFORE UPDATE OR DELETE ON crm_sales_quote FOR EACH ROW EXECUTE FUNCTION crm_sales_quote_sent_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF quote_id ON crm_sales_quote_line FOR EACH ROW EXECUTE FUNCTION crm_sales_quote_line_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER sent_is_final BEFORE INSERT OR UPDATE OR DELETE ON crm_sales_quote_line FOR EACH ROW EXECUTE FUNCTION crm_sales_quote_line_sent_is_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF quote_line_id, tax_id ON crm_sales_quote_line_tax FOR EACH ROW EXECUTE FUNCTION crm_sales_quote_line_tax_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, pipeline_id ON crm_sales_stage FOR EACH ROW EXECUTE FUNCTION crm_sales_stage_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, opportunity_id, from_stage_id, to_stage_id ON crm_sales_stage_change FOR EACH ROW EXECUTE FUNCTION crm_sales_stage_change_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON crm_sales_team FOR EACH ROW EXECUTE FUNCTION crm_sales_team_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF team_id ON crm_sales_team_member FOR EACH ROW EXECUTE FUNCTION crm_sales_team_member_same_company()"""
    )


def downgrade():
    op.drop_index(op.f("ix_crm_sales_order_line_tax_order_line_id"), table_name="crm_sales_order_line_tax")
    op.drop_table("crm_sales_order_line_tax")
    op.drop_index(op.f("ix_crm_sales_quote_line_tax_quote_line_id"), table_name="crm_sales_quote_line_tax")
    op.drop_table("crm_sales_quote_line_tax")
    op.drop_index(op.f("ix_crm_sales_order_line_product_id"), table_name="crm_sales_order_line")
    op.drop_index(op.f("ix_crm_sales_order_line_order_id"), table_name="crm_sales_order_line")
    op.drop_table("crm_sales_order_line")
    op.drop_index(op.f("ix_crm_sales_quote_line_quote_id"), table_name="crm_sales_quote_line")
    op.drop_index(op.f("ix_crm_sales_quote_line_product_id"), table_name="crm_sales_quote_line")
    op.drop_table("crm_sales_quote_line")
    op.drop_index(op.f("ix_crm_sales_order_team_id"), table_name="crm_sales_order")
    op.drop_index("ix_crm_sales_order_search", table_name="crm_sales_order", postgresql_using="gin")
    op.drop_index(op.f("ix_crm_sales_order_price_list_id"), table_name="crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_order_party_id"), table_name="crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_order_owner_id"), table_name="crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_order_opportunity_id"), table_name="crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_order_contact_id"), table_name="crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_order_company_id"), table_name="crm_sales_order")
    op.drop_table("crm_sales_order")
    op.drop_index(op.f("ix_crm_sales_stage_change_opportunity_id"), table_name="crm_sales_stage_change")
    op.drop_index(op.f("ix_crm_sales_stage_change_company_id"), table_name="crm_sales_stage_change")
    op.drop_table("crm_sales_stage_change")
    op.drop_index(
        "uq_crm_sales_quote_token",
        table_name="crm_sales_quote",
        postgresql_where=sa.text("token_hash IS NOT NULL"),
    )
    op.drop_index(
        "uq_crm_sales_quote_one_accepted",
        table_name="crm_sales_quote",
        postgresql_where=sa.text("status = 'accepted'"),
    )
    op.drop_index(op.f("ix_crm_sales_quote_team_id"), table_name="crm_sales_quote")
    op.drop_index("ix_crm_sales_quote_search", table_name="crm_sales_quote", postgresql_using="gin")
    op.drop_index(op.f("ix_crm_sales_quote_price_list_id"), table_name="crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_quote_party_id"), table_name="crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_quote_owner_id"), table_name="crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_quote_opportunity_id"), table_name="crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_quote_contact_id"), table_name="crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_quote_company_id"), table_name="crm_sales_quote")
    op.drop_table("crm_sales_quote")
    op.drop_index(op.f("ix_crm_sales_opportunity_team_id"), table_name="crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_opportunity_stage_id"), table_name="crm_sales_opportunity")
    op.drop_index(
        "ix_crm_sales_opportunity_search", table_name="crm_sales_opportunity", postgresql_using="gin"
    )
    op.drop_index(op.f("ix_crm_sales_opportunity_pipeline_id"), table_name="crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_opportunity_party_id"), table_name="crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_opportunity_owner_id"), table_name="crm_sales_opportunity")
    op.drop_index(
        "ix_crm_sales_opportunity_open_by_stage",
        table_name="crm_sales_opportunity",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_crm_sales_opportunity_lost_reason_id"), table_name="crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_opportunity_contact_id"), table_name="crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_opportunity_company_id"), table_name="crm_sales_opportunity")
    op.drop_table("crm_sales_opportunity")
    op.drop_index(op.f("ix_crm_sales_team_member_user_id"), table_name="crm_sales_team_member")
    op.drop_index(op.f("ix_crm_sales_team_member_team_id"), table_name="crm_sales_team_member")
    op.drop_table("crm_sales_team_member")
    op.drop_index("ix_crm_sales_team_search", table_name="crm_sales_team", postgresql_using="gin")
    op.drop_index(op.f("ix_crm_sales_team_leader_id"), table_name="crm_sales_team")
    op.drop_index(op.f("ix_crm_sales_team_company_id"), table_name="crm_sales_team")
    op.drop_table("crm_sales_team")
    op.drop_index("ix_crm_sales_stage_search", table_name="crm_sales_stage", postgresql_using="gin")
    op.drop_index(op.f("ix_crm_sales_stage_pipeline_id"), table_name="crm_sales_stage")
    op.drop_index(op.f("ix_crm_sales_stage_company_id"), table_name="crm_sales_stage")
    op.drop_table("crm_sales_stage")
    op.drop_index("ix_crm_sales_pipeline_search", table_name="crm_sales_pipeline", postgresql_using="gin")
    op.drop_index(op.f("ix_crm_sales_pipeline_company_id"), table_name="crm_sales_pipeline")
    op.drop_table("crm_sales_pipeline")
    op.drop_index(
        "ix_crm_sales_lost_reason_search", table_name="crm_sales_lost_reason", postgresql_using="gin"
    )
    op.drop_table("crm_sales_lost_reason")
    op.execute("DROP FUNCTION crm_sales_opportunity_same_company()")
    op.execute("DROP FUNCTION crm_sales_order_line_same_company()")
    op.execute("DROP FUNCTION crm_sales_order_line_tax_same_company()")
    op.execute("DROP FUNCTION crm_sales_order_same_company()")
    op.execute("DROP FUNCTION crm_sales_pipeline_same_company()")
    op.execute("DROP FUNCTION crm_sales_quote_line_same_company()")
    op.execute("DROP FUNCTION crm_sales_quote_line_sent_is_final()")
    op.execute("DROP FUNCTION crm_sales_quote_line_tax_same_company()")
    op.execute("DROP FUNCTION crm_sales_quote_same_company()")
    op.execute("DROP FUNCTION crm_sales_quote_sent_is_final()")
    op.execute("DROP FUNCTION crm_sales_stage_change_same_company()")
    op.execute("DROP FUNCTION crm_sales_stage_same_company()")
    op.execute("DROP FUNCTION crm_sales_team_member_same_company()")
    op.execute("DROP FUNCTION crm_sales_team_same_company()")
