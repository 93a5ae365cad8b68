from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from core.reports.headings import heading_of, printed_heading, section_sums


@dataclass
class Line:
    kind: SimpleNamespace
    net: Decimal
    description: str = "Ground floor"


def a_line(kind: str, net: int = 0) -> Line:
    return Line(SimpleNamespace(value=kind), Decimal(net))


lines = st.lists(st.builds(a_line, st.sampled_from(["product", "section", "note"]), st.integers(-99, 99)))


@given(lines)
def test_sections_and_what_stands_before_the_first_make_up_the_whole(found: list[Line]) -> None:
    kinds = [line.kind.value for line in found]
    first = kinds.index("section") if "section" in kinds else len(found)
    before = sum((line.net for line in found[:first] if line.kind.value == "product"), Decimal(0))

    sums = section_sums(found)

    assert [total is not None for total in sums] == [kind == "section" for kind in kinds]
    whole = sum((line.net for line in found if line.kind.value == "product"), Decimal(0))
    assert before + sum((total for total in sums if total is not None), Decimal(0)) == whole


def test_a_section_is_printed_with_its_sum_and_a_note_alone() -> None:
    assert printed_heading(a_line("section"), "€12.00") == {"section": "Ground floor", "amount": "€12.00"}
    assert printed_heading(a_line("note")) == {"note": "Ground floor"}
    assert heading_of(a_line("product")) == ""
    assert heading_of(SimpleNamespace(), "kind") == ""
