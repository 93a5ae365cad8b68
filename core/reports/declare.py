"""Declare a printed document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.env import Env
    from core.orm.model import Model


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file inside the PDF. ``relation`` is PDF/A-3's word for its role: Factur-X says "alternative"."""

    name: str
    content: bytes
    media_type: str
    description: str = ""
    relation: str = "supplement"


@dataclass(frozen=True, slots=True)
class Report:
    """A document printed from one record.

    ``template`` is ``<addon>/<name>.typ``, a Typst file in ``templates/<addon>/`` of the addon. It reads what
    ``data(env, record)`` returns: texts already written in the reader's language, lists, no records.
    """

    name: str
    """``crm_sales.quote``"""
    model: type[Model]
    title: str
    template: str
    data: Callable[[Env, Any], dict[str, Any]]
    filename: Callable[[Env, Any], str]
    enclosures: Callable[[Env, Any], Sequence[Enclosure]] | None = None
    finish: Callable[[Env, Any, bytes], bytes] | None = None
    """What is done with the finished PDF, such as marking it as Factur-X; in the document's language."""
    locale: Callable[[Env, Any], str] | None = None
    """The language of the document, usually the customer's; the reader's own when left out."""
