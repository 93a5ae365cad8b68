from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from core.testing.web import Visitor, a_person
from core.web.app import create_app
from tests.rest.test_api import CUSTOMERS, DEALS

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = pytest.mark.addons("sample_rights")


def visitor(workspace: LiveWorkspace, role: str) -> Visitor:
    person = a_person(workspace.platform, workspace.entry, roles=(role,))
    return Visitor(create_app(workspace.platform, threads=2), workspace.entry, person)


def rows(page: str) -> list[list[str]]:
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def test_the_page_says_what_the_reader_can_send(workspace: LiveWorkspace) -> None:
    page = visitor(workspace, "base.admin").get(f"/api/docs?model={DEALS}")

    assert page.status_code == 200
    told = rows(page.text)
    assert ["POST", f"/api/v1/{DEALS}/{{id}}/actions/lose", "Mark as lost…", "reason"] in told
    assert ["customer_id", "Customer", "integer, id of sample_shop.customer", "required"] in told
    assert ["stage", "Stage", "lost, new, quoted, won", ""] in told
    assert ["margin", "Margin", "string, decimal", "yes"] in told


def test_the_page_of_a_seller_names_no_secret(workspace: LiveWorkspace) -> None:
    seller = visitor(workspace, "sample_rights.seller")

    deals = seller.get(f"/api/docs?model={DEALS}").text
    customers = rows(seller.get(f"/api/docs?model={CUSTOMERS}").text)

    assert "margin" not in deals
    assert {row[0] for row in customers if row[0] in {"GET", "POST", "PATCH", "DELETE"}} == {"GET"}
    assert "credit" not in str(seller.get("/api/docs/openapi.json").json())


def test_the_page_needs_someone_signed_in(workspace: LiveWorkspace) -> None:
    nobody = Visitor(create_app(workspace.platform, threads=2), workspace.entry)

    assert nobody.get("/api/docs").headers["location"].startswith("/login")
    assert nobody.get("/api/docs/openapi.json").status_code == 303


def test_a_model_that_is_not_there_is_refused(workspace: LiveWorkspace) -> None:
    assert visitor(workspace, "base.admin").get("/api/docs?model=x.y").status_code == 404
