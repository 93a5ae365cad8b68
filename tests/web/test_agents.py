from __future__ import annotations

import pytest

from core.web.agents import spoken_agent


@pytest.mark.parametrize(
    ("agent", "spoken"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome, Linux"),  # noqa: E501 - a header is one line
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),  # noqa: E501 - a header is one line
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1", "Safari, iPhone"),  # noqa: E501 - a header is one line
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_its_owner_calls_it(agent: str, spoken: str) -> None:
    assert spoken_agent(agent) == spoken
