"""The request as a handler sees it: parsed before the worker thread, plain values, nothing awaited."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.web.htmx import Htmx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.db.directory import WorkspaceEntry
    from core.web.context import Site


class Fields:
    """Names and values of a query or a form; a name may come several times, ``get`` gives its last value."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self._last = dict(self.pairs)

    def __getitem__(self, name: str) -> str:
        return self._last[name]

    def __contains__(self, name: object) -> bool:
        return name in self._last

    def __iter__(self) -> Iterator[str]:
        return iter(self._last)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def get(self, name: str, default: str = "") -> str:
        """The last value, without surrounding blanks."""
        return self._last.get(name, default).strip()

    def all(self, name: str) -> list[str]:
        """Every value, in order."""
        return [value for key, value in self.pairs if key == name]

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number, or the default when it is none."""
        value = self.get(name)
        return int(value) if value.isdecimal() and len(value) < 19 else default

    def items(self) -> Iterable[tuple[str, str]]:
        """Each name with its last value."""
        return self._last.items()

    def over(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """What a refused form shows again: what was typed, and where nothing came what it showed before."""
        return {**shown, **self._last}

    def as_dict(self) -> dict[str, str]:
        """A copy: each name with its last value."""
        return dict(self._last)


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file, whole."""

    name: str
    media_type: str
    content: bytes


@dataclass(slots=True)
class Request:
    """One request. It has a ``form`` (and ``files``), or a ``body``."""

    method: str
    path: str
    id: str
    """Names the request in the log and on error pages."""
    workspace: WorkspaceEntry
    host: str = ""
    scheme: str = "http"
    query_string: str = ""
    query: Fields = field(default_factory=Fields)
    form: Fields = field(default_factory=Fields)
    files: Mapping[str, list[Upload]] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Keys in lower case."""
    cookies: Mapping[str, str] = field(default_factory=dict)
    ip: str = ""
    nonce: str = ""
    htmx: Htmx = field(default_factory=lambda: Htmx.of({}))
    site: Site | None = None
    """What the process serves with."""
    signed_in: Any = None
    """The session of whoever is signed in (``core.security.sessions.SignedIn``), or None."""
    csrf_secret: str = ""
    later: dict[str, Any] = field(default_factory=dict)
    """Notes of this request for the shell, such as new cookies."""

    @property
    def url(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path

    @property
    def secure(self) -> bool:
        """Whether the browser came over TLS."""
        return self.scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme and host as the request names them.

        Only for comparing, and for what the set-up wizard keeps: links begin with ``base_url(env)``.
        """
        return f"{self.scheme}://{self.host}"

    @property
    def user_agent(self) -> str:
        """What the browser calls itself."""
        return self.headers.get("user-agent", "")[:300]

    @property
    def writes(self) -> bool:
        """Whether the method may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def upload(self, name: str) -> Upload | None:
        """The only file of a field, if one was chosen."""
        found = [one for one in self.files.get(name, ()) if one.name]
        return found[0] if found else None
