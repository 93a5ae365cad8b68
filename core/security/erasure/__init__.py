"""Take a person's names, addresses and numbers out of everything a workspace stores."""

from __future__ import annotations

from core.security.erasure.sweep import Erased, Kept, erase, settle_audit
from core.security.erasure.traces import ERASED, Traces

__all__ = ["ERASED", "Erased", "Kept", "Traces", "erase", "settle_audit"]
