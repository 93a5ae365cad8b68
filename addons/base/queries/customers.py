"""Everything the customer page shows, read when the page asks for it."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from addons.base.queries import activities, timeline
from addons.base.queries.widget import topics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from addons.base.models import Party
    from addons.base.queries.activities import Task
    from addons.base.services.panels import Fact, Panel
    from core.api import Env

EXCHANGES = "note,mail"
"""The filter "Exchanges": what was said and written, in whatever app."""


class Overview:
    """The customer page of one party, for one reader. An app that is not enabled leaves no trace."""

    def __init__(self, env: Env, party: Party, *, topic: str = "", after: str = "") -> None:
        self.env = env
        self.party = party
        self.topic = topic
        self.after = after

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """The figures at the head."""
        found = self.env.hooks.customer_facts(env=self.env, party=self.party)
        return sorted(chain.from_iterable(found), key=lambda fact: fact.sequence)

    @cached_property
    def panels(self) -> Sequence[Panel]:
        """The panels at the side."""
        found = self.env.hooks.customer_panels(env=self.env, party=self.party)
        return sorted(chain.from_iterable(found), key=lambda panel: panel.sequence)

    @cached_property
    def tasks(self) -> Sequence[Task]:
        """What is planned about the party."""
        return activities.of_party(self.env, self.party)

    @cached_property
    def page(self) -> timeline.Page:
        """Some entries of the one timeline."""
        return timeline.of_party(self.env, self.party, topic=self.topic, after=self.after)

    @cached_property
    def topics(self) -> dict[str, tuple[str, str]]:
        """Title and icon of each enabled app."""
        return topics(self.env)

    @cached_property
    def filters(self) -> Sequence[tuple[str, str]]:
        """Apps that have written here, with their titles."""
        return [
            (name, self.topics[name][0])
            for name in timeline.topics_of(self.env, self.party)
            if name in self.topics and name != "base"
        ]

    @property
    def exchanges(self) -> str:
        """The filter for what was said and written."""
        return EXCHANGES


def overview(env: Env, party: Any) -> dict[str, Any]:
    """For the slot at the head of a party's page."""
    return {"overview": Overview(env, party)}
