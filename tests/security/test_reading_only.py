"""Who reads a page changes no record: a GET is refused what it would write, by whichever way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.security.reading_only import WritesWhileReading, observed_models, reading_only
from sample_vault.models import Deal, Visit

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.api import Env
    from core.platform import Platform
    from tests.security.conftest import Vault


def changed(env: Env, deal: Any) -> None:
    deal.title = "Other"
    env.session.flush()


def deleted(env: Env, deal: Any) -> None:
    env.session.delete(deal)
    env.session.flush()


def linked(env: Env, deal: Any) -> None:
    deal.labels.clear()
    env.session.flush()


WAYS: dict[str, tuple[Callable[[Env, Any], Any], str]] = {
    "a new record": (lambda env, _deal: env.add(Deal, title="New"), "create sample_vault.deal"),
    "a column": (changed, "update sample_vault.deal {id}"),
    "a list of links": (linked, "update sample_vault.deal {id}"),
    "a deletion": (deleted, "delete sample_vault.deal {id}"),
    "many new ones": (
        lambda env, _deal: env.bulk_insert(Deal, [{"title": "New"}]),
        "create sample_vault.deal",
    ),
    "many changed": (
        lambda env, deal: env.bulk_update(Deal, env[Deal].id == deal.id, {"title": "Other"}),
        "update sample_vault.deal",
    ),
    "many deleted": (
        lambda env, deal: env.bulk_delete(Deal, env[Deal].id == deal.id),
        "delete sample_vault.deal",
    ),
}


@pytest.mark.parametrize("who", ["a user", "an elevated passage"])
@pytest.mark.parametrize(("way", "said"), WAYS.values(), ids=WAYS)
def test_a_get_writes_no_record(vault: Vault, way: Callable[[Env, Any], Any], said: str, who: str) -> None:
    env = vault.seller() if who == "a user" else vault.system
    label = vault.system.add(vault.system.registry.model("sample_vault.label"), text="Big")
    made = vault.system.add(Deal, title="Lobby", owner_id=vault.ana, labels=[label])
    deal = env.get(Deal, made.id)

    with reading_only("GET /vault"), pytest.raises(WritesWhileReading) as refused:
        way(env, deal)

    assert str(refused.value).startswith(f"GET /vault would {said.format(id=made.id)}, but ")
    assert "declare_observed" in refused.value.hint


def test_what_was_declared_as_observed_is_added_and_never_changed(vault: Vault) -> None:
    env = vault.system
    first, second = (env.add(Deal, title=title) for title in ("Lobby", "Bar"))

    with reading_only("GET /vault"):
        visit = env.add(Visit, deal_id=first.id)
        many = env.bulk_insert(Visit, [{"deal_id": second.id}])
        visit.deal_id = second.id
        with pytest.raises(WritesWhileReading, match="would update sample_vault"):
            env.session.flush()

    assert len(many) == 1


def test_outside_of_a_get_everything_is_written_as_ever(vault: Vault) -> None:
    with reading_only("GET /vault"):
        pass

    assert vault.system.add(Deal, title="Lobby").id


def test_these_models_are_declared_as_observed(platform: Platform) -> None:
    """A list to look at twice before it becomes longer."""
    registry = platform.registries.of(platform.discovered.addons)

    assert observed_models(registry) == frozenset()
