"""Rules for statement lines: made by users, or learned from what they accepted."""

from decimal import Decimal

import regex
from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from addons.base.models import Party
from addons.catalog.models import Tax
from addons.erp_accounting.models.account import Account
from addons.erp_accounting.models.bank import BankAccount
from addons.erp_accounting.models.entry import AMOUNTS
from core.api import Choice, CompanyOwned, Env, Invalid, Model, Money, _, about, choice, link, reference


class RuleDirection(Choice):
    ANY = "any", _("In or out")
    IN = "in", _("Received")
    OUT = "out", _("Sent")


class BankRule(CompanyOwned, Model, name="bank_rule"):
    """When every condition that is filled in holds, the line is booked as the rule says.

    Learned rules are ordinary rules: they may be read, changed and switched off.
    """

    __label__ = _("Bank rule")
    __labels__ = _("Bank rules")
    __searchable__ = ("name", "contains", "partner_iban")

    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    position: Mapped[int] = mapped_column(
        Integer,
        default=10,
        server_default="10",
        info=about(_("Rank"), help=_("The first that fits is proposed.")),
    )
    bank_account_id: Mapped[int | None] = reference(
        "erp_accounting.bank_account",
        nullable=True,
        index=False,
        info=about(_("Bank account"), help=_("Empty: all of them.")),
    )
    bank_account: Mapped[BankAccount | None] = link("erp_accounting.bank_account")
    contains: Mapped[str] = mapped_column(
        String(200),
        default="",
        server_default="",
        info=about(_("Text contains"), help=_("Without regard to capitals, accents and punctuation.")),
    )
    pattern: Mapped[str] = mapped_column(
        String(200), default="", server_default="", info=about(_("Regular expression"))
    )
    partner_iban: Mapped[str] = mapped_column(
        String(40), default="", server_default="", info=about(_("Their account"))
    )
    direction: Mapped[RuleDirection] = choice(
        RuleDirection, default=RuleDirection.ANY, info=about(_("Direction"))
    )
    amount_from: Mapped[Decimal | None] = mapped_column(
        Money, info=about(_("Amount from"), help=_("Without sign."), group=AMOUNTS)
    )
    amount_to: Mapped[Decimal | None] = mapped_column(Money, info=about(_("Amount up to"), group=AMOUNTS))
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        index=False,
        info=about(_("Account"), help=_("Empty: the rule only tells whose line it is.")),
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    tax_id: Mapped[int | None] = reference(
        "catalog.tax", nullable=True, index=False, info=about(_("Tax included in the amount"))
    )
    tax: Mapped[Tax | None] = link("catalog.tax")
    party_id: Mapped[int | None] = reference(
        "base.party", nullable=True, info=about(_("Customer or supplier"))
    )
    party: Mapped[Party | None] = link("base.party")
    label: Mapped[str] = mapped_column(
        String(200),
        default="",
        server_default="",
        info=about(_("Label"), help=_("On the entry; the bank's text when empty.")),
    )
    certain: Mapped[bool] = mapped_column(
        Boolean,
        default=False,
        server_default="false",
        info=about(_("Certain"), help=_("“Match all certain lines” applies it without asking.")),
    )
    is_learned: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default="false", info=about(_("Learned"))
    )
    accepted: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", info=about(_("Times accepted"))
    )
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        CheckConstraint(
            "contains <> '' OR pattern <> '' OR partner_iban <> ''"
            " OR amount_from IS NOT NULL OR amount_to IS NOT NULL",
            name="some_condition",
        ),
        CheckConstraint("account_id IS NOT NULL OR party_id IS NOT NULL", name="some_result"),
        CheckConstraint("account_id IS NOT NULL OR tax_id IS NULL", name="tax_needs_account"),
        CheckConstraint("accepted >= 0", name="accepted_not_negative"),
        Index("iban", "company_id", "partner_iban", postgresql_where=text("partner_iban <> ''")),
    )

    def before_save(self, env: Env) -> None:
        """Refuse a pattern that is none, a rule without condition and one without result."""
        super().before_save(env)
        if self.pattern:
            try:
                regex.compile(self.pattern)
            except regex.error as error:
                raise Invalid(
                    fields={"pattern": _("This is no regular expression: {why}.", why=str(error))}
                ) from error
        self.partner_iban = "".join((self.partner_iban or "").split()).upper()
        amounts = (self.amount_from, self.amount_to)
        if not (
            self.contains or self.pattern or self.partner_iban or any(one is not None for one in amounts)
        ):
            raise Invalid(fields={"contains": _("Fill in at least one condition.")})
        if not (self.account_id or self.account or self.party_id or self.party):
            raise Invalid(fields={"account": _("Choose an account, or the customer or supplier.")})
