"""Read and check the fields of a plain form: one sentence per field, all of them at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.errors import Invalid
from core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from core.web.request import Fields

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+|[^@\s]+@localhost")


class Checked:
    """Collects what is wrong; ``done`` raises Invalid when anything is."""

    def __init__(self, form: Fields) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def text(self, name: str, missing: str, *, most: int = 200) -> str:
        """A text that must be there."""
        value = " ".join(self.form.get(name).split())
        if not value:
            self.errors[name] = missing
        elif len(value) > most:
            self.errors[name] = _("Use at most {count} letters.", count=most)
        return value

    def optional(self, name: str, *, most: int = 200) -> str:
        """A text that may be empty."""
        value = self.form.get(name)
        if len(value) > most:
            self.errors[name] = _("Use at most {count} letters.", count=most)
        return value

    def email(self, name: str) -> str:
        """An e-mail address."""
        value = self.form.get(name).casefold()
        if not value:
            self.errors[name] = _("Write an e-mail address.")
        elif not _ADDRESS.fullmatch(value) or len(value) > 254:
            self.errors[name] = _("Write the address like name@example.com.")
        return value

    def choice(self, name: str, offered: Collection[str], missing: str) -> str:
        """One of the values offered."""
        value = self.form.get(name)
        if value not in offered:
            self.errors[name] = missing
        return value

    def password(self, name: str, again: str = "") -> str:
        """A new password; blanks belong to it."""
        value = self.form.as_dict().get(name, "")
        if len(value) < 10:
            self.errors[name] = _("Use 10 characters or more.")
        elif len(value) > 200:
            self.errors[name] = _("Use 200 characters or fewer.")
        elif again and self.form.as_dict().get(again, "") != value:
            self.errors[again] = _("The two passwords differ.")
        return value

    def wrong(self, name: str, sentence: str) -> None:
        """Note a sentence of one's own."""
        self.errors.setdefault(name, sentence)

    def done(self) -> None:
        """Raise Invalid with every sentence."""
        if self.errors:
            raise Invalid(fields=self.errors)


def errors_of(error: Invalid) -> Mapping[str, str]:
    """The sentences by field; one without a field stands under "form"."""
    return error.fields or {"form": error.message}
