"""Work that happens after the transaction that asked for it: declared, deferred, retried, seen."""

from __future__ import annotations

from core.jobs.declare import Job, job

__all__ = ["Job", "job"]
