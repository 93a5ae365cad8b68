"""What only a service creates has no page to create it, and takes no form for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.views.catalog import views_of

if TYPE_CHECKING:
    from core.platform import Platform
    from core.testing.plugin import LiveWorkspace
    from core.testing.web import Visitor

ADDONS = ("bridge_crm_erp", "crm_sales", "erp_accounting", "erp_orders", "erp_purchase", "erp_stock")


@pytest.mark.addons(*ADDONS)
def test_no_form_creates_what_only_a_service_creates(
    platform: Platform, workspace: LiveWorkspace, client: Visitor
) -> None:
    registry = platform.registries.of(ADDONS)
    views = views_of(registry)
    closed = [name for name, model in registry.models.items() if views.of(model).list.create is False]
    pages = {name: f"/app/{name.replace('.', '/')}/new" for name in closed}

    asked = {name: client.get(page).status_code for name, page in pages.items()}
    posted = {name: client.post(page, {}).status_code for name, page in pages.items()}
    previewed = {name: client.post(f"{page}/preview", {}).status_code for name, page in pages.items()}

    assert len(closed) > 30
    assert [set(found.values()) - {403, 404} for found in (asked, posted, previewed)] == [set()] * 3
