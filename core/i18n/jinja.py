"""Give templates ``_``, ``ngettext`` and the filters that write money, numbers and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator

from core.i18n import formats
from core.i18n.relative import format_relative_day
from core.i18n.text import Text, render

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.compiler import Frame

MARKERS = ("_", "ngettext")


def domain_of_template(name: str | None) -> str:
    """Return the domain of a template by its first folder: ``crm_sales/order.html`` speaks for crm_sales."""
    head, slash, _rest = (name or "").partition("/")
    return head if slash and not head.startswith("_") else "core"


class TranslatedTemplates(CodeGenerator):
    """Write the domain into every marker at compile time: a page is made of templates of several addons."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Add the template's domain to a marker."""
        if isinstance(node.node, nodes.Name) and node.node.name in MARKERS:
            domain = nodes.Const(domain_of_template(self.name))
            node.kwargs = [*node.kwargs, nodes.Keyword("domain_", domain)]
        super().visit_Call(node, frame, forward_caller=forward_caller)


def install(environment: Environment) -> None:
    """Teach a Jinja environment to speak; call it before the first template is loaded."""
    environment.code_generator_class = TranslatedTemplates
    environment.globals.update(_=_translated, ngettext=_translated_plural)
    environment.filters.update(
        money=formats.format_money,
        amount=formats.format_amount,
        number=formats.format_number,
        quantity=formats.format_quantity,
        percent=formats.format_percent,
        date=formats.format_date,
        month=formats.format_month,
        datetime=formats.format_datetime,
        time=formats.format_time,
        relative_day=format_relative_day,
        plain_verb=plain_verb,
    )


def plain_verb(label: str) -> str:
    """A label without the dots that say something is asked first: for the dialog that asks it.

    Jinja's own ``string`` and ``replace`` would keep the language in which a label was declared.
    """
    return str(label).rstrip("…")


def _translated(source: str, /, *, domain_: str = "core", **values: Any) -> str:
    return str(source) if isinstance(source, Text) else render(domain_, source, values, None, None)


def _translated_plural(one: str, many: str, count: int, /, *, domain_: str = "core", **values: Any) -> str:
    return render(domain_, one, values, many, count)
