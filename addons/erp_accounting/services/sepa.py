"""Pay suppliers and collect from customers by SEPA files: pain.001 and pain.008, valid by their schemas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sepaxml import SepaDD, SepaTransfer
from sepaxml.validation import ValidationError
from sqlalchemy import select
from stdnum.eu import at_02

from addons.base.services import files
from addons.erp_accounting.models import (
    Account,
    AccountType,
    BankAccount,
    BatchState,
    Direction,
    Invoice,
    Mandate,
    MandateKind,
    OpenItem,
    PartyAccount,
    PaymentBatch,
    PaymentBatchLine,
)
from addons.erp_accounting.services import allocating, ledgers
from addons.erp_accounting.services.allocating import Wish
from addons.erp_accounting.services.terms import add_months
from core.api import HUNDRED, ZERO, Invalid, RuleBroken, _, writing_closed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from core.api import Env

SIGNS = {sign: sign for sign in " /-?:().,'+"} | {"&": "+", "_": "-", "–": "-", "’": "'"}
SIGNS |= dict.fromkeys("\t\n\r\u00a0\u202f", " ")
TRANSFER, DEBIT = "pain.001.001.09", "pain.008.001.08"
EURO = "EUR"


class NotInState(RuleBroken):
    def __init__(self, batch: PaymentBatch) -> None:
        super().__init__(
            _("{batch} is {state}.", batch=batch.name, state=batch.state.label),
            hint=_("A draft is sent, and what was sent is booked or cancelled."),
        )


class NotReady(RuleBroken):
    def __init__(self, document: str, why: str) -> None:
        super().__init__(
            _("{document} cannot be in the batch: {why}", document=document, why=why),
            hint=_("Complete it, or leave it out."),
        )


class DayHasPassed(RuleBroken):
    def __init__(self, batch: PaymentBatch) -> None:
        super().__init__(
            _("{batch} was to be carried out on {day}.", batch=batch.name, day=batch.execution_date),
            hint=_("Cancel it and make another one: banks carry out nothing in the past."),
        )


class NotAccepted(RuleBroken):
    def __init__(self, why: str) -> None:
        super().__init__(
            _("The file would not be valid: {why}", why=why),
            hint=_("Check names, IBANs and references of the batch."),
        )


@dataclass(slots=True)
class Candidate:
    """An open amount that may be paid or collected; `missing` says why not."""

    item: OpenItem
    number: str
    reference: str
    party: str
    amount: Decimal
    account: PartyAccount | None = None
    mandate: Mandate | None = None
    missing: str = ""

    @property
    def iban(self) -> str:
        found = self.account or self.mandate
        return found.iban if found else ""

    @property
    def bic(self) -> str | None:
        found = self.account or self.mandate
        return found.bic if found else None


def candidates(env: Env, direction: Direction, until: date | None = None) -> list[Candidate]:
    """What is open in euros and in no batch: bills (OUT) or customers' invoices with a mandate (IN)."""
    item, account, line = env[OpenItem], env[Account], env[PaymentBatchLine]
    kind = AccountType.PAYABLE if direction is Direction.OUT else AccountType.RECEIVABLE
    statement = (
        select(item)
        .join(account, account.id == item.account_id)
        .where(
            item.company_id == env.company_id,
            account.type == kind,
            item.currency == EURO,
            item.party_id.is_not(None),
            item.residual_currency < 0 if direction is Direction.OUT else item.residual_currency > 0,
            item.id.not_in(select(line.open_item_id).where(line.waiting)),
        )
        .order_by(item.due_date, item.id)
    )
    if until is not None:
        statement = statement.where(item.due_date <= until)
    items = env.session.scalars(statement).all()
    parties = {item.party_id for item in items if item.party_id}
    accounts = _accounts(env, parties) if direction is Direction.OUT else {}
    mandates = _mandates(env, parties) if direction is Direction.IN else {}
    invoice = env[Invoice]
    ids = {one.entry_id for one in items}
    documents = {
        one.entry_id: one for one in env.session.scalars(select(invoice).where(invoice.entry_id.in_(ids)))
    }
    found = []
    for one in items:
        assert one.party_id is not None  # noqa: S101 - the statement asked for it
        document = documents.get(one.entry_id)
        number = one.entry.number or ""
        made = Candidate(
            one,
            number,
            (document.their_reference if document else "") or number,
            one.party.name if one.party else "",
            abs(one.residual_currency),
            accounts.get(one.party_id),
            mandates.get(one.party_id),
        )
        if direction is Direction.OUT and made.account is None:
            made.missing = str(_("no IBAN is known."))
        if direction is Direction.IN and made.mandate is None:
            made.missing = str(_("there is no mandate."))
        elif made.mandate is not None and _has_lapsed(made.mandate, env.today()):
            made.missing = str(_("its mandate was not used for 36 months."))
        found.append(made)
    return found


