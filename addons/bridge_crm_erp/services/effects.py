"""Keep the proof of each effect, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from addons.bridge_crm_erp.models import Effect, EffectState

if TYPE_CHECKING:
    from addons.bridge_crm_erp.models import Event
    from core.api import Env, Model


def done(
    env: Env, event: Event, source: Model, target: Model | None, *, party_id: int | None, key: str = ""
) -> Effect:
    """Note that ``event`` of ``source`` had its effect on ``target``; written with the caller's next flush.

    The database refuses the same event of the same record twice; ``key`` tells several of one record apart.
    """
    effect = env[Effect](
        event=event,
        key=f"{source.model_name}:{source.id}:{key}" if key else f"{source.model_name}:{source.id}",
        state=EffectState.DONE,
        party_id=party_id,
        source_model=source.model_name,
        source_id=source.id,
        source_name=source.display_name[:200],
        target_model=target.model_name if target else None,
        target_id=target.id if target else None,
        target_name=target.display_name[:200] if target else None,
        at=env.now(),
    )
    env.session.add(effect)
    return effect
