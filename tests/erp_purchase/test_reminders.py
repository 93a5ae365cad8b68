from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from addons.base.models import Activity
from addons.erp_purchase import jobs
from addons.erp_purchase.services import lateness, mailing, reminders
from core.api import Invalid
from core.mail.models import Mail
from tests.erp_purchase.factories import a_confirmed_order, a_line, a_vendor, acting, an_order, rules
from tests.erp_stock.factories import a_product

if TYPE_CHECKING:
    from core.api import Env

pytestmark = pytest.mark.addons("erp_purchase", "erp_stock")


def mails(env: Env) -> list[tuple[list[str], str]]:
    mail = env[Mail]
    return [
        (found.recipients, found.subject) for found in env.session.scalars(select(mail).order_by(mail.id))
    ]


def test_a_buyer_is_told_once_of_a_late_order_and_again_when_more_is_late(env: Env) -> None:
    buyer = acting(env, "buyer").user.id
    today = env.today()
    vendor = a_vendor(env, name="Nordlicht", email="info@nordlicht.example", remind_late=True)
    late = a_confirmed_order(env, party=vendor, owner_id=buyer, expected_on=today - timedelta(days=1))
    a_confirmed_order(env, owner_id=buyer, expected_on=today)
    an_order(env, owner_id=buyer, expected_on=today - timedelta(days=9))
    rules(env, remind_after=1)

    told = [reminders.remind(env), reminders.remind(env)]

    activity = env[Activity]
    found = env.session.scalars(select(activity)).all()
    assert told == [1, 0]
    assert [(one.summary, one.assignee_id, one.record_id) for one in found] == [
        (f"Nordlicht: {late.number} is late", buyer, late.id)
    ]
    assert mails(env) == [(["info@nordlicht.example"], f"Late: our order {late.number}")]


def test_the_job_visits_every_company(env: Env) -> None:
    buyer = acting(env, "buyer").user.id
    order = a_confirmed_order(env, owner_id=buyer, expected_on=env.today() - timedelta(days=5))

    jobs.remind_of_late_deliveries(env)

    env.session.expire_all()
    assert order.reminded_on == env.today()


def test_an_order_is_sent_with_its_pdf(env: Env) -> None:
    order = a_confirmed_order(env, a_line(a_product(env, name="Orla 40"), 3, 20))

    mailing.send(env, order, "sales@nordlicht.example", "As agreed on the phone.")

    mail = env.session.scalars(select(env[Mail])).one()
    assert mail.subject == f"Purchase order {order.number} from {env.company.name}"
    assert "As agreed on the phone." in mail.text
    assert [(file.name, file.content[:5]) for file in mail.attachments] == [(f"{order.number}.pdf", b"%PDF-")]
    assert order.sent_at is not None


def test_nothing_that_is_not_late_is_asked_after(env: Env) -> None:
    order = a_confirmed_order(env, expected_on=env.today())

    with pytest.raises(mailing.NotLate):
        mailing.remind(env, order, "sales@nordlicht.example")
    with pytest.raises(Invalid):
        mailing.send(env, order, "nobody")

    assert lateness.late_lines(env, order) == []
