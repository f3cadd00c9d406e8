"""A box and its orders, whoever does what in whatever order, only take the steps docs/states.md draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sensors.installing import StepRefused, sensor_arrive, sensor_ship
from sensors.keys import sensor_retire
from sensors.models import Order, Sensor
from sensors.orders import BoxState, order_pull
from sensors.services import ActivationRefused, activation_code_issue, sensor_activate, sensor_prepare
from sensors.states import ORDER_MOVES, SENSOR_MOVES, OrderState, SensorState
from tenants.tenancy.scope import tenant_scope
from tests.factories import Cast

NOW = datetime(2026, 11, 20, 5, 41, tzinfo=UTC)
ONCE = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@ONCE
@given(steps=st.lists(st.sampled_from(["ship", "arrive", "start", "retire"]), min_size=3, max_size=8))
@example(steps=["ship", "arrive", "start", "retire", "start", "ship", "arrive"])
def test_a_box_goes_the_drawn_way_and_never_comes_back(cast: Cast, steps: list[str]) -> None:
    firm = cast.sakura_dental.pk
    with transaction.atomic(), tenant_scope(firm):
        box = sensor_prepare(tenant_id=firm, name="支店")
        for step in steps:
            was = SensorState(Sensor.objects.get(pk=box.pk).state)
            taken = True
            try:
                with transaction.atomic():
                    _do(step, Sensor.objects.get(pk=box.pk))
            except (StepRefused, ActivationRefused):
                taken = False
            now = SensorState(Sensor.objects.get(pk=box.pk).state)
            assert now == was or now in SENSOR_MOVES[was]
            assert taken or now == was, "what is refused changes nothing"
            assert was != SensorState.RETIRED or now == was
        transaction.set_rollback(True)


def _do(step: str, box: Sensor) -> None:
    if step == "ship":
        sensor_ship(sensor=box, now=NOW)
    elif step == "arrive":
        sensor_arrive(sensor=box, now=NOW)
    elif step == "start":
        code = activation_code_issue(sensor=box).code.replace("-", "")
        sensor_activate(code=code, public_key=bytes(32), hardware={}, agent_version="1")
    else:
        sensor_retire(sensor=box, reason="返却")


REPORTED = ["", "waiting", "applying", "nonsense", *(state.value for state in OrderState if state != "waiting")]


@ONCE
@given(words=st.lists(st.sampled_from(REPORTED), min_size=1, max_size=8))
def test_an_order_is_what_the_box_last_said_of_it_and_nothing_else(cast: Cast, words: list[str]) -> None:
    sensor = cast.sakura_box.sensor
    with transaction.atomic(), tenant_scope(sensor.tenant_id):
        order = Order.objects.create(
            tenant_id=sensor.tenant_id,
            sensor=sensor,
            version=1,
            made_at=NOW,
            content_sha256="ab" * 32,
            manifest=b"{}",
            signature=bytes(64),
        )
        expected = OrderState.WAITING
        for number, word in enumerate(words):
            box_state = BoxState(seen=1, state=word, detail="", hits={})
            order_pull(
                tenant_id=sensor.tenant_id,
                sensor_id=sensor.pk,
                box_state=box_state,
                now=NOW + timedelta(minutes=number),
            )
            expected = next((state for state in ORDER_MOVES[expected] if state == word), expected)
            assert Order.objects.get(pk=order.pk).state == expected
        transaction.set_rollback(True)
