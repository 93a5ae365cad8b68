from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.append(str(Path(__file__).parents[1] / "addons"))

from sample_shop.models import Customer, Deal, Line

if TYPE_CHECKING:
    from core.env import Env


def a_customer(env: Env, **values: Any) -> Customer:
    return env.add(Customer, **{"name": "Brasserie Kervran"} | values)


def a_deal(env: Env, **values: Any) -> Deal:
    if "customer" not in values:
        values["customer"] = a_customer(env)
    return env.add(Deal, **{"title": "Relamping"} | values)


def a_line(env: Env, deal: Deal, **values: Any) -> Line:
    return env.add(Line, **{"deal": deal, "description": "Pendant"} | values)