def _has_lapsed(mandate: Mandate, today: date) -> bool:
    """36 months after the last collection a mandate is void (SEPA direct debit core rulebook, 4.7.2)."""
    return add_months(mandate.used_on or mandate.signed_on, 36) < today


def _accounts(env: Env, parties: set[int]) -> dict[int, PartyAccount]:
    model = env[PartyAccount]
    rows = env.session.scalars(
        select(model)
        .where(model.company_id == env.company_id, model.party_id.in_(parties), model.active)
        .order_by(model.id.desc())
    )
    return {row.party_id: row for row in rows}


def _mandates(env: Env, parties: set[int]) -> dict[int, Mandate]:
    model = env[Mandate]
    rows = env.session.scalars(
        select(model)
        .where(
            model.company_id == env.company_id,
            model.party_id.in_(parties),
            model.active,
            (model.kind == MandateKind.RECURRENT) | model.used_on.is_(None),
        )
        .order_by(model.id.desc())
    )
    return {row.party_id: row for row in rows}


def create(
    env: Env,
    direction: Direction,
    bank_account: BankAccount,
    item_ids: Iterable[int],
    execution_date: date,
) -> PaymentBatch:
    """A batch of whole open amounts. Refused as a whole when one of them cannot be paid."""
    if not bank_account.iban or bank_account.currency != EURO:
        raise Invalid(fields={"bank_account": _("Choose an account in euros with an IBAN.")})
    if execution_date < env.today():
        raise Invalid(fields={"execution_date": _("Choose today or later.")})
    known = {one.item.id: one for one in candidates(env, direction)}
    wanted = list(dict.fromkeys(item_ids))
    if not wanted:
        raise Invalid(fields={"items": _("Choose at least one open amount.")})
    chosen = []
    for identity in wanted:
        if identity not in known:
            raise NotReady(f"#{identity}", str(_("it is not open any more, or in another batch.")))
        chosen.append(known[identity])
    for one in chosen:
        if one.missing:
            raise NotReady(one.number, one.missing)
    _refuse_reuse(chosen)
    model = env[PaymentBatchLine]
    kind = "OUT" if direction is Direction.OUT else "IN"
    number = env.next_number(f"erp_accounting.batch.{kind}", str(execution_date.year))
    batch = env[PaymentBatch](
        company_id=env.company_id,
        name=f"SEPA-{kind}-{execution_date.year}-{number:04}",
        direction=direction,
        bank_account_id=bank_account.id,
        execution_date=execution_date,
        total=sum((one.amount for one in chosen), ZERO),
        lines=[
            model(
                company_id=env.company_id,
                open_item_id=one.item.id,
                party_id=one.item.party_id,
                holder=((one.account.holder if one.account else "") or one.party)[:70],
                iban=one.iban,
                bic=one.bic,
                amount=one.amount,
                label=one.reference[:140],
                mandate_id=one.mandate.id if one.mandate else None,
            )
            for one in chosen
        ],
    )
    with writing_closed(batch):
        env.session.add(batch)
        env.session.flush()
    return batch


def recompute(env: Env, batch: PaymentBatch) -> None:
    """A payment may be left out of a draft: the total is that of the others."""
    batch.total = sum((line.amount for line in batch.lines), ZERO)


def _refuse_reuse(chosen: Sequence[Candidate]) -> None:
    once: set[int] = set()
    for one in chosen:
        if one.mandate is not None and one.mandate.kind is MandateKind.ONCE:
            if one.mandate.id in once:
                raise NotReady(one.number, str(_("its mandate is for one collection only.")))
            once.add(one.mandate.id)


