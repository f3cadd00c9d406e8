"""What a web process loads before its first page is not looked through for garbage afterwards."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc
import django
django.setup()
from otasuke.gunicorn_settings import post_worker_init
from django.template.loader import get_template
from django.urls import reverse
post_worker_init(None)
before = len(gc.get_objects())
get_template("soc/alerts.html"), get_template("staff/queue.html"), reverse("soc:alerts")
print(gc.get_freeze_count(), before, len(gc.get_objects()) - before)
"""


def test_pages_are_loaded_before_the_first_request_and_stay_out_of_garbage_collection() -> None:
    answer = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    frozen, left, more = map(int, answer.stdout.split())
    assert frozen > 100_000
    assert left < 5_000, "what the process made is frozen, all of it"
    assert more < 200, "a page finds its template and its address loaded"
