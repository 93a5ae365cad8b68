"""Send an order to its vendor by e-mail, with its PDF; ask where late goods are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import MessageKind
from addons.base.models.keys import email_key
from addons.base.services import timeline
from addons.erp_purchase.services import lateness
from addons.erp_purchase.services.refusals import NotConfirmed
from core.api import Attachment, Invalid, _, compose_mail, send_mail, writing_closed

if TYPE_CHECKING:
    from addons.erp_purchase.models import Order
    from core.api import Env

ORDER = "erp_purchase/mail/order.txt"
REMINDER = "erp_purchase/mail/reminder.txt"


def send(env: Env, order: Order, to: str, message: str = "") -> None:
    """Send a confirmed order."""
    if not order.is_live:
        raise NotConfirmed(order)
    address = checked(to)
    subject = write(
        env,
        order,
        address,
        ORDER,
        {"order": order, "message": (message or "").strip(), "sender": env.user.name},
        report="erp_purchase.order",
    )
    with writing_closed(order):
        order.sent_at = env.now()
    sentence = _("Order {number} sent to {address}", number=order.number, address=address)
    timeline.log(env, order, sentence, party=order.party, kind=MessageKind.MAIL, subject=subject)
    env.session.flush()


def remind(env: Env, order: Order, to: str, message: str = "") -> None:
    """Ask a vendor where late goods are."""
    address = checked(to)
    rows = lateness.late_lines(env, order)
    if not rows:
        raise NotLate(order)
    subject = write(
        env,
        order,
        address,
        REMINDER,
        {"order": order, "lines": rows, "message": (message or "").strip(), "sender": env.user.name},
    )
    with writing_closed(order):
        order.reminded_on = env.today()
    sentence = _("{vendor} was reminded of {number}", vendor=order.party.name, number=order.number)
    timeline.log(env, order, sentence, party=order.party, kind=MessageKind.MAIL, subject=subject)
    env.session.flush()


def write(env: Env, record: Any, to: str, template: str, context: dict[str, Any], *, report: str = "") -> str:
    """Put a mail in the vendor's language into the outbox, with a document; give back its subject."""
    locale = record.party.locale or env.company.locale
    values = {"vendor": record.party} | context
    subject, text = compose_mail(env, template, values, locale=locale)
    files = []
    if report:
        pdf = env.render_report(report, record, locale=locale)
        files.append(Attachment(pdf.filename, "application/pdf", pdf.content))
    send_mail(
        env,
        to=[to],
        subject=subject,
        text=text,
        attachments=files,
        reply_to=env.user.email or None,
        record=record,
    )
    return subject


def address_of(_env: Env, record: Any) -> str:
    """Whom to write to: the vendor's address; empty when there is none."""
    return (record.party.email or "") if record.party else ""


def checked(to: str) -> str:
    """The address, or a refusal at its field."""
    address = to.strip()
    if email_key(address) is None:
        raise Invalid(fields={"to": _("Write an e-mail address such as anna@example.com.")})
    return address


class NotLate(Invalid):
    def __init__(self, order: Order) -> None:
        super().__init__(
            _("Nothing of {order} is late.", order=order.title),
            hint=_("A line is late once its expected date has passed."),
        )
