from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core.security.models import Audit

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor


FORM = {"name": "Camille R.", "locale": "en", "tz": "", "theme": "auto", "density": "compact"}


def test_what_a_page_writes_leaves_an_audit_row_with_who_did_it(
    client: Visitor, workspace: LiveWorkspace
) -> None:
    answer = client.post("/profile", FORM)

    assert answer.status_code in {200, 303}, answer.text[:300]
    with workspace.env() as env:
        audit = env[Audit]
        rows = env.session.execute(
            select(audit.user_id, audit.changes).where(audit.model == "core.user", audit.action == "update")
        ).all()
    assert client.person is not None
    assert [(row.user_id, row.changes.get("name")) for row in rows if "name" in row.changes] == [
        (client.person.id, ["Camille Roche", "Camille R."])
    ]