def written(env: Env, batch: PaymentBatch) -> bytes:
    """The file for the bank, checked against the schema of its message."""
    bank = batch.bank_account
    config: dict[str, Any] = {
        "name": _printable(env.company.name)[:70],
        "IBAN": bank.iban,
        "currency": EURO,
        "batch": True,
    }
    if bank.bic:
        config["BIC"] = bank.bic
    transfers = batch.direction is Direction.OUT
    if not transfers:
        config["creditor_id"] = ledgers.of(env).creditor_id.replace(" ", "")
        if not config["creditor_id"]:
            raise NotAccepted(str(_("the SEPA creditor identifier is missing in Accounting settings.")))
        if not at_02.is_valid(config["creditor_id"]):
            raise NotAccepted(str(_("{number} is no creditor identifier.", number=config["creditor_id"])))
    try:
        made = SepaTransfer(config, schema=TRANSFER) if transfers else SepaDD(config, schema=DEBIT)
        for node in made._xml.iter("MsgId"):  # written before it can be set
            node.text = batch.name
        for line in batch.lines:
            made.add_payment(_payment(batch, line))
        return bytes(made.export(validate=True))
    except ValidationError as error:
        cause = error.__cause__
        raise NotAccepted(str(getattr(cause, "reason", "") or error)) from error


def _printable(words: str) -> str:
    """Letters, and the signs that every bank must accept (EPC217-08, 1.4); the library writes letters of
    other scripts in Latin ones."""
    return "".join(sign if sign.isalnum() else SIGNS.get(sign, ".") for sign in words).strip()


def _payment(batch: PaymentBatch, line: PaymentBatchLine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": _printable(line.holder),
        "IBAN": line.iban,
        "amount": int(line.amount * HUNDRED),
        "description": _printable(line.label),
        "endtoend_id": f"{batch.name}-{line.id}"[:35],
    }
    if line.bic:
        found["BIC"] = line.bic
    if line.mandate is None:
        return found | {"execution_date": batch.execution_date}
    return found | {
        "type": line.mandate.kind.value,
        "collection_date": batch.execution_date,
        "mandate_id": line.mandate.number,
        "mandate_date": line.mandate.signed_on,
    }


def send(env: Env, batch: PaymentBatch) -> None:
    """Write the file, keep it with the batch, and note that it goes to the bank."""
    env.lock(batch)
    if batch.state is not BatchState.DRAFT:
        raise NotInState(batch)
    if batch.execution_date < env.today():
        raise DayHasPassed(batch)
    content = written(env, batch)
    files.attach(env, batch, f"{batch.name}.xml", content)
    for line in batch.lines:
        if line.mandate is not None:
            line.mandate.used_on = batch.execution_date
    with writing_closed(batch):
        batch.state = BatchState.SENT


def book(env: Env, batch: PaymentBatch, *, date: date | None = None) -> None:
    """The bank has confirmed it: post a payment for each line and settle its document, all or none."""
    env.lock(batch)
    if batch.state is not BatchState.SENT:
        raise NotInState(batch)
    with writing_closed(batch):
        for line in batch.lines:
            line.waiting = False
            payment = allocating.allocate(
                env,
                line.party,
                [Wish(line.open_item_id, line.amount)],
                direction=batch.direction,
                amount=line.amount,
                date=date or batch.execution_date,
                journal=batch.bank_account.journal,
                currency=EURO,
                memo=line.label[:80],
            )
            line.payment_id = payment.id if payment else None
        batch.state = BatchState.BOOKED


def cancel(env: Env, batch: PaymentBatch) -> None:
    """Give it up, also when the bank has refused it: its documents may be paid otherwise."""
    env.lock(batch)
    if batch.state not in {BatchState.DRAFT, BatchState.SENT}:
        raise NotInState(batch)
    with writing_closed(batch):
        for line in batch.lines:
            line.waiting = False
            if line.mandate is not None and line.mandate.kind is MandateKind.ONCE:
                line.mandate.used_on = None
        batch.state = BatchState.CANCELLED


def usual_day(env: Env, direction: Direction) -> date:
    """Transfers leave today; a collection must reach the bank a day before, and its customer be told."""
    return env.today() if direction is Direction.OUT else env.today() + timedelta(days=5)
