from __future__ import annotations

from core.testing.conformance import AddonConformance


class TestConformance(AddonConformance):
    addon = "bridge_crm_erp"
