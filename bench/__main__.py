"""Run every measure, or those whose names begin with what is given."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback

from bench.measure import Bench
from core import platform as platforms

MEASURES = (
    "orders:run",
    "lists:run",
    "search:run",
    "ledger:run",
    "posting:run",
    "stock:run",
    "bank:run",
    "apps:run",
    "apps:cold_start",
    "imports:run",
    "pages:memory",
    "pages:weight",
    "crowd:run",
)


def main() -> int:
    """Print one JSON line per number; 1 when a measure could not be taken."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data; says nothing about targets")
    parser.add_argument("only", nargs="*", help="names of measures, e.g. search")
    chosen = parser.parse_args()
    bench = Bench(quick=chosen.quick)
    platform = platforms.start()
    # servers that a measure starts reach the same database by the same login
    os.environ.setdefault(platforms.APPLICATION_URL, platform.server.session_dsn)
    failed = 0
    for measure in MEASURES:
        if chosen.only and not measure.startswith(tuple(chosen.only)):
            continue
        module, function = measure.split(":")
        try:
            getattr(importlib.import_module(f"bench.{module}"), function)(bench, platform)
        except Exception:  # one measure that breaks must not hide the others
            failed = 1
            sys.stderr.write(f"The measure {measure} failed:\n{traceback.format_exc()}\n")
    platform.server.dispose()
    return failed


if __name__ == "__main__":
    sys.exit(main())
