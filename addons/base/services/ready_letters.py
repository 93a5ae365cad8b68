"""Letters an addon brings ready to be sent: one template for each language, changed by administrators
later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.base.models import MailTemplate
from core.api import using

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.api import Env

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class ReadyLetter:
    """A letter with merge fields, its words translatable: ``_("Order {number}")``."""

    name: str
    subject: str
    body: str
    report: str | None = None
    """The document that goes with it, e.g. "crm_sales.order"."""


def offer(env: Env, model: str, letters: Sequence[ReadyLetter]) -> None:
    """Write the templates of a model in every language, unless it has some already. For ``seed_data``."""
    template = env[MailTemplate]
    if env.session.scalar(select(template.id).where(template.model == model).limit(1)) is not None:
        return
    for locale in LANGUAGES:
        with using(locale):
            env.session.add_all(
                template(
                    model=model,
                    locale=locale,
                    name=str(letter.name),
                    subject=str(letter.subject),
                    body=str(letter.body),
                    report=letter.report,
                )
                for letter in letters
            )
    env.session.flush()
