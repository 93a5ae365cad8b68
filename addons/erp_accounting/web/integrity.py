"""The page that shows the hash chains and checks the books."""

from __future__ import annotations

from addons.erp_accounting.models import Journal
from addons.erp_accounting.queries import integrity
from core.api import Env, File, Page, Request, page, write_csv

VIEWER = "erp_accounting.viewer"
HEADINGS = ["Sequence", "Number", "Date", "Debit", "Previous hash", "Hash", "Computed hash", "Holds"]


@page("/accounting/integrity", access=VIEWER)
def overview(env: Env, request: Request) -> Page:
    """The chains; with ``check=1`` also what every check of the books says."""
    asked = request.query.get("check") == "1"
    return Page(
        "erp_accounting/integrity.html",
        {
            "chains": integrity.chains(env),
            "results": integrity.results(env) if asked else None,
            "at": env.now(),
        },
    )


@page("/accounting/integrity/{journal_id:int}/{year:int}", access=VIEWER)
def chain(env: Env, request: Request, journal_id: int, year: int) -> Page | File:
    """One chain entry by entry; ``format=csv`` gives all of it as a file."""
    journal = env.get(Journal, journal_id)
    env.move_to(journal.company_id)
    links = integrity.links(env, journal, year)
    if request.query.get("format") == "csv":
        rows = [
            [
                one.sequence,
                one.number,
                one.date.isoformat(),
                f"{one.debit:.2f}",
                one.previous,
                one.hash,
                one.expected,
                "yes" if one.holds else "NO",
            ]
            for one in links
        ]
        return File(write_csv(HEADINGS, rows), f"chain-{journal.code}-{year}.csv", "text/csv")
    found = list(links)
    return Page(
        "erp_accounting/integrity_chain.html",
        {
            "journal": journal,
            "year": year,
            "count": len(found),
            "broken": [one for one in found if not one.holds],
            "links": found[-200:],
        },
    )


ROUTES = (overview, chain)
