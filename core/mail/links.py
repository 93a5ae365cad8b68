"""Links that open something without signing in: their secret exists in the mail that left, and as a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from core.address import base_url

if TYPE_CHECKING:
    from core.env import Env
    from core.mail.models import Mail

LINK = "[[link]]"
"""Stands in the text of a mail for the link that is made when the mail leaves."""


class Openable(Protocol):
    """A record that a secret link opens: an invitation, a quote on its public page."""

    model_name: ClassVar[str]

    @property
    def id(self) -> int:
        """Of the record that has been written."""
        ...

    def renew_link(self, env: Env) -> str:
        """Make a new secret, keep its hash, and give the path that it opens, such as ``/quote/<secret>``.

        Called when a mail is handed to the mail server, again when that is repeated; a secret made before is
        dead. Raise RuleBroken when nobody should get a link any more: the mail is then not sent.
        """
        ...


def link_of(env: Env, mail: Mail) -> str:
    """A fresh link for a mail that is about to leave; empty for a mail without one."""
    if mail.opens_model is None or mail.opens_id is None:
        return ""
    base = base_url(env)
    with env.system("make the link of a mail") as system:
        record = cast("Openable", system.get(env.registry.model(mail.opens_model), mail.opens_id, lock=True))
        path = record.renew_link(system)
        system.session.flush()
    return f"{base}{path}"
