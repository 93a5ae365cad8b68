"""Take the pictures of the README from a served demo company: ``python docs/take_screens.py [address]``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from core.cli.demo import EMAIL, PASSWORD

FOLDER = Path(__file__).with_name("screens")
SCREENS = {
    "dashboard": "/app/crm_sales/dashboard/sales",
    "pipeline": "/app/crm_sales/opportunity/?view=kanban",
    "customer": "/app/base/party/1",
    "quote": "/app/crm_sales/quote/1",
    "order": "/app/erp_orders/order/1",
    "invoice": "/app/erp_accounting/invoice/1",
    "invoices": "/app/erp_accounting/invoice/?list=customers",
    "stock": "/app/erp_stock/quant/",
    "bank": "/accounting/bank/statement/1",
    "operations": "/stock",
    "purchase": "/app/erp_purchase/order/1",
    "trial-balance": "/accounting/trial-balance",
    "bridge": "/bridge",
    "apps": "/settings/apps",
}


def main(address: str) -> None:
    """Sign in and take every picture, light and 1440 wide; one dark and one of a phone."""
    found = os.environ.get("PASSERELLE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sign_in(page, address)
        for name, path in SCREENS.items():
            take(page, address + path, name)
        page.emulate_media(color_scheme="dark")
        take(page, address + SCREENS["pipeline"], "pipeline-dark")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 390, "height": 844})
        take(page, address + SCREENS["customer"], "customer-phone")
        browser.close()


def sign_in(page: Page, address: str) -> None:
    """Sign in as the demo company's administrator."""
    page.goto(f"{address}/login")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def take(page: Page, address: str, name: str) -> None:
    """Take one picture; a page that does not answer with 200 stops everything."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        sys.exit(f"{address} answered {answer.status if answer else 'nothing'}")
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
