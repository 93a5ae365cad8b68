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
        "core_addon",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("installed_version", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("enabled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owned", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_addon")),
        sa.UniqueConstraint("name", name=op.f("uq_core_addon_name")),
    )
    op.create_table(
        "core_addon_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("addon_name", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("archive", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_addon_event")),
    )
    op.create_index(op.f("ix_core_addon_event_addon_name"), "core_addon_event", ["addon_name"], unique=False)
    op.create_table(
        "core_audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
    )
    op.create_index(
        "ix_core_audit_deleted",
        "core_audit",
        ["model", "id"],
        unique=False,
        postgresql_where=sa.text("action = 'delete'"),
    )
    op.create_index("ix_core_audit_record", "core_audit", ["model", "record_id", "id"], unique=False)
    op.create_index("ix_core_audit_user", "core_audit", ["user_id", "id"], unique=False)
    op.create_index("ix_core_audit_when", "core_audit", ["at"], unique=False, postgresql_using="brin")
    op.create_table(
        "core_company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("tz", sa.String(length=40), nullable=False),
        sa.Column("vat_number", sa.String(length=20), nullable=True),
        sa.Column("registration_number", sa.String(length=20), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_company")),
    )
    op.create_table(
        "core_encryption_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("wrapped", sa.String(length=120), nullable=False),
        sa.Column("master", sa.String(length=16), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_encryption_key")),
    )
    op.create_index(
        "uq_core_encryption_key_current",
        "core_encryption_key",
        [sa.literal_column("(retired_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "core_idempotency_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_idempotency_key")),
        sa.UniqueConstraint("user_id", "key", name="uq_core_idempotency_key_user_key"),
    )
    op.create_table(
        "core_import_mapping",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("headings", sa.String(length=64), nullable=False),
        sa.Column("mapping", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_import_mapping")),
        sa.UniqueConstraint("model", "headings", name="uq_core_import_mapping_headings"),
    )
    op.create_table(
        "core_login_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_login_attempt")),
        sa.UniqueConstraint("key", name="uq_core_login_attempt_key"),
    )
    op.create_table(
        "core_webhook",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.String(length=120)), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook")),
    )
    op.create_table(
        "core_workspace",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("registry_version", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("setup_hash", sa.String(length=64), nullable=True),
        sa.Column("demo", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_workspace")),
    )
    op.create_table(
        "core_company_app",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("addon_name", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_core_company_app_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_company_app")),
        sa.UniqueConstraint("company_id", "addon_name", name="uq_core_company_app_one"),
    )
    op.create_table(
        "core_counter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_counter_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_counter")),
        sa.UniqueConstraint("company_id", "key", "period", name="uq_core_counter_one"),
    )
    op.create_table(
        "core_mail",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.String(length=320)), nullable=False),
        sa.Column("reply_to", sa.String(length=320), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record_model", sa.String(length=80), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("opens_model", sa.String(length=80), nullable=True),
        sa.Column("opens_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'sent', 'failed')", name=op.f("ck_core_mail_status_choice")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_mail_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_core_mail_message_id")),
    )
    op.create_index(op.f("ix_core_mail_company_id"), "core_mail", ["company_id"], unique=False)
    op.create_table(
        "core_setting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_setting_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_setting")),
        sa.UniqueConstraint(
            "company_id", "key", name="uq_core_setting_one", postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "core_user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("tz", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("density", sa.String(length=20), nullable=False),
        sa.Column("single_keys", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("search_tokens", postgresql.TSVECTOR(), server_default="", nullable=False),
        sa.CheckConstraint("density IN ('compact', 'comfortable')", name=op.f("ck_core_user_density_choice")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_core_user_theme_choice")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_core_user_email_lower")),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_user_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user")),
        sa.UniqueConstraint("email", name="uq_core_user_email"),
    )
    op.create_index(
        "ix_core_user_search", "core_user", ["search_tokens"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "core_webhook_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=120), nullable=False),
        sa.Column("record_model", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'delivered', 'failed')",
            name=op.f("ck_core_webhook_delivery_status_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_core_webhook_delivery_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["core_webhook.id"],
            name=op.f("fk_core_webhook_delivery_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_delivery")),
    )
    op.create_index(
        "ix_core_webhook_delivery_webhook_status",
        "core_webhook_delivery",
        ["webhook_id", "status", "id"],
        unique=False,
    )
    op.create_table(
        "core_api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.String(length=80)), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_api_token_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_api_token")),
        sa.UniqueConstraint("token_hash", name="uq_core_api_token_token"),
    )
    op.create_index(op.f("ix_core_api_token_user_id"), "core_api_token", ["user_id"], unique=False)
    op.create_table(
        "core_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('import', 'action', 'edit')", name=op.f("ck_core_batch_kind_choice")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'undone')",
            name=op.f("ck_core_batch_state_choice"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_batch_company_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_batch_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_batch")),
    )
    op.create_index(op.f("ix_core_batch_user_id"), "core_batch", ["user_id"], unique=False)
    op.create_table(
        "core_device",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_device_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_device")),
        sa.UniqueConstraint("token_hash", "user_id", name="uq_core_device_once"),
    )
    op.create_index(op.f("ix_core_device_user_id"), "core_device", ["user_id"], unique=False)
    op.create_table(
        "core_favourite",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_favourite_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_favourite")),
        sa.UniqueConstraint("user_id", "url", name="uq_core_favourite_once"),
    )
    op.create_table(
        "core_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["core_user.id"],
            name=op.f("fk_core_invitation_invited_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_invitation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_invitation")),
        sa.UniqueConstraint("token_hash", name="uq_core_invitation_token"),
    )
    op.create_index(op.f("ix_core_invitation_user_id"), "core_invitation", ["user_id"], unique=False)
    op.create_table(
        "core_mail_attachment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["core_mail.id"], name=op.f("fk_core_mail_attachment_mail_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mail_attachment")),
    )
    op.create_index(
        op.f("ix_core_mail_attachment_mail_id"), "core_mail_attachment", ["mail_id"], unique=False
    )
    op.create_table(
        "core_password_reset",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_password_reset_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_password_reset")),
        sa.UniqueConstraint("token_hash", name="uq_core_password_reset_token"),
    )
    op.create_index(op.f("ix_core_password_reset_user_id"), "core_password_reset", ["user_id"], unique=False)
    op.create_table(
        "core_recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_recovery_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_recovery_code")),
    )
    op.create_index(op.f("ix_core_recovery_code_user_id"), "core_recovery_code", ["user_id"], unique=False)
    op.create_table(
        "core_saved_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("list_name", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=4000), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_saved_view_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_saved_view")),
    )
    op.create_index("ix_core_saved_view_model", "core_saved_view", ["model"], unique=False)
    op.create_index("ix_core_saved_view_owner", "core_saved_view", ["user_id", "model"], unique=False)
    op.create_index(op.f("ix_core_saved_view_user_id"), "core_saved_view", ["user_id"], unique=False)
    op.create_table(
        "core_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("all_companies", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["core_company.id"], name=op.f("fk_core_session_company_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_session")),
        sa.UniqueConstraint("token_hash", name="uq_core_session_token"),
    )
    op.create_index(op.f("ix_core_session_user_id"), "core_session", ["user_id"], unique=False)
    op.create_table(
        "core_sign_in_ticket",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_sign_in_ticket_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_sign_in_ticket")),
        sa.UniqueConstraint("token_hash", name="uq_core_sign_in_ticket_token"),
    )
    op.create_index(op.f("ix_core_sign_in_ticket_user_id"), "core_sign_in_ticket", ["user_id"], unique=False)
    op.create_table(
        "core_user_company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["core_company.id"], name=op.f("fk_core_user_company_company_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_company_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user_company")),
        sa.UniqueConstraint("user_id", "company_id", name="uq_core_user_company_once"),
    )
    op.create_index(
        op.f("ix_core_user_company_company_id"), "core_user_company", ["company_id"], unique=False
    )
    op.create_table(
        "core_user_role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user_role")),
        sa.UniqueConstraint("user_id", "role", name="uq_core_user_role_once"),
    )
    op.create_table(
        "core_batch_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["core_batch.id"], name=op.f("fk_core_batch_entry_batch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_batch_entry")),
    )
    op.create_index("ix_core_batch_entry_of_batch", "core_batch_entry", ["batch_id", "row"], unique=False)
    op.execute(
        """CREATE FUNCTION core_api_token_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'What was ended stays ended, and belongs to one user: sign in again, or make a new token.'; END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  erased text[] := ARRAY['changes', 'reason'];
  here text := 'transaction ' || pg_current_xact_id();
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('passerelle.erasing', true) = 'on'
     AND (to_jsonb(NEW) - erased) = (to_jsonb(OLD) - erased)
     AND (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.changes) k) IS NOT DISTINCT FROM
         (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(OLD.changes) k) THEN
    INSERT INTO core_audit (at, created_at, updated_at, action, model, changes, request_id, reason)
      SELECT clock_timestamp(), now(), now(), 'erase', 'core.audit', '{}', here, 'erase a person'
       WHERE NOT EXISTS (SELECT FROM core_audit WHERE model = 'core.audit' AND action = 'erase'
                            AND request_id = here AND created_at = now());
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is only added to';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_audit_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  erased text[] := ARRAY['changes', 'reason'];
  here text := 'transaction ' || pg_current_xact_id();
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('passerelle.erasing', true) = 'on'
     AND (to_jsonb(NEW) - erased) = (to_jsonb(OLD) - erased)
     AND (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.changes) k) IS NOT DISTINCT FROM
         (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(OLD.changes) k) THEN
    INSERT INTO core_audit (at, created_at, updated_at, action, model, changes, request_id, reason)
      SELECT clock_timestamp(), now(), now(), 'erase', 'core.audit', '{}', here, 'erase a person'
       WHERE NOT EXISTS (SELECT FROM core_audit WHERE model = 'core.audit' AND action = 'erase'
                            AND request_id = here AND created_at = now());
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is only added to';
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_audit_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_batch_entry_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM core_batch new_o WHERE new_o.id = NEW.batch_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM core_batch old_o WHERE old_o.id = OLD.batch_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_batch_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_company_app_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_counter_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'A number that was given stays given: a counter only grows.'; END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_counter_only_grows() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'A number that was given stays given: a counter only grows.'; END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_counter_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_mail_attachment_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  own bigint := (SELECT new_o.company_id FROM core_mail new_o WHERE new_o.id = NEW.mail_id);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (SELECT old_o.company_id FROM core_mail old_o WHERE old_o.id = OLD.mail_id) IS DISTINCT FROM own THEN
      RAISE EXCEPTION 'the row stays in its company'
        USING CONSTRAINT = 'company_is_final', TABLE = TG_TABLE_NAME, DETAIL = NEW.id;
    END IF;
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_mail_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_session_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'What was ended stays ended, and belongs to one user: sign in again, or make a new token.'; END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_setting_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE FUNCTION core_user_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'A user is never deleted, for documents name who wrote them: deactivate instead.'; END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_user_one_administrator() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM 1 FROM core_user_role WHERE role = 'base.admin' ORDER BY id FOR UPDATE;
  IF EXISTS (SELECT FROM core_user_role WHERE role = 'base.admin' AND user_id = OLD.id)
     AND NOT EXISTS (SELECT FROM core_user_role r JOIN core_user u ON u.id = r.user_id
                      WHERE r.role = 'base.admin' AND u.active) THEN
    RAISE EXCEPTION 'The last administrator stays: make someone else an administrator first.';
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_user_role_one_administrator() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM 1 FROM core_user_role WHERE role = 'base.admin' ORDER BY id FOR UPDATE;
  IF EXISTS (SELECT FROM core_user WHERE active AND id = OLD.user_id)
     AND NOT EXISTS (SELECT FROM core_user_role r JOIN core_user u ON u.id = r.user_id
                      WHERE r.role = 'base.admin' AND u.active) THEN
    RAISE EXCEPTION 'The last administrator stays: make someone else an administrator first.';
  END IF;
  RETURN NULL;
END;
$body$"""
    )
    op.execute(
        """CREATE FUNCTION core_webhook_delivery_same_company() RETURNS trigger LANGUAGE plpgsql AS $body$
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
        """CREATE TRIGGER stays_ended BEFORE UPDATE ON core_api_token FOR EACH ROW WHEN (OLD.user_id <> NEW.user_id OR OLD.scopes <> NEW.scopes OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at AND OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION core_api_token_stays_ended()"""
    )
    op.execute(
        """CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON core_audit FOR EACH ROW EXECUTE FUNCTION core_audit_append_only()"""
    )
    op.execute(
        """CREATE TRIGGER not_emptied BEFORE TRUNCATE ON core_audit FOR EACH STATEMENT EXECUTE FUNCTION core_audit_not_emptied()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_audit FOR EACH ROW EXECUTE FUNCTION core_audit_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_batch FOR EACH ROW EXECUTE FUNCTION core_batch_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF batch_id ON core_batch_entry FOR EACH ROW EXECUTE FUNCTION core_batch_entry_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_company_app FOR EACH ROW EXECUTE FUNCTION core_company_app_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_deleted BEFORE DELETE ON core_counter FOR EACH ROW EXECUTE FUNCTION core_counter_never_deleted()"""
    )
    op.execute(
        """CREATE TRIGGER only_grows BEFORE UPDATE ON core_counter FOR EACH ROW WHEN (NEW.value < OLD.value OR NEW.company_id <> OLD.company_id OR NEW.key <> OLD.key OR NEW.period <> OLD.period) EXECUTE FUNCTION core_counter_only_grows()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_counter FOR EACH ROW EXECUTE FUNCTION core_counter_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_mail FOR EACH ROW EXECUTE FUNCTION core_mail_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF mail_id ON core_mail_attachment FOR EACH ROW EXECUTE FUNCTION core_mail_attachment_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER stays_ended BEFORE UPDATE ON core_session FOR EACH ROW WHEN (OLD.user_id <> NEW.user_id OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at AND OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION core_session_stays_ended()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_setting FOR EACH ROW EXECUTE FUNCTION core_setting_same_company()"""
    )
    op.execute(
        """CREATE TRIGGER never_deleted BEFORE DELETE ON core_user FOR EACH ROW EXECUTE FUNCTION core_user_never_deleted()"""
    )
    op.execute(
        """CREATE TRIGGER one_administrator AFTER UPDATE ON core_user FOR EACH ROW WHEN (OLD.active AND NOT NEW.active) EXECUTE FUNCTION core_user_one_administrator()"""
    )
    op.execute(
        """CREATE TRIGGER one_administrator AFTER UPDATE OR DELETE ON core_user_role FOR EACH ROW WHEN (OLD.role = 'base.admin') EXECUTE FUNCTION core_user_role_one_administrator()"""
    )
    op.execute(
        """CREATE TRIGGER same_company AFTER UPDATE OF company_id ON core_webhook_delivery FOR EACH ROW EXECUTE FUNCTION core_webhook_delivery_same_company()"""
    )


def downgrade():
    op.drop_index("ix_core_batch_entry_of_batch", table_name="core_batch_entry")
    op.drop_table("core_batch_entry")
    op.drop_table("core_user_role")
    op.drop_index(op.f("ix_core_user_company_company_id"), table_name="core_user_company")
    op.drop_table("core_user_company")
    op.drop_index(op.f("ix_core_sign_in_ticket_user_id"), table_name="core_sign_in_ticket")
    op.drop_table("core_sign_in_ticket")
    op.drop_index(op.f("ix_core_session_user_id"), table_name="core_session")
    op.drop_table("core_session")
    op.drop_index(op.f("ix_core_saved_view_user_id"), table_name="core_saved_view")
    op.drop_index("ix_core_saved_view_owner", table_name="core_saved_view")
    op.drop_index("ix_core_saved_view_model", table_name="core_saved_view")
    op.drop_table("core_saved_view")
    op.drop_index(op.f("ix_core_recovery_code_user_id"), table_name="core_recovery_code")
    op.drop_table("core_recovery_code")
    op.drop_index(op.f("ix_core_password_reset_user_id"), table_name="core_password_reset")
    op.drop_table("core_password_reset")
    op.drop_index(op.f("ix_core_mail_attachment_mail_id"), table_name="core_mail_attachment")
    op.drop_table("core_mail_attachment")
    op.drop_index(op.f("ix_core_invitation_user_id"), table_name="core_invitation")
    op.drop_table("core_invitation")
    op.drop_table("core_favourite")
    op.drop_index(op.f("ix_core_device_user_id"), table_name="core_device")
    op.drop_table("core_device")
    op.drop_index(op.f("ix_core_batch_user_id"), table_name="core_batch")
    op.drop_table("core_batch")
    op.drop_index(op.f("ix_core_api_token_user_id"), table_name="core_api_token")
    op.drop_table("core_api_token")
    op.drop_index("ix_core_webhook_delivery_webhook_status", table_name="core_webhook_delivery")
    op.drop_table("core_webhook_delivery")
    op.drop_index("ix_core_user_search", table_name="core_user", postgresql_using="gin")
    op.drop_table("core_user")
    op.drop_table("core_setting")
    op.drop_index(op.f("ix_core_mail_company_id"), table_name="core_mail")
    op.drop_table("core_mail")
    op.drop_table("core_counter")
    op.drop_table("core_company_app")
    op.drop_table("core_workspace")
    op.drop_table("core_webhook")
    op.drop_table("core_login_attempt")
    op.drop_table("core_import_mapping")
    op.drop_table("core_idempotency_key")
    op.drop_index(
        "uq_core_encryption_key_current",
        table_name="core_encryption_key",
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_table("core_encryption_key")
    op.drop_table("core_company")
    op.drop_index("ix_core_audit_when", table_name="core_audit", postgresql_using="brin")
    op.drop_index("ix_core_audit_user", table_name="core_audit")
    op.drop_index("ix_core_audit_record", table_name="core_audit")
    op.drop_index(
        "ix_core_audit_deleted", table_name="core_audit", postgresql_where=sa.text("action = 'delete'")
    )
    op.drop_table("core_audit")
    op.drop_index(op.f("ix_core_addon_event_addon_name"), table_name="core_addon_event")
    op.drop_table("core_addon_event")
    op.drop_table("core_addon")
    op.execute("DROP FUNCTION core_api_token_stays_ended()")
    op.execute("DROP FUNCTION core_audit_append_only()")
    op.execute("DROP FUNCTION core_audit_not_emptied()")
    op.execute("DROP FUNCTION core_audit_same_company()")
    op.execute("DROP FUNCTION core_batch_entry_same_company()")
    op.execute("DROP FUNCTION core_batch_same_company()")
    op.execute("DROP FUNCTION core_company_app_same_company()")
    op.execute("DROP FUNCTION core_counter_never_deleted()")
    op.execute("DROP FUNCTION core_counter_only_grows()")
    op.execute("DROP FUNCTION core_counter_same_company()")
    op.execute("DROP FUNCTION core_mail_attachment_same_company()")
    op.execute("DROP FUNCTION core_mail_same_company()")
    op.execute("DROP FUNCTION core_session_stays_ended()")
    op.execute("DROP FUNCTION core_setting_same_company()")
    op.execute("DROP FUNCTION core_user_never_deleted()")
    op.execute("DROP FUNCTION core_user_one_administrator()")
    op.execute("DROP FUNCTION core_user_role_one_administrator()")
    op.execute("DROP FUNCTION core_webhook_delivery_same_company()")
