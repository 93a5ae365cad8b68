"""What a check of invariants found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken invariant: which rule, on which record, in words."""

    rule: str
    record: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.record}" + (f" ({self.detail})" if self.detail else "")
