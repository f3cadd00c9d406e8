"""Whatever stands in a form or a query, no page fails: it says what is wrong, or that there is no such thing."""

from __future__ import annotations

from tests.access.forms import (
    ODD,
    addresses_with_all_fields,
    failures_of,
    failures_of_all_fields,
    forms_of,
    quiet,
)
from tests.access.pages import Visitor
from tests.access.world import World

# One of each kind of mistake for each field of each form; the rest of ODD goes into all fields at once.
TELLING = {
    words: ODD[words]
    for words in ("absent", "NUL", "half a character", "too large for Python", "a raised digit", "other kinds")
}


def test_no_field_of_any_form_makes_a_page_fail(world: World) -> None:
    visitor = Visitor()
    with quiet():
        forms = forms_of(world, visitor)
        assert len(forms) > 100, "the forms are found"
        assert [str(failure) for form in forms for failure in failures_of(form, visitor, TELLING)] == []


def test_no_field_at_any_address_makes_it_fail_though_no_page_shows_a_form_for_it(world: World) -> None:
    visitor = Visitor()
    with quiet():
        for method in ("GET", "POST"):
            forms = addresses_with_all_fields(world, method)
            assert len(forms) > 80, "the addresses are found"
            wrong = [str(failure) for form in forms for failure in failures_of_all_fields(form, visitor, ODD)]
            assert wrong == []
