"""Initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("core_company", sa.Column("party_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "base_consent_wording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose <> '' AND body <> ''", name=op.f("ck_base_consent_wording_says_something")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_consent_wording")),
        sa.UniqueConstraint("purpose", "version", name="uq_base_consent_wording_version_once"),
    )
    op.create_table(
        "base_country",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("code ~ '^[A-Z]{2}$'", name=op.f("ck_base_country_code_is_iso")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_country")),
        sa.UniqueConstraint("code", name="uq_base_country_code_once"),
    )
    op.create_index(
        "ix_base_country_search", "base_country", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_currency",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digits", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("code ~ '^[A-Z]{3}$'", name=op.f("ck_base_currency_code_is_iso")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_currency")),
        sa.UniqueConstraint("code", name="uq_base_currency_code_once"),
    )
    op.create_index(
        "ix_base_currency_search", "base_currency", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_mail_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("report", sa.String(length=80), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "name <> '' AND subject <> '' AND body <> ''", name=op.f("ck_base_mail_template_says_something")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_mail_template")),
    )
    op.create_index("ix_base_mail_template_of_model", "base_mail_template", ["model", "locale"], unique=False)
    op.create_table(
        "base_retention_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("months BETWEEN 1 AND 600", name=op.f("ck_base_retention_rule_months_sensible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_retention_rule")),
        sa.UniqueConstraint("subject", name="uq_base_retention_rule_subject_once"),
    )
    op.create_table(
        "base_tag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_base_tag_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_tag")),
        sa.UniqueConstraint("name", name="uq_base_tag_name_once"),
    )
    op.create_table(
        "base_exchange_rate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_base_exchange_rate_rate_positive")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_base_exchange_rate_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_exchange_rate")),
        sa.UniqueConstraint("company_id", "currency", "date", name="uq_base_exchange_rate_one_a_day"),
    )
    op.create_index(
        op.f("ix_base_exchange_rate_company_id"), "base_exchange_rate", ["company_id"], unique=False
    )
    op.create_table(
        "base_calendar_feed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_base_calendar_feed_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name="uq_base_calendar_feed_secret"),
    )
    op.create_index(op.f("ix_base_calendar_feed_user_id"), "base_calendar_feed", ["user_id"], unique=False)
    op.create_table(
        "base_follower",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_base_follower_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_follower")),
        sa.UniqueConstraint("model", "record_id", "user_id", name="uq_base_follower_once"),
    )
    op.create_index(op.f("ix_base_follower_user_id"), "base_follower", ["user_id"], unique=False)
    op.create_table(
        "base_party",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("job_title", sa.String(length=120), nullable=True),
        sa.Column("industry", sa.String(length=120), nullable=True),
        sa.Column("vat_number", sa.String(length=20), nullable=True),
        sa.Column("registration_number", sa.String(length=40), nullable=True),
        sa.Column("locale", sa.String(length=10), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("is_customer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("external_ref", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("email_key", sa.String(length=254), nullable=True),
        sa.Column("phone_key", sa.String(length=20), nullable=True),
        sa.Column("domain_key", sa.String(length=254), nullable=True),
        sa.Column("name_key", sa.String(length=200), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('organisation', 'person')", name=op.f("ck_base_party_kind_choice")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_base_party_name_not_empty")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_base_party_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["base_party.id"], name=op.f("fk_base_party_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_base_party_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["base_party.id"], name=op.f("fk_base_party_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_party")),
    )
    op.create_index(
        "ix_base_party_by_name",
        "base_party",
        [
            sa.literal_column(
                "replace(replace(lower(regexp_replace(normalize(name, NFD), '[̀-ͯ]', '', 'g')), 'œ', 'oe'), 'æ', 'ae')"
            ),
            "id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_base_party_domain_key",
        "base_party",
        ["domain_key"],
        unique=False,
        postgresql_where=sa.text("domain_key IS NOT NULL"),
    )
    op.create_index(
        "ix_base_party_email_key",
        "base_party",
        ["email_key"],
        unique=False,
        postgresql_where=sa.text("email_key IS NOT NULL"),
    )
    op.create_index(
        "ix_base_party_external_ref",
        "base_party",
        ["external_ref"],
        unique=False,
        postgresql_where=sa.text("external_ref IS NOT NULL"),
    )
    op.create_index(op.f("ix_base_party_merged_into_id"), "base_party", ["merged_into_id"], unique=False)
    op.create_index(
        "ix_base_party_name_key",
        "base_party",
        ["name_key"],
        unique=False,
        postgresql_ops={"name_key": "text_pattern_ops"},
    )
    op.create_index(op.f("ix_base_party_owner_id"), "base_party", ["owner_id"], unique=False)
    op.create_index(op.f("ix_base_party_parent_id"), "base_party", ["parent_id"], unique=False)
    op.create_index(
        "ix_base_party_phone_key",
        "base_party",
        ["phone_key"],
        unique=False,
        postgresql_where=sa.text("phone_key IS NOT NULL"),
    )
    op.create_index(
        "ix_base_party_search", "base_party", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_retention_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'done', 'stopped')", name=op.f("ck_base_retention_run_state_choice")
        ),
        sa.CheckConstraint("done <= total", name=op.f("ck_base_retention_run_done_at_most_all")),
        sa.ForeignKeyConstraint(["by_id"], ["core_user.id"], name=op.f("fk_base_retention_run_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_retention_run")),
    )
    op.create_index(op.f("ix_base_retention_run_by_id"), "base_retention_run", ["by_id"], unique=False)
    op.create_index("ix_base_retention_run_newest", "base_retention_run", ["started_at"], unique=False)
    op.create_table(
        "base_activity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("record_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('task', 'call', 'meeting', 'email', 'visit')", name=op.f("ck_base_activity_kind_choice")
        ),
        sa.CheckConstraint("summary <> ''", name=op.f("ck_base_activity_summary_not_empty")),
        sa.ForeignKeyConstraint(["assignee_id"], ["core_user.id"], name=op.f("fk_base_activity_assignee_id")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_base_activity_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_activity_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_activity")),
    )
    op.create_index(op.f("ix_base_activity_assignee_id"), "base_activity", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_base_activity_company_id"), "base_activity", ["company_id"], unique=False)
    op.create_index(
        "ix_base_activity_mine",
        "base_activity",
        ["assignee_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_base_activity_of_record", "base_activity", ["model", "record_id"], unique=False)
    op.create_index(op.f("ix_base_activity_party_id"), "base_activity", ["party_id"], unique=False)
    op.create_index(
        "ix_base_activity_search", "base_activity", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("street2", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("region", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_base_address_country_code")),
        sa.CheckConstraint(
            "kind IN ('main', 'invoice', 'delivery')", name=op.f("ck_base_address_kind_choice")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_address_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_address")),
    )
    op.create_index(op.f("ix_base_address_party_id"), "base_address", ["party_id"], unique=False)
    op.create_index(
        "ix_base_address_search", "base_address", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_affiliation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("person_id <> organisation_id", name=op.f("ck_base_affiliation_two_parties")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["base_party.id"],
            name=op.f("fk_base_affiliation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["base_party.id"], name=op.f("fk_base_affiliation_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_affiliation")),
        sa.UniqueConstraint("person_id", "organisation_id", name="uq_base_affiliation_once"),
    )
    op.create_index(
        op.f("ix_base_affiliation_organisation_id"), "base_affiliation", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_base_affiliation_person_id"), "base_affiliation", ["person_id"], unique=False)
    op.create_table(
        "base_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("wording_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('any', 'email', 'phone', 'sms', 'post')", name=op.f("ck_base_consent_channel_choice")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'paper', 'call', 'mail', 'meeting', 'import', 'api')",
            name=op.f("ck_base_consent_source_choice"),
        ),
        sa.CheckConstraint("status IN ('given', 'withdrawn')", name=op.f("ck_base_consent_status_choice")),
        sa.ForeignKeyConstraint(["by_id"], ["core_user.id"], name=op.f("fk_base_consent_by_id")),
        sa.ForeignKeyConstraint(["party_id"], ["base_party.id"], name=op.f("fk_base_consent_party_id")),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["base_consent_wording.id"], name=op.f("fk_base_consent_wording_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_consent")),
    )
    op.create_index(op.f("ix_base_consent_by_id"), "base_consent", ["by_id"], unique=False)
    op.create_index(op.f("ix_base_consent_party_id"), "base_consent", ["party_id"], unique=False)
    op.create_index(
        "ix_base_consent_state", "base_consent", ["party_id", "purpose", "channel", "at", "id"], unique=False
    )
    op.create_index(op.f("ix_base_consent_wording_id"), "base_consent", ["wording_id"], unique=False)
    op.create_table(
        "base_contact_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=True),
        sa.Column("key", sa.String(length=254), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'phone')", name=op.f("ck_base_contact_point_kind_choice")),
        sa.CheckConstraint("value <> ''", name=op.f("ck_base_contact_point_value_not_empty")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_contact_point_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_contact_point")),
        sa.UniqueConstraint("party_id", "kind", "value", name="uq_base_contact_point_once"),
    )
    op.create_index(
        "ix_base_contact_point_key",
        "base_contact_point",
        ["kind", "key"],
        unique=False,
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.create_index(op.f("ix_base_contact_point_party_id"), "base_contact_point", ["party_id"], unique=False)
    op.create_table(
        "base_external_system",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.String(length=400), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_base_external_system_name_not_empty")),
        sa.CheckConstraint("scope IN ('all', 'known')", name=op.f("ck_base_external_system_scope_choice")),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["core_api_token.id"],
            name=op.f("fk_base_external_system_token_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_external_system")),
        sa.UniqueConstraint("name", name="uq_base_external_system_name_once"),
        sa.UniqueConstraint("token_id", name="uq_base_external_system_token_once"),
    )
    op.create_index(
        op.f("ix_base_external_system_token_id"), "base_external_system", ["token_id"], unique=False
    )
    op.create_table(
        "base_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_base_file_name_not_empty")),
        sa.CheckConstraint("size = octet_length(content)", name=op.f("ck_base_file_size_is_true")),
        sa.ForeignKeyConstraint(["author_id"], ["core_user.id"], name=op.f("fk_base_file_author_id")),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_base_file_company_id")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_file_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_file")),
    )
    op.create_index(op.f("ix_base_file_author_id"), "base_file", ["author_id"], unique=False)
    op.create_index(op.f("ix_base_file_company_id"), "base_file", ["company_id"], unique=False)
    op.create_index("ix_base_file_of_record", "base_file", ["model", "record_id"], unique=False)
    op.create_index(op.f("ix_base_file_party_id"), "base_file", ["party_id"], unique=False)
    op.create_index(
        "ix_base_file_search", "base_file", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "base_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("record_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=40), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", postgresql.JSONB(), nullable=True),
        sa.Column("request_id", sa.String(length=40), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("tone", sa.String(length=10), server_default="", nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('note', 'event', 'mail', 'change')", name=op.f("ck_base_message_kind_choice")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["core_user.id"], name=op.f("fk_base_message_author_id")),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_base_message_company_id")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_message_party_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_message")),
    )
    op.create_index(op.f("ix_base_message_author_id"), "base_message", ["author_id"], unique=False)
    op.create_index(op.f("ix_base_message_company_id"), "base_message", ["company_id"], unique=False)
    op.create_index(
        "ix_base_message_of_party",
        "base_message",
        ["party_id", "at", "id"],
        unique=False,
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.create_index(
        "ix_base_message_of_record", "base_message", ["model", "record_id", "at", "id"], unique=False
    )
    op.create_index(op.f("ix_base_message_party_id"), "base_message", ["party_id"], unique=False)
    op.create_table(
        "base_party_merge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_base_party_merge_two_parties")),
        sa.ForeignKeyConstraint(["by_id"], ["core_user.id"], name=op.f("fk_base_party_merge_by_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["base_party.id"], name=op.f("fk_base_party_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["base_party.id"], name=op.f("fk_base_party_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_party_merge")),
    )
    op.create_index(op.f("ix_base_party_merge_by_id"), "base_party_merge", ["by_id"], unique=False)
    op.create_index(op.f("ix_base_party_merge_kept_id"), "base_party_merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_base_party_merge_merged_id"), "base_party_merge", ["merged_id"], unique=False)
    op.create_table(
        "base_party_tag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_party_tag_party_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["base_tag.id"], name=op.f("fk_base_party_tag_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_party_tag")),
        sa.UniqueConstraint("party_id", "tag_id", name="uq_base_party_tag_once"),
    )
    op.create_index(op.f("ix_base_party_tag_party_id"), "base_party_tag", ["party_id"], unique=False)
    op.create_index(op.f("ix_base_party_tag_tag_id"), "base_party_tag", ["tag_id"], unique=False)
    op.create_table(
        "base_retention_refusal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["base_retention_run.id"],
            name=op.f("fk_base_retention_refusal_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_retention_refusal")),
    )
    op.create_index(
        op.f("ix_base_retention_refusal_run_id"), "base_retention_refusal", ["run_id"], unique=False
    )
    op.create_table(
        "base_external_id",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=False),
        sa.Column("system_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("external_id <> ''", name=op.f("ck_base_external_id_number_not_empty")),
        sa.ForeignKeyConstraint(
            ["party_id"], ["base_party.id"], name=op.f("fk_base_external_id_party_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["base_external_system.id"],
            name=op.f("fk_base_external_id_system_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_external_id")),
        sa.UniqueConstraint("system_id", "external_id", name="uq_base_external_id_number_once"),
    )
    op.create_index(op.f("ix_base_external_id_party_id"), "base_external_id", ["party_id"], unique=False)
    op.create_index(op.f("ix_base_external_id_system_id"), "base_external_id", ["system_id"], unique=False)
    op.create_table(
        "base_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("mentioned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_base_notice_company_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["base_message.id"], name=op.f("fk_base_notice_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_base_notice_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_notice")),
        sa.UniqueConstraint("user_id", "message_id", name="uq_base_notice_once"),
    )
    op.create_index(op.f("ix_base_notice_company_id"), "base_notice", ["company_id"], unique=False)
    op.create_index(op.f("ix_base_notice_message_id"), "base_notice", ["message_id"], unique=False)
    op.create_index(
        "ix_base_notice_unread",
        "base_notice",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(op.f("ix_base_notice_user_id"), "base_notice", ["user_id"], unique=False)
    op.create_table(
        "base_owned_field",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("system_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["base_external_system.id"],
            name=op.f("fk_base_owned_field_system_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base_owned_field")),
        sa.UniqueConstraint("field", name="uq_base_owned_field_one_owner"),
    )
    op.create_index(op.f("ix_base_owned_field_system_id"), "base_owned_field", ["system_id"], unique=False)
    op.create_index(op.f("ix_core_company_party_id"), "core_company", ["party_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_core_company_party_id"), "core_company", "base_party", ["party_id"], ["id"], use_alter=True
    )
    op.execute(
        """CREATE FUNCTION base_activity_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION base_consent_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
              blanked text[] := ARRAY['evidence', 'updated_at'];
            BEGIN
              IF TG_OP = 'UPDATE' AND NEW.evidence IS NULL
                 AND (to_jsonb(NEW) - blanked) = (to_jsonb(OLD) - blanked)
                 AND EXISTS (SELECT 1 FROM base_party
                              WHERE id = OLD.party_id AND anonymised_at IS NOT NULL) THEN
                RETURN NEW;
              END IF;
              RAISE EXCEPTION 'the consent log is only added to: note what is true now';
            END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION base_consent_wording_words_are_final() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
              RAISE EXCEPTION 'the words of % were shown to people: add a version', OLD.purpose;
            END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION base_exchange_rate_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION base_file_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION base_message_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION base_notice_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
    SELECT 'message_id', t.id, t.company_id FROM base_message t WHERE t.id = NEW.message_id
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
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON base_activity FOR EACH ROW EXECUTE FUNCTION base_activity_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON base_consent FOR EACH ROW EXECUTE FUNCTION base_consent_append_only()"""
    )
    op.execute(
        """CREATE TRIGGER words_are_final BEFORE UPDATE OR DELETE ON base_consent_wording FOR EACH ROW EXECUTE FUNCTION base_consent_wording_words_are_final()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON base_exchange_rate FOR EACH ROW EXECUTE FUNCTION base_exchange_rate_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON base_file FOR EACH ROW EXECUTE FUNCTION base_file_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON base_message FOR EACH ROW EXECUTE FUNCTION base_message_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER INSERT OR UPDATE OF company_id, message_id ON base_notice FOR EACH ROW EXECUTE FUNCTION base_notice_same_company()"""
    )


def downgrade():
    op.drop_constraint(op.f("fk_core_company_party_id"), "core_company", type_="foreignkey")
    op.drop_index(op.f("ix_core_company_party_id"), table_name="core_company")
    op.drop_column("core_company", "party_id")
    op.drop_index(op.f("ix_base_owned_field_system_id"), table_name="base_owned_field")
    op.drop_table("base_owned_field")
    op.drop_index(op.f("ix_base_notice_user_id"), table_name="base_notice")
    op.drop_index(
        "ix_base_notice_unread", table_name="base_notice", postgresql_where=sa.text("read_at IS NULL")
    )
    op.drop_index(op.f("ix_base_notice_message_id"), table_name="base_notice")
    op.drop_index(op.f("ix_base_notice_company_id"), table_name="base_notice")
    op.drop_table("base_notice")
    op.drop_index(op.f("ix_base_external_id_system_id"), table_name="base_external_id")
    op.drop_index(op.f("ix_base_external_id_party_id"), table_name="base_external_id")
    op.drop_table("base_external_id")
    op.drop_index(op.f("ix_base_retention_refusal_run_id"), table_name="base_retention_refusal")
    op.drop_table("base_retention_refusal")
    op.drop_index(op.f("ix_base_party_tag_tag_id"), table_name="base_party_tag")
    op.drop_index(op.f("ix_base_party_tag_party_id"), table_name="base_party_tag")
    op.drop_table("base_party_tag")
    op.drop_index(op.f("ix_base_party_merge_merged_id"), table_name="base_party_merge")
    op.drop_index(op.f("ix_base_party_merge_kept_id"), table_name="base_party_merge")
    op.drop_index(op.f("ix_base_party_merge_by_id"), table_name="base_party_merge")
    op.drop_table("base_party_merge")
    op.drop_index(op.f("ix_base_message_party_id"), table_name="base_message")
    op.drop_index("ix_base_message_of_record", table_name="base_message")
    op.drop_index(
        "ix_base_message_of_party",
        table_name="base_message",
        postgresql_where=sa.text("party_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_base_message_company_id"), table_name="base_message")
    op.drop_index(op.f("ix_base_message_author_id"), table_name="base_message")
    op.drop_table("base_message")
    op.drop_index("ix_base_file_search", table_name="base_file", postgresql_using="gin")
    op.drop_index(op.f("ix_base_file_party_id"), table_name="base_file")
    op.drop_index("ix_base_file_of_record", table_name="base_file")
    op.drop_index(op.f("ix_base_file_company_id"), table_name="base_file")
    op.drop_index(op.f("ix_base_file_author_id"), table_name="base_file")
    op.drop_table("base_file")
    op.drop_index(op.f("ix_base_external_system_token_id"), table_name="base_external_system")
    op.drop_table("base_external_system")
    op.drop_index(op.f("ix_base_contact_point_party_id"), table_name="base_contact_point")
    op.drop_index(
        "ix_base_contact_point_key",
        table_name="base_contact_point",
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.drop_table("base_contact_point")
    op.drop_index(op.f("ix_base_consent_wording_id"), table_name="base_consent")
    op.drop_index("ix_base_consent_state", table_name="base_consent")
    op.drop_index(op.f("ix_base_consent_party_id"), table_name="base_consent")
    op.drop_index(op.f("ix_base_consent_by_id"), table_name="base_consent")
    op.drop_table("base_consent")
    op.drop_index(op.f("ix_base_affiliation_person_id"), table_name="base_affiliation")
    op.drop_index(op.f("ix_base_affiliation_organisation_id"), table_name="base_affiliation")
    op.drop_table("base_affiliation")
    op.drop_index("ix_base_address_search", table_name="base_address", postgresql_using="gin")
    op.drop_index(op.f("ix_base_address_party_id"), table_name="base_address")
    op.drop_table("base_address")
    op.drop_index("ix_base_activity_search", table_name="base_activity", postgresql_using="gin")
    op.drop_index(op.f("ix_base_activity_party_id"), table_name="base_activity")
    op.drop_index("ix_base_activity_of_record", table_name="base_activity")
    op.drop_index(
        "ix_base_activity_mine", table_name="base_activity", postgresql_where=sa.text("done_at IS NULL")
    )
    op.drop_index(op.f("ix_base_activity_company_id"), table_name="base_activity")
    op.drop_index(op.f("ix_base_activity_assignee_id"), table_name="base_activity")
    op.drop_table("base_activity")
    op.drop_index("ix_base_retention_run_newest", table_name="base_retention_run")
    op.drop_index(op.f("ix_base_retention_run_by_id"), table_name="base_retention_run")
    op.drop_table("base_retention_run")
    op.drop_index("ix_base_party_search", table_name="base_party", postgresql_using="gin")
    op.drop_index(
        "ix_base_party_phone_key", table_name="base_party", postgresql_where=sa.text("phone_key IS NOT NULL")
    )
    op.drop_index(op.f("ix_base_party_parent_id"), table_name="base_party")
    op.drop_index(op.f("ix_base_party_owner_id"), table_name="base_party")
    op.drop_index(
        "ix_base_party_name_key", table_name="base_party", postgresql_ops={"name_key": "text_pattern_ops"}
    )
    op.drop_index(op.f("ix_base_party_merged_into_id"), table_name="base_party")
    op.drop_index(
        "ix_base_party_external_ref",
        table_name="base_party",
        postgresql_where=sa.text("external_ref IS NOT NULL"),
    )
    op.drop_index(
        "ix_base_party_email_key", table_name="base_party", postgresql_where=sa.text("email_key IS NOT NULL")
    )
    op.drop_index(
        "ix_base_party_domain_key",
        table_name="base_party",
        postgresql_where=sa.text("domain_key IS NOT NULL"),
    )
    op.drop_index("ix_base_party_by_name", table_name="base_party")
    op.drop_table("base_party")
    op.drop_index(op.f("ix_base_follower_user_id"), table_name="base_follower")
    op.drop_table("base_follower")
    op.drop_index(op.f("ix_base_calendar_feed_user_id"), table_name="base_calendar_feed")
    op.drop_table("base_calendar_feed")
    op.drop_index(op.f("ix_base_exchange_rate_company_id"), table_name="base_exchange_rate")
    op.drop_table("base_exchange_rate")
    op.drop_table("base_tag")
    op.drop_table("base_retention_rule")
    op.drop_index("ix_base_mail_template_of_model", table_name="base_mail_template")
    op.drop_table("base_mail_template")
    op.drop_index("ix_base_currency_search", table_name="base_currency", postgresql_using="gin")
    op.drop_table("base_currency")
    op.drop_index("ix_base_country_search", table_name="base_country", postgresql_using="gin")
    op.drop_table("base_country")
    op.drop_table("base_consent_wording")
    op.execute("DROP FUNCTION base_activity_same_company()")
    op.execute("DROP FUNCTION base_consent_append_only()")
    op.execute("DROP FUNCTION base_consent_wording_words_are_final()")
    op.execute("DROP FUNCTION base_exchange_rate_same_company()")
    op.execute("DROP FUNCTION base_file_same_company()")
    op.execute("DROP FUNCTION base_message_same_company()")
    op.execute("DROP FUNCTION base_notice_same_company()")
