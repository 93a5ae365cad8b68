"""The application that a web worker process serves: made after the process has begun."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.cli.context import the_platform
from core.web import logs
from core.web.app import create_app

if TYPE_CHECKING:
    from core.web.app import Application

LOG_JSON = "PASSERELLE_JSON_LOGS"


def make() -> Application:
    """Return the ASGI application of this process."""
    if os.environ.get(LOG_JSON) == "1":
        logs.configure()
    return create_app(the_platform())
