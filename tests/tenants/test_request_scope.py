"""A logged-in person's request runs in one transaction under their scope, rendering and streaming included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client, override_settings
from django.urls import include, path

from sensors.models import Sensor
from tenants.tenancy.scope import scope_is_open, tenant_scope
from tests.factories import Cast


def _count() -> int:
    return int(Sensor.objects.count())


def read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(_count()))


def rendered_late(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string("{{ sensors|length }}")
    return TemplateResponse(request, template, {"sensors": Sensor.objects.all()})


def _rename() -> None:
    Sensor.objects.update(name="half done")


def answers_500(request: HttpRequest) -> HttpResponse:
    _rename()
    return HttpResponse(status=500)


def raises(request: HttpRequest) -> HttpResponse:
    _rename()
    raise RuntimeError("after half the work")


def streams(request: HttpRequest) -> StreamingHttpResponse:
    def lines() -> Iterator[bytes]:
        for _ in range(2):
            yield f"{_count()};".encode()

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("read", read),
    path("late", rendered_late),
    path("answers-500", answers_500),
    path("raises", raises),
    path("streams", streams),
    path("", include("otasuke.urls")),
]


@pytest.fixture
def hanako(cast: Cast) -> Iterator[Client]:
    client = Client(raise_request_exception=False)
    client.force_login(cast.hanako)
    with override_settings(ROOT_URLCONF=__name__):
        yield client


def _name(cast: Cast) -> str:
    with tenant_scope(cast.sakura_dental.pk):
        return str(Sensor.objects.get().name)


def test_the_view_sees_the_own_firm_only(hanako: Client) -> None:
    assert hanako.get("/read").content == b"1"


def test_a_template_rendered_after_the_view_is_still_in_scope(hanako: Client) -> None:
    assert hanako.get("/late").content == b"1"


@pytest.mark.parametrize("way", ["/answers-500", "/raises"])
def test_an_error_leaves_no_half_write(hanako: Client, cast: Cast, way: str) -> None:
    assert hanako.get(way).status_code == 500
    assert _name(cast) == "本社"


def test_a_streamed_answer_opens_the_scope_again(hanako: Client) -> None:
    response = hanako.get("/streams")
    assert not scope_is_open()
    assert b"".join(response.streaming_content) == b"1;1;"  # type: ignore[attr-defined]
    assert not scope_is_open()


def test_nothing_of_one_request_reaches_the_next(hanako: Client, cast: Cast) -> None:
    assert hanako.get("/read").content == b"1"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sensors_sensor")
        assert cursor.fetchone() == (0,)
    with override_settings(ROOT_URLCONF=__name__):
        assert Client(raise_request_exception=False).get("/read").status_code == 500
