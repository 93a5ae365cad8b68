"""The pages of every model: lists, forms, boards, calendars, charts, search, imports and exports.

One dispatcher for all of them, ``/app/<addon>/<model>/...``: what a page shows is declared by addons and
read by ``core.views``; a model of an addon that is not enabled answers 404.
"""

from __future__ import annotations

from core.web.records import (
    action_pages,
    batch_pages,
    board_pages,
    figure_pages,
    file_pages,
    form_pages,
    list_pages,
    option_pages,
    print_pages,
    search_pages,
)

ROUTES = [
    *list_pages.ROUTES,
    *form_pages.ROUTES,
    *action_pages.ROUTES,
    *option_pages.ROUTES,
    *print_pages.ROUTES,
    *board_pages.ROUTES,
    *figure_pages.ROUTES,
    *batch_pages.ROUTES,
    *file_pages.ROUTES,
    *search_pages.ROUTES,
]
