"""``python -m core.cli``: the command, where it is not installed."""

from core.cli.main import main

main()
