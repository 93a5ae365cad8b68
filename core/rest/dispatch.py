"""One request of a program: who, which model, which verb, one transaction, one answer."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from core.db.transaction import transaction
from core.errors import NotAllowed, NotFound
from core.i18n import _, negotiate, using
from core.registry.answering import answering
from core.rest import deletions, openapi, reading, repeated, writing
from core.rest.answers import Answer, Problem, ok, refusal
from core.rest.bodies import read_typed
from core.rest.caller import PER_MINUTE, Allowance, Caller, identify, key_of
from core.rest.schemas import Shape, is_offered, shapes
from core.security.reading_only import reading_only
from core.views.endpoints import endpoints_of, may_call
from core.web.logs import unexpected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform
    from core.views.endpoints import Endpoint

PREFIX = "/api/v1/"
_METHODS = "GET, POST, PATCH, DELETE"
_WRITES = {"POST": "write", "PATCH": "write", "DELETE": "write", "GET": "read"}


@dataclass(frozen=True, slots=True)
class Call:
    """What came in."""

    workspace: WorkspaceEntry
    method: str
    path: str
    """After ``/api/v1/``."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    ip: str


class Dispatcher:
    """Answers every call; one per process."""

    def __init__(self, platform: Platform, *, per_minute: int = PER_MINUTE) -> None:
        self.platform = platform
        self.allowance = Allowance(platform.server, per_minute)

    def answer(self, call: Call) -> Answer:
        """Return an answer, whatever happens; a refusal has written nothing."""
        with using(negotiate(call.headers.get("accept-language", ""))):
            try:
                self._count(call)
                name, reads = call.workspace.name, call.method in ("GET", "HEAD")
                with reading_only(f"{call.method} {PREFIX}{call.path}") if reads else nullcontext():
                    return answering(self.platform, name, lambda: self._in_transaction(call))
            except Exception as error:
                found = refusal(error, call.request_id, asked=call.method == "GET")
                if found.status >= 500:
                    unexpected(error, call.method, PREFIX + call.path, call.request_id)
                return found

    def _count(self, call: Call) -> None:
        """Count the request of a known token, in transactions of its own: a refused one counts as well, and
        requests of one token do not wait for each other."""
        authorization = call.headers.get("authorization", "")
        key = key_of(call.workspace.name, authorization)
        if self.allowance.has(key):
            return
        with transaction(self.platform.server, call.workspace) as connection:
            identify(connection, authorization)
        self.allowance.take(key)

    def _in_transaction(self, call: Call) -> Answer:
        with transaction(self.platform.server, call.workspace) as connection:
            caller = identify(connection, call.headers.get("authorization", ""))
            company_id, company_ids = caller.at_work(call.headers.get("x-company", "").strip().lower())
            env = self.platform.env_in(
                connection,
                call.workspace,
                user=caller.who,
                company_id=company_id,
                company_ids=company_ids,
                user_companies=caller.user_companies,
                registry=self.platform.registry_for(connection, call.workspace, caller.registry_version),
                version=caller.registry_version,
                request_id=call.request_id,
            )
            answer = _route(env, caller, call)
            env.session.flush()
            env.session.close()
            return answer


def _route(env: Env, caller: Caller, call: Call) -> Answer:
    parts = [unquote(part) for part in call.path.strip("/").split("/")]
    if parts == ["openapi.json"]:
        _only(call, "GET")
        return ok(openapi.document(env))
    endpoint = endpoints_of(env.registry).get("/".join(parts))
    if endpoint is not None:
        caller.need(endpoint.scope, "write")
        return _call(env, endpoint, call)
    shape = _shape(env, parts[0])
    operation = _WRITES.get(call.method)
    if operation is None:
        raise _wrong_method(_METHODS)
    caller.need(shape.name, operation)
    match parts[1:]:
        case []:
            return _collection(env, shape, call)
        case ["deleted"]:
            _only(call, "GET")
            return deletions.read_deleted(env, shape, call.query)
        case [identity]:
            return _record(env, shape, identity, call)
        case [identity, "actions", verb]:
            _only(call, "POST")
            return _once(env, call, lambda: _act(env, shape, identity, verb, call))
    raise NotFound(_("There is nothing at this address."), hint=_("Look it up in the documentation."))


