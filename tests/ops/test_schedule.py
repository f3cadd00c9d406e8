"""docs/schedule.md says what runs when, and no job has two schedulers."""

from __future__ import annotations

from otasuke.celery import app
from portal.due import DUE, SWEPT
from tests.generated.schedule_table import PAGE, page


def test_the_page_is_the_schedule() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.generated.schedule_table --write"


def test_a_due_job_that_is_left_to_its_sweep_has_one() -> None:
    assert set(SWEPT) <= set(DUE)
    assert set(SWEPT.values()) <= set(app.conf.beat_schedule)
