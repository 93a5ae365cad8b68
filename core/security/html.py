"""HTML of strangers (incoming e-mail, pasted text), made harmless before it is kept or shown."""

from __future__ import annotations

from typing import Final

import nh3

_BLOCKS: Final = {"blockquote", "br", "div", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
_WORDS: Final = {"a", "abbr", "b", "code", "em", "i", "s", "span", "strong", "sub", "sup", "u"}
_TABLES: Final = {"table", "tbody", "td", "th", "thead", "tr"}
_CELL: Final = {"colspan", "rowspan"}
_ATTRIBUTES: Final = {"a": {"href", "title"}, "td": _CELL, "th": {*_CELL, "scope"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


def clean_html(html: str) -> str:
    """Keep structure and emphasis; drop scripts, styles, forms, frames, pictures and every handler.

    Pictures go too: loading one tells its sender who read the message, when and where. Links open without
    telling where they were followed from.
    """
    return nh3.clean(
        html,
        tags=_BLOCKS | _WORDS | _TABLES,
        clean_content_tags={"script", "style", "template", "title"},
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
    )
