"""Write a mail from a template of an addon, in the language of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.errors import AddonError
from core.i18n import jinja, using

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.registry.compose import Registry

_SUBJECT = "Subject: "


def compose(
    env: Env, template: str, context: Mapping[str, Any], *, locale: str | None = None
) -> tuple[str, str]:
    """Render ``addon/mail/name.txt`` and return subject and text.

    The first line of the template is ``Subject: ...``. ``env`` and ``company`` are in the context.
    """
    environment = env.registry.memo("mail templates", _environment)
    with using(locale or env.locale):
        written = environment.get_template(template).render(
            {"env": env, "company": env.company if env.company_id else None} | dict(context)
        )
    first, _, rest = written.lstrip().partition("\n")
    if not first.startswith(_SUBJECT):
        message = f"Mail template {template} must begin with a line '{_SUBJECT}...'."
        raise AddonError(message)
    return first.removeprefix(_SUBJECT).strip(), rest.strip() + "\n"


def _environment(registry: Registry) -> Environment:
    folders = [registry.discovered[name].path / "templates" for name in registry.addons]
    environment = Environment(  # noqa: S701 - plain text is not escaped; HTML parts are made elsewhere
        loader=FileSystemLoader([folder for folder in folders if folder.is_dir()]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.install(environment)
    return environment
