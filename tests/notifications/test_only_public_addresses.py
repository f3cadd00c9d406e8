"""What a firm types in reaches the internet only: no address of ours, whatever it is called or answers."""

from __future__ import annotations

import socket
import time

import pytest
from pytest_django import Settings

from notifications.carriers.public_http import LONGEST, AddressRefused, Unreachable, is_public, post, url_check
from notifications.carriers.request import Post
from tests.notifications.town import Town


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.5",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "fec0::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:c0a8:101::1",
        "2001:0:7f00:1::1",
    ],
)
def test_an_address_of_ours_is_none_of_the_internets(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://localhost/",
        "https://redis/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://192.168.0.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://example.com:22/",
        "https://example.com:6379/",
        "https://name:word@example.com/",
        "https://example.com@127.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https:///path",
        "https://[::1",
        "//example.com/",
        "",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_a_url_that_is_no_https_of_a_public_name_is_refused_before_anything_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: pytest.fail("a name server was asked"))
    with pytest.raises(AddressRefused):
        post(Post(url, {}, b""))


@pytest.mark.parametrize("url", ["https://example.com/", "https://hooks.example.co.jp:8443/a?b=c", "https://8.8.8.8/"])
def test_a_url_of_the_internet_is_taken(url: str) -> None:
    assert url_check(url).scheme == "https"


def _resolves_to(*addresses: str) -> object:
    def answer(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return answer


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::ffff:169.254.169.254",), ()])
def test_a_public_name_of_an_address_of_ours_is_refused(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolves_to(*addresses))
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_b: pytest.fail("something was connected"))
    with pytest.raises(AddressRefused):
        post(Post("https://rebound.example.com/", {}, b""))


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers the name server's second question with an address of ours is not asked a second time."""
    connected: list[tuple[str, int]] = []

    def connect(where: tuple[str, int], **_more: object) -> None:
        connected.append(where)
        raise OSError("enough seen")

    monkeypatch.setattr(socket, "getaddrinfo", _resolves_to("8.8.8.8"))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        post(Post("https://hooks.example.com/", {}, b""))
    assert connected == [("8.8.8.8", 443)]


def test_no_redirect_is_followed(town: Town) -> None:
    town.answers["/moved"] = (307, f"{town.url}/elsewhere")
    assert post(Post(f"{town.url}/moved", {}, b"{}")).status == 307
    assert [request.path for request in town.received] == ["/moved"]


def test_no_proxy_of_the_environment_is_used(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(Post(f"{town.url}/", {}, b"")).status == 200


def test_an_answer_is_read_to_a_limit(town: Town) -> None:
    town.answers["/long"] = (200, "x" * (LONGEST * 2))
    assert len(post(Post(f"{town.url}/long", {}, b"")).body) == LONGEST


def test_a_server_that_sends_a_byte_now_and_then_holds_nobody(town: Town) -> None:
    town.slow.add("/slow")
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        post(Post(f"{town.url}/slow", {}, b""), seconds=0.5)
    assert time.monotonic() - begun < 3


def test_a_closed_port_is_another_times_matter(settings: Settings) -> None:
    settings.POSTS_TO_LOOPBACK = True
    with pytest.raises(Unreachable):
        post(Post("http://127.0.0.1:1/", {}, b""))


def test_no_setting_of_the_environment_opens_loopback() -> None:
    from pathlib import Path

    text = (Path(__file__).resolve().parents[2] / "otasuke" / "settings.py").read_text()
    assert "POSTS_TO_LOOPBACK = False" in text
    assert text.count("POSTS_TO_LOOPBACK") == 1
