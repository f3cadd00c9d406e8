"""PostgreSQL and Redis of our own start, survive a crash, and go away, whatever the directory."""

import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import psycopg2
import pytest

from ops import services
from ops.postgres import ServiceError, processes_in


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def redis_command(directory: Path, command: str) -> str:
    _, redis = services.servers(directory)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(redis.socket_path))
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(1000).decode()


def test_starting_again_uses_the_running_servers(service_directory: Path) -> None:
    first = services.ensure(service_directory)
    postgres, redis = services.servers(service_directory)
    before = processes_in(redis.data), query(first.database_url, "SELECT pg_postmaster_start_time()")

    assert services.ensure(service_directory) == first

    assert (processes_in(redis.data), query(first.database_url, "SELECT pg_postmaster_start_time()")) == before
    assert postgres.is_ready()


def test_nobody_else_reaches_them(service_directory: Path) -> None:
    env = services.ensure(service_directory)
    postgres, _ = services.servers(service_directory)

    assert query(env.database_url, "SHOW listen_addresses") == [("",)]
    assert postgres.home.stat().st_mode & 0o077 == 0
    assert postgres.home.stat().st_uid != 0


def test_committed_rows_and_queued_messages_survive_kill_9(service_directory: Path) -> None:
    env = services.ensure(service_directory)
    postgres, redis = services.servers(service_directory)
    query(env.owner_database_url, "CREATE TABLE IF NOT EXISTS kept (word text)")
    query(env.database_url, "INSERT INTO kept VALUES ('committed')")
    redis_command(service_directory, "SET kept queued")
    _wait_for_disk(redis.data)

    postmaster = int((postgres.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    for pid in processes_in(redis.data):
        os.kill(pid, signal.SIGKILL)
    services.ensure(service_directory)

    assert query(env.database_url, "SELECT word FROM kept") == [("committed",)]
    assert "queued" in redis_command(service_directory, "GET kept")


def test_a_pid_file_left_by_a_dead_machine_does_not_stop_the_start(service_directory: Path) -> None:
    """After a power cut the number in the file may belong to any program: here, to this test."""
    services.ensure(service_directory)
    services.stop(service_directory)
    postgres, _ = services.servers(service_directory)
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n1\n5432\n{postgres.home}\n\n0 0\n")

    env = services.ensure(service_directory)

    assert query(env.database_url, "SELECT 1") == [(1,)]


def test_test_databases_do_not_wait_for_the_disk_and_others_do(service_directory: Path) -> None:
    env = services.ensure(service_directory, durable=False)
    assert query(env.database_url, "SHOW fsync") == [("off",)]

    env = services.ensure(service_directory, durable=True)
    assert query(env.database_url, "SHOW fsync") == [("on",)]
    assert query(env.database_url, "SHOW synchronous_commit") == [("on",)]


def test_stopping_leaves_no_process_and_can_be_repeated(service_directory: Path) -> None:
    services.ensure(service_directory)
    postgres, redis = services.servers(service_directory)

    services.stop(service_directory)
    services.stop(service_directory)

    assert processes_in(postgres.data) == []
    assert processes_in(redis.data) == []
    assert list((postgres.home / "run").iterdir()) == []


def test_a_directory_too_deep_for_a_socket_works(service_directory: Path) -> None:
    deep = service_directory / ("deep" * 30)
    env = services.ensure(deep)
    try:
        assert query(env.database_url, "SELECT 1") == [(1,)]
        assert (deep / "services").is_symlink()
    finally:
        home = (deep / "services").resolve()
        services.destroy(deep)
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has directories its services cannot enter")
def test_a_directory_closed_to_the_service_account_works() -> None:
    closed = Path(tempfile.mkdtemp(prefix="otasuke-closed-", dir="/var/tmp"))
    try:
        env = services.ensure(closed / "var" / "demo")
        assert query(env.database_url, "SELECT 1") == [(1,)]
        services.destroy(closed / "var" / "demo")
    finally:
        shutil.rmtree(closed)


def test_servers_given_from_outside_are_used_and_nothing_is_started(
    service_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = service_directory / "outside"
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/otasuke")
    monkeypatch.setenv("OWNER_DATABASE_URL", "postgresql://owner@db.example/otasuke")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")

    env = services.ensure(directory)

    assert env.database_url == "postgresql://app@db.example/otasuke"
    assert env.broker_url == "redis://cache.example:6379/0"
    postgres, redis = services.servers(directory)
    assert not postgres.data.exists()
    assert not redis.data.exists()


def test_a_database_given_without_its_owner_is_refused(
    service_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/otasuke")
    monkeypatch.delenv("OWNER_DATABASE_URL", raising=False)

    with pytest.raises(ServiceError, match="OWNER_DATABASE_URL"):
        services.ensure(service_directory / "half")


def _wait_for_disk(redis_data: Path) -> None:
    """Redis writes its append-only file at every turn of its loop; wait until the word is in it."""
    for _ in range(100):
        if any(b"queued" in path.read_bytes() for path in redis_data.glob("appendonlydir/*.aof")):
            return
        os.sched_yield()
