"""Bank accounts, statements and rules as lists and forms; matching has a screen of its own (web/bank.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_accounting.models import BankAccount, BankLine, BankRule, BankStatement, JournalKind
from addons.erp_accounting.services.bank import statements
from core.api import Action, Column, Field, Form, List, Preset, Section, Smart, _

if TYPE_CHECKING:
    from core.api import Env


def _bank_journals(_env: Env, _record: Any, journal: Any) -> Any:
    return journal.kind == JournalKind.BANK


def _matched_accounts(_env: Env, _record: Any, account: Any) -> Any:
    return account.reconcilable & account.active


def _own(_env: Env, record: Any, account: Any) -> Any:
    return (account.company_id == record.company_id) if record.company_id else account.active


def _matching(_env: Env, statement: Any) -> str:
    return f"/accounting/bank/statement/{statement.id}"


def _line_url(_env: Env, line: Any) -> str:
    return f"/accounting/bank/statement/{line.statement_id}?line={line.id}"


def _left(_env: Env, statement: Any) -> int:
    return int(statement.left)


def _remove(env: Env, statement: BankStatement) -> str:
    statements.remove(env, statement)
    return "/accounting/bank"


BANK = (
    List(
        BankAccount,
        columns=("name", "iban", "bic", "currency", "journal", "active"),
        filters=("currency", "active"),
        default_sort="name",
        empty=_("Add the accounts you have at banks, then import their statements."),
    ),
    Form(
        BankAccount,
        title="title",
        defaults={"currency": lambda env: env.company.currency},
        sections=(
            Section(
                "",
                ("name", "iban", "bic", "number"),
                (Field("journal", options=_bank_journals), "currency", "active"),
            ),
            Section(
                _("Matching"),
                (
                    Field("suspense_account", options=_matched_accounts),
                    Field("transit_account", options=_matched_accounts),
                ),
                ("fee_account", "tolerance"),
            ),
        ),
        smart=(
            Smart(
                "statements",
                _("Statements"),
                icon="file-text",
                target="erp_accounting.bank_statement",
                via="bank_account",
            ),
        ),
    ),
    List(
        BankStatement,
        columns=(
            "name",
            "bank_account",
            "date",
            "opening",
            "closing",
            "currency",
            Column("progress", _("Matched"), tone=lambda one: "ok" if not one.left else "warn"),
            Column("gap", hidden=True),
            Column("format", hidden=True),
            Column("file_name", hidden=True),
            Column("closed_at", hidden=True),
        ),
        filters=("bank_account", "date", "format"),
        default_sort="-date",
        create=False,
        presets=(Preset("all", _("All")),),
        empty=_("Import a file of your bank: it appears here, line by line."),
    ),
    Form(
        BankStatement,
        title="name",
        subtitle=lambda statement: statement.bank_account.title if statement.bank_account else "",
        readonly=True,
        deletable=False,
        sections=(
            Section(
                "",
                ("bank_account", "start_date", "date", "format", "file_name"),
                ("opening", "closing", "gap", "currency", "reference"),
            ),
        ),
        smart=(
            Smart("match", _("To match"), icon="link", count=_left, url=_matching),
            Smart(
                "lines",
                _("Lines"),
                icon="list-details",
                target="erp_accounting.bank_line",
                via="statement",
            ),
        ),
        actions=(
            Action(
                "remove",
                service=_remove,
                label=_("Remove the import…"),
                icon="trash",
                danger=True,
                menu=True,
                role="erp_accounting.accountant",
                visible=lambda statement: not statement.matched_count and statement.closed_at is None,
                confirm=lambda statement: _("Remove {statement}?", statement=statement.name),
                explain=_("Its entries are reversed and its lines are gone. The file can be imported again."),
                keep=_("Keep the statement"),
                done=_("Statement removed."),
            ),
        ),
    ),
    List(
        BankLine,
        columns=(
            "date",
            "label",
            "partner_name",
            "amount",
            "currency",
            "state",
            "party",
            Column("reason", hidden=True),
        ),
        filters=("bank_account", "state", "party", "date"),
        default_sort="-date",
        create=False,
    ),
    Form(
        BankLine,
        title="label",
        status="state",
        readonly=True,
        deletable=False,
        sections=(
            Section(
                "",
                (
                    "statement",
                    "date",
                    "value_date",
                    "amount",
                    "currency",
                    "foreign_amount",
                    "foreign_currency",
                ),
                ("partner_name", "partner_iban", "bank_reference", "end_to_end", "party"),
            ),
            Section(_("Matching"), ("entry", "match_entry", "reason"), ("matched_at", "matched_by")),
        ),
        smart=(Smart("match", _("Match"), icon="link", count=lambda _env, _line: 1, url=_line_url),),
    ),
    List(
        BankRule,
        columns=(
            "name",
            "contains",
            Column("pattern", hidden=True),
            "direction",
            "account",
            "party",
            "certain",
            "is_learned",
            "accepted",
            "active",
            Column("position", hidden=True),
        ),
        filters=("is_learned", "active", "account", "party"),
        default_sort="position",
        empty=_("Rules book what comes back every month. Accepted matches teach some; you make the others."),
    ),
    Form(
        BankRule,
        title="name",
        sections=(
            Section("", ("name", "active"), ("position", "certain")),
            Section(
                _("When"),
                ("contains", "pattern", "partner_iban"),
                ("bank_account", "direction", "amount_from", "amount_to"),
            ),
            Section(
                _("Then"),
                (Field("account", options=_own), "tax"),
                ("party", "label"),
            ),
            Section(
                _("Where it comes from"),
                (Field("is_learned", readonly=True),),
                (Field("accepted", readonly=True),),
            ),
        ),
    ),
)
