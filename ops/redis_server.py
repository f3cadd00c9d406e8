"""A private Redis on a unix socket, with an append-only file: start, recover, stop."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops.accounts import Account, give, identity
from ops.postgres import ServiceError, processes_in


@dataclass(frozen=True)
class Redis:
    """One private server. `home` belongs to `account`."""

    home: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "redis"

    @property
    def socket_path(self) -> Path:
        return self.home / "run" / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket_path}?db=0"

    @property
    def broker_url(self) -> str:
        """The same server as Celery spells it."""
        return f"redis+socket://{self.socket_path}?virtual_host=0"

    def is_ready(self) -> bool:
        return self._ask(b"PING") == b"+PONG\r\n"

    def start(self) -> None:
        """Start and wait until it answers; a running one is used as it is."""
        if self.is_ready():
            return
        program = shutil.which("redis-server")
        if not program:
            raise ServiceError("Redis is not installed: run `make setup`")
        self._end_leftovers(signal.SIGKILL)
        give(self.data, self.account)
        self.socket_path.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "logfile": str(self.home / "redis.log"),
            "daemonize": "yes",
            "set-proc-title": "no",
            "databases": "64",
        }
        command = [program]
        for name, value in options.items():
            command += [f"--{name}", value]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.home,
            check=False,
            **identity(self.account),
        )
        if done.returncode:
            raise ServiceError(f"redis-server failed: {(done.stdout + done.stderr).strip()[-400:]}")
        deadline = time.monotonic() + 20
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise ServiceError(f"Redis does not answer; see {self.home / 'redis.log'}")
            time.sleep(0.02)

    def stop(self) -> None:
        self._ask(b"SHUTDOWN")
        deadline = time.monotonic() + 10
        while processes_in(self.data):
            if time.monotonic() > deadline:
                self._end_leftovers(signal.SIGKILL)
            time.sleep(0.02)
        self.socket_path.unlink(missing_ok=True)

    def _end_leftovers(self, number: int) -> None:
        for pid in processes_in(self.data):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _ask(self, command: bytes) -> bytes:
        """The answer to an inline command; empty when nobody answers."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket_path))
                connection.sendall(command + b"\r\n")
                return connection.recv(256)
        except OSError:
            return b""
