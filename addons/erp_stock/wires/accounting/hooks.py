"""Post the value of what moved, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from addons.erp_stock.wires.accounting import posting, proof, roles, screens
from addons.erp_stock.wires.accounting.models import BookedCost
from core.api import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from addons.erp_stock.models import Move
    from addons.erp_stock.services.recosting import Revaluation
    from core.api import Env, Finding, Model


@hookimpl
def declare_models() -> Sequence[type[Model]]:
    return (BookedCost,)


@hookimpl
def declare_roles() -> Sequence[Any]:
    return roles.ROLES


@hookimpl
def declare_views() -> Sequence[Any]:
    return screens.VIEWS


@hookimpl
def stock_moves_done(env: Env, moves: Sequence[Move]) -> None:
    posting.post(env, moves)


@hookimpl
def stock_revalued(env: Env, revaluations: Sequence[Revaluation]) -> None:
    posting.post_revaluations(env, revaluations)


@hookimpl
def verify(env: Env) -> Iterable[Finding]:
    return proof.findings(env)


@hookimpl
def seed_data(env: Env) -> None:
    posting.open_books(env)
