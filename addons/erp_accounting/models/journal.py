"""Journals: each numbers its entries on its own, year by year."""

from sqlalchemy import Boolean, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addons.erp_accounting.models.account import Account
from core.api import Choice, CompanyOwned, Model, Trigger, _, about, choice, link, reference


class JournalKind(Choice):
    SALE = "sale", _("Sales")
    PURCHASE = "purchase", _("Purchases")
    BANK = "bank", _("Bank")
    CASH = "cash", _("Cash")
    GENERAL = "general", _("Miscellaneous")
    STOCK = "stock", _("Stock")
    OPENING = "opening", _("Opening balances")
    CLOSING = "closing", _("Closing")


CODE_IS_FINAL = """
BEGIN
  IF (NEW.code, NEW.prefix, NEW.kind, NEW.company_id) IS DISTINCT FROM (OLD.code, OLD.prefix, OLD.kind,
  OLD.company_id)
     AND EXISTS (SELECT 1 FROM erp_accounting_entry WHERE journal_id = OLD.id AND state = 'posted') THEN
    RAISE EXCEPTION 'journal % has posted entries: its code, prefix and kind are final', OLD.code;
  END IF;
  RETURN NEW;
END;
"""


class Journal(CompanyOwned, Model, name="journal"):
    """Entries of one kind, numbered without a gap in posting order. Code and prefix are final after the
    first one."""

    __label__ = _("Journal")
    __labels__ = _("Journals")
    __kept__ = True
    __searchable__ = ("code", "name")

    code: Mapped[str] = mapped_column(String(10), info=about(_("Code")))
    name: Mapped[str] = mapped_column(String(100), info=about(_("Name")))
    kind: Mapped[JournalKind] = choice(JournalKind, default=JournalKind.GENERAL, info=about(_("Kind")))
    for_credit_notes: Mapped[bool] = mapped_column(
        Boolean, default=False, server_default="false", info=about(_("For credit notes"))
    )
    prefix: Mapped[str] = mapped_column(
        String(20), info=about(_("Number prefix"), help=_("INV gives INV-2026-0001."))
    )
    account_id: Mapped[int | None] = reference(
        "erp_accounting.account",
        nullable=True,
        info=about(
            _("Account"), help=_("The bank or cash account; for sales and purchases the usual counterpart.")
        ),
    )
    account: Mapped[Account | None] = link("erp_accounting.account")
    active: Mapped[bool] = mapped_column(
        Boolean, default=True, server_default="true", info=about(_("Active"))
    )

    __constraints__ = (
        Index("code", "company_id", "code", unique=True),
        Index("prefix", "company_id", "prefix", unique=True),
    )
    __triggers__ = (Trigger("code_is_final", "BEFORE UPDATE", CODE_IS_FINAL),)

    def number(self, year: int, sequence: int) -> str:
        """The printed number of the `sequence`-th entry of `year`."""
        return f"{self.prefix}-{year}-{sequence:04}"
