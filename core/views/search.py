"""One search over every model the person may read: a few of the best of each, the closest names first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.orm.search import fold, prefix_query
from core.views.access import label, may
from core.views.addresses import url_of
from core.views.catalog import views_of
from core.views.suggest import nearest

if TYPE_CHECKING:
    from core.env import Env

OF_EACH = 4
MOST = 20
QUIET = frozenset({"core.saved_view", "core.import_mapping", "core.batch", "core.batch_entry"})
"""Models nobody looks for by name."""


@dataclass(frozen=True)
class Hit:
    """One record found: its name, what it is, its page."""

    label: str
    group: str
    url: str
    icon: str


def search_everywhere(env: Env, words: str) -> list[Hit]:
    """Records of any model that the words find; one statement for each model that can be searched."""
    if not prefix_query(words):
        return []
    catalog = views_of(env.registry)
    icons = {menu.view.partition(":")[0]: menu.icon for menu in reversed(catalog.menus)}
    ranked: list[tuple[bool, bool, str, Hit]] = []
    wanted = fold(words)
    for name, model in env.registry.models.items():
        if not model.__searchable__ or name in QUIET or not may(env, "read", model):
            continue
        for record in nearest(env, model, words, OF_EACH):
            said = str(record.display_name)
            hit = Hit(said, label(model), url_of(record), icons.get(name, "arrow-right"))
            begins = fold(said).startswith(wanted)
            ranked.append((not begins, name not in icons, fold(said), hit))
    ranked.sort(key=lambda one: one[:3])
    return [hit for *_rank, hit in ranked[:MOST]]
