"""Killed at any moment, nothing is lost: server and worker get SIGKILL while orders run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import func, select

from addons.crm_sales.models import Order as SalesOrder
from addons.crm_sales.models import OrderStatus
from addons.erp_orders.models import Order as CustomerOrder
from addons.erp_stock.models import OperationKind
from addons.erp_stock.services import shipments
from addons.erp_stock.services.quantities import Demand
from core.registry.verify import verify
from core.security import tokens
from core.testing.web import a_person, serving_at
from tests.base.factories import a_party
from tests.catalog.factories import a_product

if TYPE_CHECKING:
    from pathlib import Path

    from core.testing.plugin import LiveWorkspace

KILLS = 20
CLERKS = 3


class Clerks:
    """Programs that take orders as fast as they can and remember only what was acknowledged."""

    def __init__(self, port: int, host: str, token: str, party: int, product: int) -> None:
        self.base, self.host, self.token = f"http://127.0.0.1:{port}/api/v1", host, token
        self.party, self.product = party, product
        self.confirmed: list[int] = []
        self.refused: set[str] = set()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._work) for _ in range(CLERKS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def wait_for_one_more(self) -> None:
        """Until the server has taken an order since it came up; a cold one needs a moment for its first."""
        before, patience = len(self.confirmed), time.monotonic() + 20
        while len(self.confirmed) == before and time.monotonic() < patience:
            time.sleep(0.02)

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _work(self) -> None:
        while not self.stopped.is_set():
            try:
                order = self._post(
                    "crm_sales.order",
                    {
                        "party_id": self.party,
                        "order_date": "2026-11-24",
                        "currency": "EUR",
                        "lines": [{"product_id": self.product, "quantity": "1"}],
                    },
                )
                self._post(f"crm_sales.order/{order['id']}/actions/confirm", {})
            except HTTPError as refusal:
                self.refused.add(f"{refusal.code} {refusal.read().decode()[:300]}")
                time.sleep(0.2)
            except (URLError, OSError, HTTPException, ValueError):
                time.sleep(0.05)  # killed in the middle: nothing was acknowledged
            else:
                self.confirmed.append(order["id"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Host": self.host,
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
        }
        request = Request(f"{self.base}/{path}", json.dumps(body).encode(), headers)  # noqa: S310 - our own server
        with urlopen(request, timeout=5) as answer:  # noqa: S310 - our own server
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
            return found


@pytest.mark.addons("crm_sales", "erp_accounting", "erp_stock", "erp_orders", "bridge_crm_erp")
def test_every_acknowledged_order_survives_twenty_kills(workspace: LiveWorkspace, tmp_path: Path) -> None:
    person = a_person(workspace.platform, workspace.entry)
    with workspace.env() as env:
        party, product = a_party(env, name="Brasserie Kervran"), a_product(env, name="Orla 40")
        receipt = shipments.plan(
            env, OperationKind.RECEIPT, [Demand(product=product, quantity=100_000, cost=6)]
        )
        shipments.ship(env, receipt)
        ids = party.id, product.id
    with workspace.env(user=person.who()) as env:
        token = tokens.create(env, "Clerks", ["write"])
    dice = random.Random(20)  # noqa: S311 - moments, not secrets
    url = workspace.platform.server.url
    environment = os.environ | {"PASSERELLE_DATABASE_URL": url, "PASSERELLE_DATA": str(tmp_path)}
    port = 0
    clerks: Clerks | None = None

    for _ in range(KILLS):
        with serving_at(url, str(tmp_path), port) as (port, server):
            worker = subprocess.Popen([sys.executable, "-m", "core.cli", "worker"], env=environment)
            if clerks is None:
                host = f"{workspace.entry.name}.localhost"
                clerks = Clerks(port, host, token, *ids)
                clerks.start()
            clerks.wait_for_one_more()
            time.sleep(dice.uniform(0.0, 0.6))
            for process in (server, worker):
                process.send_signal(signal.SIGKILL)
                process.wait()
    assert clerks is not None
    clerks.stop()

    assert clerks.refused == set()
    assert len(clerks.confirmed) > KILLS
    assert verify(workspace.platform, workspace.entry) == []
    with workspace.env() as env:
        model = env[SalesOrder]
        kept = set(env.session.scalars(select(model.id).where(model.status == OrderStatus.CONFIRMED)))
        assert set(clerks.confirmed) <= kept
        assert env.session.scalar(select(func.count()).select_from(env[CustomerOrder])) == len(kept)
