"""How gunicorn runs the platform, wherever: `gunicorn -c python:otasuke.gunicorn_settings otasuke.wsgi`.

The access log holds path, status and size: no query (people's searches), no referrer, no secret of a link.
"""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from base.log_secrets import without_secrets


class AccessLog(Logger):  # type: ignore[misc]
    """gunicorn's own logger without the secret part of one-time links."""

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a line may be made of."""
        made: dict[str, Any] = super().atoms(*args, **kwargs)
        return {name: without_secrets(value) if isinstance(value, str) else value for name, value in made.items()}


logger_class = AccessLog
accesslog = "-"
access_log_format = '%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(D)sus "%(a)s"'
# gunicorn's heartbeat files; it makes them unnamed.
worker_tmp_dir = "/dev/shm"  # noqa: S108
graceful_timeout = 10
# A page that takes longer is ended; statements end before (otasuke/patience.py).
timeout = 60
umask = 0o077


def post_worker_init(worker: Any) -> None:
    """Before a process takes its first request."""
    from otasuke.settled import settle  # Django is set up by now

    settle()
