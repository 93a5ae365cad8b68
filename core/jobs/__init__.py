"""Work that happens after the transaction that asked for it: declared, deferred, retried, seen."""

from __future__ import annotations

from core.jobs.declare import Job, Step, job

__all__ = ["Job", "Step", "job"]
