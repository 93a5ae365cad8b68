"""A process that turns addons off and on and kills itself at it: it forks for each command it reads.

Imported and discovered once, so that a killed attempt costs a tenth of a second, not a start. A line is the
seconds after which the attempt is killed (0: never), the command and its argument; the answer is what the
attempt said, then "ended" and how many seconds it took.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy import make_url

from core.db import application
from core.db.server import Server
from core.platform import Platform
from core.registry import lifecycle
from core.registry.discovery import Discovered, discover

FOLDER = Path(__file__).parents[1] / "addons"


def main(url: str, workspace: str, *only: str) -> None:
    discovered = discover(folders=[FOLDER], only=only)
    for line in sys.stdin:
        seconds, command, argument = line.strip().split(" ", 2)
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            attempt(url, workspace, discovered, command, argument)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if 0 < float(seconds) < time.monotonic() - started:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
            time.sleep(0.001)
        say(f"ended {time.monotonic() - started}")


def attempt(url: str, workspace: str, discovered: Discovered, command: str, argument: str) -> None:
    address = application.address_for(make_url(url)).render_as_string(hide_password=False)
    platform = Platform(Server(url, address), discovered)
    entry = platform.workspace(workspace)
    if command == "remove":
        say(str(lifecycle.remove(platform, entry, argument)))
    else:
        lifecycle.bring_back(platform, entry, Path(argument))
    os._exit(0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
