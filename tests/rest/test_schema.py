from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.rest.dispatch import Dispatcher
from core.web.app import create_app
from tests.rest.conftest import Api, a_token

if TYPE_CHECKING:
    from core.testing.plugin import LiveWorkspace

pytestmark = [
    pytest.mark.addons("sample_rights"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PATHS = {"/sample_shop.deal", "/sample_shop.customer", "/core.company"}
WRITTEN = PATHS - {"/core.company"}
"""The platform's own records are only read."""
EXAMPLES = 8


@pytest.fixture(scope="module")
def program(shop: LiveWorkspace) -> Api:
    with shop.env() as env:
        customer = env.add(env.registry.model("sample_shop.customer"), name="Kervran")
        env.add(env.registry.model("sample_shop.deal"), title="Lamps", customer_id=customer.id)
    token = a_token(shop, "base.admin", email="schema@example.com")
    return Api(shop, token, Dispatcher(shop.platform, per_minute=1_000_000))


@pytest.fixture
def asgi(program: Api) -> Any:
    app = create_app(program.workspace.platform, threads=2)
    app.litestar.state["rest"] = program.dispatcher
    return app


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_generated_request_breaks_the_interface(asgi: Any, program: Api, mode: GenerationMode) -> None:
    """Schemathesis reads our document, sends what it allows or forbids, and compares the answers with it."""
    document = program("GET", "openapi.json").json
    host = program.workspace.entry.name
    document["servers"] = [{"url": f"http://{host}.localhost/api/v1"}]
    document["paths"] = {
        p: item for p, item in document["paths"].items() if p.split("/{")[0].removesuffix("/deleted") in PATHS
    }
    schema = openapi.from_dict(document)
    schema.app = asgi
    headers = {"Authorization": f"Bearer {program.token}", "Host": f"{host}.localhost"}
    tried = []

    for result in schema.get_all_operations():
        operation = result.ok()
        tried.append(operation.label)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: schemathesis.Case) -> None:
            case.call_and_validate(
                headers=headers,
                timeout=120,
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    response_schema_conformance,
                    response_headers_conformance,
                ],
            )

        send()

    assert set(tried) == {
        *(f"GET {path}" for path in PATHS),
        *(f"GET {path}/{{id}}" for path in PATHS),
        *(f"GET {path}/deleted" for path in PATHS),
        *(f"POST {path}" for path in WRITTEN),
        *(f"{verb} {path}/{{id}}" for path in WRITTEN for verb in ("PATCH", "DELETE")),
        "POST /sample_shop.deal/{id}/actions/win",
        "POST /sample_shop.deal/{id}/actions/lose",
    }
