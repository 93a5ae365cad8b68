"""The statement of a customer's account: what is open, what of it is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.base.models import Party
from addons.erp_accounting.models import Direction
from addons.erp_accounting.queries import paying
from core.api import ZERO, Report, _, format_date, format_money

if TYPE_CHECKING:
    from decimal import Decimal

    from core.api import Env


def _data(env: Env, party: Any) -> dict[str, Any]:
    today = env.today()
    rows: list[list[str]] = []
    totals: dict[str, tuple[Decimal, Decimal]] = {}
    for line in paying.open_lines(env, party, Direction.IN):
        amount = -line.open if line.credit else line.open
        late = amount if line.due < today and not line.credit else ZERO
        total, late_total = totals.get(line.currency, (ZERO, ZERO))
        totals[line.currency] = (total + amount, late_total + late)
        days = (today - line.due).days
        rows.append(
            [
                line.number,
                line.reference,
                format_date(line.due),
                str(days) if late else "",
                format_money(amount, line.currency),
            ]
        )
    sums = []
    for currency, (total, late) in totals.items():
        sums.append([str(_("Late")), format_money(late, currency)])
        sums.append([str(_("Open in all")), format_money(total, currency)])
    address = next((one for one in party.addresses), None)
    lines = [address.street, f"{address.postcode or ''} {address.city or ''}".strip()] if address else []
    return {
        "title": str(_("Statement of account")),
        "day": str(_("On {day}", day=format_date(today))),
        "sender": [env.company.name],
        "receiver": [party.name, *(line for line in lines if line)],
        "heads": [
            str(_("Document")),
            str(_("Reference")),
            str(_("Due")),
            str(_("Days late")),
            str(_("Still open")),
        ],
        "rows": rows,
        "totals": sums,
        "empty": str(_("Nothing is open.")),
        "footer": env.company.name,
    }


ACCOUNT_STATEMENT = Report(
    name="erp_accounting.account_statement",
    model=Party,
    title=_("Statement of account"),
    template="erp_accounting/account_statement.typ",
    data=_data,
    filename=lambda env, _party: f"{_('Statement of account')} {env.today().isoformat()}.pdf",
    locale=lambda env, party: party.locale or env.company.locale or env.locale,
)
