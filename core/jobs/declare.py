"""Declare a job: a function that takes an Env and JSON-ready arguments."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar

import msgspec
from croniter import croniter  # type: ignore[import-untyped]  # it ships no types

from core.errors import AddonError
from core.i18n import humanised
from core.i18n.catalogs import domain_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.env import Env
    from core.i18n import Text

P = ParamSpec("P")
T = TypeVar("T")
QUEUES = ("default", "webhooks")


class Step(Protocol):
    """``step(work)`` runs ``work(env)`` in a transaction, again when the database could not serialise it."""

    def __call__(self, work: Callable[[Env], T], /) -> T:
        """Give what ``work`` gives, after it was committed."""


class Job(Generic[P]):
    """A declared job. Calling it runs the function at once, which is what a test wants."""

    def __init__(
        self,
        function: Callable[P, None],
        *,
        title: str = "",
        queue: str = "default",
        retries: int = 5,
        cron: str = "",
        as_user: bool = False,
        in_steps: bool = False,
    ) -> None:
        self.function = function
        self.addon = domain_of(function.__module__)
        self.name = f"{self.addon}.{function.__name__}"
        self.title: str | Text = title or humanised(function.__name__, self.addon)
        self.queue = queue
        self.retries = retries
        self.cron = cron
        self.as_user = as_user
        self.in_steps = in_steps
        if queue not in QUEUES:
            message = f"Job {self.name}: there is no queue '{queue}'."
            raise AddonError(message, hint=f"There are {', '.join(QUEUES)}.")
        if cron and not croniter.is_valid(cron):
            message = f"Job {self.name}: '{cron}' is no schedule; write five fields, such as '0 6 * * *'."
            raise AddonError(message)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<job {self.name}>"

    @cached_property
    def _types(self) -> dict[str, Any]:
        """The types of the arguments after ``env``, which must exist at run time."""
        types: dict[str, Any] = {}
        for name, parameter in list(inspect.signature(self.function).parameters.items())[1:]:
            written = parameter.annotation
            try:
                types[name] = (
                    eval(written, self.function.__globals__)  # noqa: S307 - the addon's own annotation
                    if isinstance(written, str)
                    else written
                )
            except NameError as error:
                message = f"Job {self.name}: the type of '{name}' is unknown at run time: {error}."
                raise AddonError(message, hint="Import it outside TYPE_CHECKING.") from error
        return types

    def pack(self, arguments: dict[str, Any]) -> str:
        """Write arguments as JSON; a wrong name or type raises TypeError where the job is deferred."""
        parameters = dict(list(inspect.signature(self.function).parameters.items())[1:])
        unknown = arguments.keys() - parameters.keys()
        missing = {n for n, p in parameters.items() if p.default is p.empty} - arguments.keys()
        if unknown or missing:
            message = f"Job {self.name}: unknown {sorted(unknown)}, missing {sorted(missing)}."
            raise TypeError(message)
        packed = msgspec.json.encode(arguments).decode()
        self.unpack(packed)
        return packed

    def unpack(self, packed: str) -> dict[str, Any]:
        """Read arguments in the types that the function declares."""
        raw: dict[str, Any] = msgspec.json.decode(packed)
        try:
            return {name: msgspec.convert(value, self._types[name]) for name, value in raw.items()}
        except msgspec.ValidationError as error:
            message = f"Job {self.name}: {error}."
            raise TypeError(message) from error


def job(
    *,
    title: str = "",
    queue: str = "default",
    retries: int = 5,
    cron: str = "",
    as_user: bool = False,
    in_steps: bool = False,
) -> Callable[[Callable[P, None]], Job[P]]:
    """Make a function a job; list it in ``declare_jobs``.

    ``title`` is what the jobs page shows. A failed run is repeated ``retries`` times, each pause longer than
    the last. ``cron`` runs it in every workspace that enabled the addon, in UTC. The Env is the platform's
    own, in the company and language of whoever deferred it; with ``as_user`` it has that user's rights
    instead. A job may run twice: make effects once by a unique key.

    A job that waits for other systems holds nothing meanwhile: with ``in_steps`` its first argument is a
    ``Step`` in place of the Env, and what is between two steps runs outside of every transaction. ``queue``:
    jobs on "webhooks" have threads of their own and never wait for others, nor others for them.
    """

    def declare(function: Callable[P, None]) -> Job[P]:
        return Job(
            function,
            title=title,
            queue=queue,
            retries=retries,
            cron=cron,
            as_user=as_user,
            in_steps=in_steps,
        )

    return declare
