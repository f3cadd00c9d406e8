"""Which work waits in which queue, so that nothing a stranger sends and nothing long stands before the rest.

Each queue has a worker of its own: ops/processes.py starts them, docker-compose.yml too, and a test holds both to this.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """One queue and its worker. `tasks`: names or patterns; `processes`: how many work side by side."""

    queue: str
    tasks: tuple[str, ...]
    processes: int = 1

    @property
    def program(self) -> str:
        """The worker's name."""
        return f"worker-{self.queue}"


DEFAULT = Lane("work", (), processes=2)
LANES = (
    Lane("intake", ("alerts.tasks.ingest_batch", "alerts.tasks.sweep_inbox"), processes=2),  # lines of boxes
    Lane("posts", ("notifications.tasks.send_posts",)),  # what we send by chat, webhook and telephone: others' servers
    Lane("mail", ("notifications.tasks.*",)),  # what we send
    Lane("desk-mail", ("incidents.tasks.take_desk_mail",)),  # what strangers send to the desks
    Lane("files", ("incidents.tasks.check_uploads",)),  # photos and files of jobs
    Lane("long", ("reports.tasks.*", "alerts.tasks.replay_tunings"), processes=2),  # reports, trials on 90 days
    DEFAULT,
)
# Seconds by the clock after which a task is ended with its process: far more than an honest one takes. Its row waits
# for the next try, and one that ends its worker again and again is set aside by its room.
TIME_LIMITS = {
    "alerts.tasks.ingest_batch": 300,
    "incidents.tasks.take_desk_mail": 600,
    "notifications.tasks.send_posts": 300,
}
