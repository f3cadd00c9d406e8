"""What the schema allows, and what it does not, sent to every operation: no failure, no foreign row, none unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

from tests.api.programs import token_for
from tests.factories import Cast
from tests.portal import scenes

EXAMPLES = 25
SAKURA, YAMADA = "さくらだけの規則", "山田だけの規則"
UNASKED = ("/api/v1/time",)
LIMITED = ("tenants.api.reading", "tenants.api.authentication", "sensors.api.limits")


@dataclass(frozen=True)
class Field:
    """The API with both firms' rows in it."""

    operations: list[Any]
    tokens: dict[str, str]


@pytest.fixture
def field(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    for module in LIMITED:
        monkeypatch.setattr(f"{module}.tried", lambda key, window_s: 0)
    for box, word, number in ((cast.sakura_box, SAKURA, 3), (cast.yamada_box, YAMADA, 7)):
        group = scenes.group_make(box.sensor, "outbound-malware-count", count=3, signature=word)
        scenes.incident_make(group, number=number)
        scenes.report_make(box.sensor.tenant_id, date(2026, 10, 1))
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    tokens = {
        SAKURA: token_for(cast.hanako, cast.sakura_dental).secret,
        YAMADA: token_for(cast.jiro, cast.yamada_works).secret,
    }
    yield Field([result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)], tokens)
    cache.clear()


def _answers(operation: Any, secret: str, mode: GenerationMode) -> Iterator[tuple[Any, Any]]:
    """(case, answer) of many requests, kept by hypothesis within what the mode allows."""
    pairs: list[tuple[Any, Any]] = []

    @seed(20261121)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.headers = {name: value for name, value in case.headers.items() if name.lower() != "authorization"}
        answer = case.call(headers={"Authorization": f"Bearer {secret}"} if secret else {})
        pairs.append((case, answer))

    ask()
    yield from pairs


def test_no_operation_fails_and_none_gives_out_what_is_not_the_askers(field: Field) -> None:
    requests = answered = with_rows = 0
    for operation in field.operations:
        for own, secret in field.tokens.items():
            foreign = YAMADA if own == SAKURA else SAKURA
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if mode is GenerationMode.NEGATIVE and not _has_parameters(operation):
                    continue
                for case, answer in _answers(operation, secret, mode):
                    requests += 1
                    answered += answer.status_code == 200
                    with_rows += own in answer.text
                    assert answer.status_code < 500, (case.as_curl_command(), answer.text)
                    assert foreign not in answer.text, case.as_curl_command()
                    case.validate_response(answer, checks=[not_a_server_error])
    assert requests > 500
    assert with_rows > 20, "the own rows must be there to be seen"
    assert answered > 50, "most requests that the schema allows must be understood"


def test_without_a_token_or_a_signature_nothing_is_given_out(field: Field) -> None:
    for operation in field.operations:
        for case, answer in _answers(operation, "", GenerationMode.POSITIVE):
            if operation.path not in UNASKED:
                assert 400 <= answer.status_code < 500, case.as_curl_command()
            assert SAKURA not in answer.text
            assert YAMADA not in answer.text


def _has_parameters(operation: Any) -> bool:
    return bool(operation.path_parameters or operation.query or operation.headers or operation.body)
