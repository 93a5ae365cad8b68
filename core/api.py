"""Everything an addon may import from core. What is not listed here may change without notice."""

from core import uploads
from core.address import AddressUnknown, base_url
from core.builtin.models import Company
from core.env import Env, Who
from core.errors import AddonError, CoreError, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from core.hooks import answers, for_workspace, hookimpl, hookspec
from core.i18n import (
    Text,
    _,
    format_date,
    format_money,
    format_month,
    format_percent,
    format_price,
    format_quantity,
    ngettext,
    parse_date,
    parse_decimal,
    using,
)
from core.jobs import Job, Step, job
from core.mail import LINK as MAIL_LINK
from core.mail import Attachment, Openable
from core.mail import compose as compose_mail
from core.mail import send as send_mail
from core.orm.choices import Choice, ChoiceType, choice
from core.orm.ddl import Trigger
from core.orm.document import Document, DocumentFields
from core.orm.encrypted import EncryptedText, encrypted
from core.orm.exposure import Exposure
from core.orm.model import About, CompanyOwned, Model, about, link, never_open, open_in, open_until, reference
from core.orm.money import (
    HUNDRED,
    ZERO,
    Money,
    Price,
    Quantity,
    Rate,
    currency_quantum,
    round_half_up,
    round_money,
)
from core.orm.search import fold, tokens
from core.orm.services_only import ServicesOnly
from core.orm.sorting import people_order, sort_index
from core.platform import aside, in_company, on_behalf
from core.registry.findings import Finding
from core.registry.manifest import Manifest, Wire
from core.reports import Enclosure, Pdf, Report
from core.reports import render as print_report
from core.reports.headings import heading_of, printed_heading, section_sums
from core.reports.render import reports_for
from core.reports.sheet import XLSX, Head, Row, Sheet, print_sheet, sheet_report, workbook
from core.security.audit import Change, changes_of
from core.security.copying import copied, copied_values
from core.security.document_locks import is_held, note_held, writing_closed, writing_closed_rows
from core.security.encryption import reveal
from core.security.erasure import Erased, Traces, erase, settle_audit
from core.security.erasure.traces import ERASED, words_of
from core.security.models import User
from core.security.roles import Grant, Role
from core.security.secret_tokens import hash_of as hash_of_token
from core.security.secret_tokens import new_token
from core.security.trail import note as note_audit
from core.security.users import who as user_with_rights
from core.views.changes import FieldChange, Saved, Told, told_changes
from core.views.declare import *  # noqa: F403 - its __all__ is the list of declarations
from core.views.declare import __all__ as _views
from core.views.endpoints import Endpoint
from core.views.imports.table import Table, read_table, write_csv
from core.web.pages import action, page
from core.web.request import Fields, Request, Upload
from core.web.results import File, Fragment, Nothing, Outside, Page, Redirect, Toast
from core.webhooks import Webhook, WebhookDelivery
from core.webhooks import emit as emit_event
from core.webhooks import latest as latest_deliveries
from core.webhooks import replay as replay_delivery
from core.webhooks import switch as switch_webhook

__all__ = [
    "EncryptedText",
    "encrypted",
    "reveal",
    "hash_of_token",
    "new_token",
    "MAIL_LINK",
    "Openable",
    "AddressUnknown",
    "workbook",
    "sheet_report",
    "print_sheet",
    "Sheet",
    "Row",
    "Head",
    "XLSX",
    "HUNDRED",
    "ZERO",
    "About",
    "AddonError",
    "Attachment",
    "Choice",
    "ChoiceType",
    "Company",
    "ERASED",
    "Erased",
    "Traces",
    "erase",
    "Change",
    "changes_of",
    "FieldChange",
    "Saved",
    "Told",
    "told_changes",
    "note_audit",
    "settle_audit",
    "words_of",
    "CompanyOwned",
    "CoreError",
    "Document",
    "DocumentFields",
    "is_held",
    "note_held",
    "writing_closed",
    "writing_closed_rows",
    "Env",
    "Fields",
    "File",
    "Enclosure",
    "Endpoint",
    "Exposure",
    "Finding",
    "Grant",
    "Fragment",
    "Invalid",
    "Job",
    "Manifest",
    "Model",
    "Money",
    "NotAllowed",
    "NotFound",
    "Nothing",
    "Outside",
    "Page",
    "Pdf",
    "Price",
    "Quantity",
    "Rate",
    "Role",
    "Redirect",
    "Request",
    "Report",
    "RuleBroken",
    "ServicesOnly",
    "Stale",
    "Step",
    "Text",
    "Toast",
    "Trigger",
    "User",
    "Upload",
    "Webhook",
    "WebhookDelivery",
    "latest_deliveries",
    "replay_delivery",
    "switch_webhook",
    "Who",
    "Wire",
    "_",
    "about",
    "answers",
    "action",
    "aside",
    "base_url",
    "choice",
    "compose_mail",
    "copied",
    "copied_values",
    "currency_quantum",
    "fold",
    "people_order",
    "sort_index",
    "emit_event",
    "for_workspace",
    "never_open",
    "open_in",
    "open_until",
    "hookimpl",
    "hookspec",
    "job",
    "link",
    "ngettext",
    "on_behalf",
    "page",
    "heading_of",
    "print_report",
    "printed_heading",
    "section_sums",
    "reports_for",
    "reference",
    "round_half_up",
    "round_money",
    "send_mail",
    "tokens",
    "uploads",
    "format_date",
    "format_money",
    "format_month",
    "format_percent",
    "format_price",
    "format_quantity",
    "parse_decimal",
    "user_with_rights",
    "using",
    "in_company",
    "parse_date",
    "Table",
    "read_table",
    "write_csv",
    *_views,
]
