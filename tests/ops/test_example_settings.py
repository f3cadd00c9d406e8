"""`.env.example` and docker-compose.yml name every setting there is, so nobody has to read the source for one."""

import re
from pathlib import Path

import pytest
import yaml

from otasuke.queues import LANES

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = [ROOT / "otasuke" / "settings.py"]
# For developers and tests only, or made by docker compose from the passwords.
NOT_IN_COMPOSE = {"STATICFILES_BACKEND", "STATIC_ROOT", "OWNER_DATABASE_URL"}


def settings_read() -> set[str]:
    text = "\n".join(path.read_text() for path in SETTINGS)
    return set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', text))


def test_every_setting_has_its_line_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", lines, re.MULTILINE))

    assert settings_read()
    assert settings_read() - named == set()


@pytest.mark.parametrize("service", ["web", *[lane.program for lane in LANES], "beat", "migrate"])
def test_containers_get_every_setting_and_only_migrations_the_owner(service: str) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    given = set(compose["services"][service]["environment"])

    assert settings_read() - given - NOT_IN_COMPOSE == set()
    assert ("OWNER_DATABASE_URL" in given) == (service == "migrate")


def test_compose_asks_only_for_what_the_example_names() -> None:
    names = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert names - named == set()
