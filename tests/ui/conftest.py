"""The samples' templates beside the product's own; static files without a manifest."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def sample_templates(settings: Settings) -> None:
    engine = dict(settings.TEMPLATES[0])
    engine["DIRS"] = [*engine["DIRS"], ROOT / "tests" / "ui" / "templates"]
    settings.TEMPLATES = [engine]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
