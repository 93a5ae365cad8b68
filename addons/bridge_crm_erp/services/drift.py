"""Compare what both sides say of the same fact."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.bridge_crm_erp.models import DriftCheck
from core.api import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from core.api import Env


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not the same on both sides."""

    record_id: int
    record: str
    says: str
    proof: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind of fact: how many were compared, and those that differ."""

    kind: str
    label: str
    compared: int
    differences: tuple[Difference, ...] = field(default=())


def compare(
    kind: str, label: str, kept: Mapping[int, Any], found: Mapping[int, Any], name: Any
) -> Comparison:
    """Two complete sets by record id; ``name(id)`` gives a record's name and address."""
    differing = sorted(key for key in kept.keys() | found.keys() if kept.get(key) != found.get(key))
    return Comparison(
        kind,
        label,
        len(kept.keys() | found.keys()),
        tuple(Difference(key, *_named(name, key, kept.get(key), found.get(key))) for key in differing),
    )


def run(env: Env) -> DriftCheck:
    """Compare everything and keep the report; only the last ones matter, so older ones go."""
    with env.system("drift check of the bridge") as system:
        comparisons = list(comparisons_of(system))
    check = env[DriftCheck](
        at=env.now(),
        user_id=env.user.id,
        compared={comparison.kind: comparison.compared for comparison in comparisons},
        differences=[
            {"kind": comparison.kind, **asdict(difference)}
            for comparison in comparisons
            for difference in comparison.differences
        ],
    )
    env.session.add(check)
    env.session.flush()
    return check


def last(env: Env) -> DriftCheck | None:
    """The latest report of the company."""
    model = env[DriftCheck]
    mine = select(model).where(model.company_id == env.company_id)
    return env.session.scalars(mine.order_by(model.id.desc()).limit(1)).first()


def repair(env: Env, kind: str, record_id: int) -> DriftCheck:
    """Recompute one fact, then compare again."""
    with env.system("recompute a fact that differed") as system:
        env.hooks.bridge_repair(env=system, kind=kind, record_id=record_id)
    return run(env)


def findings(env: Env) -> Iterator[Finding]:
    """For ``verify``: every difference is a broken invariant."""
    for comparison in comparisons_of(env):
        for difference in comparison.differences:
            detail = f"{difference.says} / {difference.proof}"
            yield Finding(f"bridge.{comparison.kind}", difference.record, detail)


def comparisons_of(env: Env) -> Iterator[Comparison]:
    """What all wires compare, in their order."""
    for answers in env.hooks.bridge_compare(env=env):
        yield from answers


def _named(name: Any, key: int, kept: Any, found: Any) -> tuple[str, str, str, str]:
    record, url = name(key)
    return record, _text(kept), _text(found), url


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_text(part) for part in value)
    return str(getattr(value, "label", value))
