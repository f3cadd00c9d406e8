"""Whatever stands in a form or a query, no page fails: it says what is wrong, or that there is no such thing."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from tests.access.forms import (
    ODD,
    Failure,
    Form,
    addresses_with_all_fields,
    failures_of,
    failures_of_all_fields,
    forms_of,
    quiet,
)
from tests.access.pages import Visitor
from tests.access.world import World

# Each form meets its share of the odd values, so that all of them are met by many forms; whole, it takes minutes.
OF_A_FIELD, OF_ALL_FIELDS = 10, 6


def _share(form: Form, step: int) -> dict[str, bytes | None]:
    names = list(ODD)
    first = crc32(repr(form.kind).encode()) % len(names)
    return {words: ODD[words] for words in (names + names)[first : first + len(names) : step]}


def _wrong(failures: Iterable[Failure]) -> list[str]:
    """Readiness answers 503 where no worker runs, which is so here."""
    return [str(failure) for failure in failures if failure.form.path != "/readyz"]


def test_no_field_of_any_form_makes_a_page_fail(world: World) -> None:
    visitor = Visitor()
    with quiet():
        forms = forms_of(world, visitor)
        assert len(forms) > 100, "the forms are found"
        assert (
            _wrong(failure for form in forms for failure in failures_of(form, visitor, _share(form, OF_A_FIELD))) == []
        )


def test_no_field_at_any_address_makes_it_fail_though_no_page_shows_a_form_for_it(world: World) -> None:
    visitor = Visitor()
    with quiet():
        for method in ("GET", "POST"):
            forms = addresses_with_all_fields(world, method)
            assert len(forms) > 80, "the addresses are found"
            failures = (
                failure
                for form in forms
                for failure in failures_of_all_fields(form, visitor, _share(form, OF_ALL_FIELDS))
            )
            assert _wrong(failures) == []
