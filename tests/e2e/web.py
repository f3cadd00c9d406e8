"""The real web server, as in production, on the database this process uses."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ops.processes import free_port

ROOT = Path(__file__).resolve().parents[2]


def _environment() -> dict[str, str]:
    # Hashed names as in production; compressing the API's documentation alone takes half a minute.
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    return os.environ | {"DEBUG": "0", "ALLOWED_HOSTS": "127.0.0.1,localhost", "STATICFILES_BACKEND": storage}


def collect_static() -> None:
    """Write the static files with their hashed names, as an installation does once."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=_environment(), check=True)


@contextmanager
def serving(log: Path, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start gunicorn on a free port, yield its address, stop it. Needs `collect_static` once before."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    variables = _environment() | {"PORTAL_URL": address} | dict(more or {})
    command = [sys.executable, "-m", "gunicorn", "otasuke.wsgi", "-b", f"127.0.0.1:{port}", "-w", "1"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=output, stderr=output)
        try:
            _wait(f"{address}/healthz", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


@contextmanager
def working(log: Path, more: Mapping[str, str]) -> Iterator[None]:
    """Start a Celery worker on this process's database and broker, stop it. What tests before left there goes."""
    from otasuke.celery import app

    app.control.purge()
    command = [sys.executable, "-m", "celery", "-A", "otasuke", "worker", "--loglevel", "INFO", "--concurrency", "1"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=_environment() | dict(more), stdout=output, stderr=output, start_new_session=True
        )
        try:
            for _attempt in range(300):
                if " ready." in log.read_text():
                    break
                if worker.poll() is not None:
                    raise RuntimeError(log.read_text())
                time.sleep(0.1)
            yield
        finally:
            worker.terminate()
            worker.wait(timeout=30)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(150):
        if server.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer:\n{log.read_text()}")