def _shape(env: Env, name: str) -> Shape:
    found = shapes(env).get(name)
    if found is None:
        if name in env.registry.models and is_offered(env.registry.models[name]):
            raise NotAllowed(
                _("You may not read {model}.", model=name),
                hint=_("An administrator can give you a role that includes it."),
            )
        raise NotFound(
            _("There is no model {model} here.", model=name[:80]),
            hint=_("Its app may not be enabled."),
        )
    return found


def _collection(env: Env, shape: Shape, call: Call) -> Answer:
    if call.method == "GET":
        return reading.read_list(env, shape, call.query)
    _only(call, "POST", allow="GET, POST")
    _need_json(call)

    def create() -> Answer:
        record = writing.create(env, shape, call.body)
        place = f"{PREFIX}{shape.name}/{record.id}"
        return reading.read_one(env, shape, record, status=201, location=place)

    return _once(env, call, create)


def _record(env: Env, shape: Shape, identity: str, call: Call) -> Answer:
    if call.method == "GET":
        record = reading.find(env, shape, identity)
        tag = reading.etag(record)
        if tag and tag in [t.strip() for t in call.headers.get("if-none-match", "").split(",")]:
            return Answer(304, b"", {"etag": tag})
        return reading.read_one(env, shape, record)
    record = reading.find(env, shape, identity, lock=True)
    reading.refuse_stale(record, call.headers.get("if-match", ""))
    if call.method == "PATCH":
        _need_json(call)
        writing.change(env, shape, record, call.body)
        return reading.read_one(env, shape, record)
    _only(call, "DELETE", allow="GET, PATCH, DELETE")
    writing.delete(env, shape, record)
    return Answer(204)


def _act(env: Env, shape: Shape, identity: str, verb: str, call: Call) -> Answer:
    if call.body:
        _need_json(call)
    record = reading.find(env, shape, identity, lock=True)
    reading.refuse_stale(record, call.headers.get("if-match", ""))
    result = writing.act(env, shape, record, verb, call.body)
    if record in env.session:
        env.session.refresh(record)
        answer = reading.read_one(env, shape, record)
    else:
        answer = ok({})
    if leads_to := writing.described(result):
        answer.headers["location"] = leads_to.get("page") or f"{PREFIX}{leads_to['model']}/{leads_to['id']}"
    return answer


def _call(env: Env, endpoint: Endpoint, call: Call) -> Answer:
    _only(call, "POST")
    if not may_call(env, endpoint):
        raise NotAllowed(
            _("You may not call {name}.", name=endpoint.name),
            hint=_("An administrator can give you a role that includes it."),
        )
    _need_json(call)

    def handled() -> Answer:
        return ok(endpoint.handle(env, read_typed(call.body, endpoint.body)))

    if not endpoint.keyed:
        return handled()
    if not call.headers.get("idempotency-key"):
        raise Problem(
            400,
            _("The header Idempotency-Key is missing."),
            hint=_("Send a key of your own for each event; the same key again does nothing twice."),
        )
    return _once(env, call, handled)


def _once(env: Env, call: Call, work: repeated.Work) -> Answer:
    key = call.headers.get("idempotency-key", "")
    if not key:
        return work()
    return repeated.once(env, key, repeated.fingerprint(call.method, call.path, call.body), work)


def _need_json(call: Call) -> None:
    kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, _("The body must be JSON."), hint=_("Send 'Content-Type: application/json'."))


def _only(call: Call, method: str, *, allow: str = "") -> None:
    if call.method != method:
        raise _wrong_method(allow or method)


def _wrong_method(allow: str) -> Problem:
    return Problem(405, _("This address takes {methods}.", methods=allow), headers={"allow": allow})
