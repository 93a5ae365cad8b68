"""What only services may change: figures and states that follow from something else."""

from typing import Any

from sqlalchemy import inspect

from core.api import RuleBroken, ServicesOnly, _


class KeptByMoves(RuleBroken):
    """409 for whoever writes a figure or a state by form, import or API."""

    def __init__(self) -> None:
        super().__init__(
            _("Stock follows from what moves, so it cannot be written by hand."),
            hint=_("Receive, ship, count or scrap instead."),
        )


class NoDraft(RuleBroken):
    """409 for whoever writes or deletes what a document says that is no draft any more."""

    def __init__(self, document: Any) -> None:
        super().__init__(
            _(
                "{document} is already {state}, so what it says stays as it is.",
                document=document.display_name,
                state=document.state.label,
            ),
            hint=_("Use the actions on its page, or write another one."),
        )


KEPT = ServicesOnly("erp_stock", KeptByMoves)
keep = KEPT.writing
refuse_by_hand = KEPT.refuse


def refuse_fixed(env: Any, document: Any, record: Any, *names: str) -> None:
    """Refuse a record that is new, or changed in one of these columns, outside the services; ``document`` is
    what it is part of, no draft any more."""
    if KEPT.is_written(env):
        return
    state = inspect(record)
    if not state.persistent or any(state.attrs[name].history.added for name in names):
        raise NoDraft(document)


def refuse_deletion(env: Any, document: Any) -> None:
    """Refuse that somebody deletes a document, or a part of it, that is no draft any more."""
    if not KEPT.is_written(env):
        raise NoDraft(document)
