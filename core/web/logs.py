"""Structured logs: one JSON object a line, each with the id of its request."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from core.web.middleware import State

access = logging.getLogger("passerelle.access")
errors = logging.getLogger("passerelle.errors")
_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One line a record; what ``extra`` holds becomes fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _ORDINARY}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str = "INFO") -> None:
    """Send everything to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


_SECRET = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}")


def without_secrets(path: str) -> str:
    """A path as it is logged: what is as long as the secret of a link shows its beginning only."""
    return _SECRET.sub(lambda found: f"{found[0][:4]}…", path)


def unexpected(error: Exception, method: str, path: str, request_id: str) -> None:
    """An error that nobody foresaw, with its traceback, under the reference that its reader was shown."""
    errors.error(
        "Reference %s: %s %s failed: %s",
        request_id,
        method,
        without_secrets(path),
        type(error).__name__,
        exc_info=error,
        extra={"request_id": request_id},
    )


def access_line(scope: MutableMapping[str, Any], state: State) -> None:
    """One line for one request."""
    access.info(
        "%s %s %d",
        scope["method"],
        without_secrets(scope["path"]),
        state.status,
        extra={
            "request_id": state.request_id,
            "workspace": state.workspace.name if state.workspace else None,
            "user_id": state.user_id,
            "ip": state.ip,
            "bytes": state.size,
            "ms": round((time.perf_counter() - state.started) * 1000, 1),
        },
    )
