"""Bring records in from CSV and XLSX files, by the rules of their forms.

``read_table`` reads a file, ``guess_mapping`` says which column is which field, ``run_import`` checks and
writes in the caller's transaction (a dry run writes nothing), ``batches`` does the same in the background
with progress, a file of what failed, and undo.
"""

from core.views.imports.mapping import Target, guess_mapping, targets
from core.views.imports.run import ImportResult, RowError, run_import
from core.views.imports.table import Table, Unreadable, read_table, rows_of_csv, write_csv

__all__ = [
    "ImportResult",
    "RowError",
    "Table",
    "Target",
    "Unreadable",
    "guess_mapping",
    "read_table",
    "rows_of_csv",
    "run_import",
    "targets",
    "write_csv",
]
