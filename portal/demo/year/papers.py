"""Prints the year's reports in as many processes as there are cores: each is real, and takes most of a second."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django

from reports.services import reports_make


def papers_print(*, seconds: float) -> int:
    """Print what waits, for about so long; what is left is made by the worker afterwards. → reports made.

    Each process takes what no other has taken (reports.services).
    """
    if seconds <= 0:
        return 0
    cores = len(os.sched_getaffinity(0))
    # New processes, not forked ones: they share no connection with this one.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        return sum(pool.map(_some, [seconds] * cores))


def _some(seconds: float) -> int:
    return reports_make(seconds=seconds)
