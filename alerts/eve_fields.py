"""The fields of EVE the product uses, as types. Everything else in a line is skipped unread."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct, field

from alerts.eve_repair import metadata_from

Port = Annotated[int, Meta(ge=0, le=65535)]
Big = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Small = Annotated[int, Meta(ge=0, le=2**32 - 1)]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Flow(Struct):
    """The flow as its opener sees it: src is the side that opened it, whatever packet raised the alert."""

    src_ip: str | None = None
    src_port: Port | None = None
    dest_ip: str | None = None
    dest_port: Port | None = None


class Side(Struct):
    ip: str | None = None
    port: Port | None = None


class Alert(Struct):
    action: str | None = None
    gid: Small | None = None
    signature_id: Small | None = None
    rev: Small | None = None
    signature: str | None = None
    category: str | None = None
    severity: Small | None = None
    raw_metadata: Raw = field(name="metadata", default=Raw(b"null"))
    xff: str | None = None
    target: Side | None = None

    @property
    def metadata_bytes(self) -> bytes:
        """The metadata as JSON text; hashable, so that facts about a rule can be remembered under it."""
        return bytes(self.raw_metadata)

    @property
    def metadata(self) -> dict[str, list[str]]:
        """The rule's metadata, key → values. Values' order means nothing (EVE-NOTES 8)."""
        return metadata_from(self.metadata_bytes)


class Http(Struct):
    hostname: str | None = None
    url: str | None = None
    http_method: str | None = None
    http_user_agent: str | None = None
    status: Small | None = None


class Tls(Struct):
    sni: str | None = None
    subject: str | None = None
    version: str | None = None


class DnsName(Struct):
    rrname: str | None = None


class Dns(Struct):
    rrname: str | None = None
    query: list[DnsName] | None = None
    queries: list[DnsName] | None = None


class Ether(Struct):
    src_mac: str | None = None
    dest_mac: str | None = None


class File(Struct):
    filename: str | None = None
    sha256: str | None = None
    md5: str | None = None
    size: Big | None = None
    state: str | None = None


class Antivirus(Struct):
    """Our own verdict event: what clamd on the box said of an extracted file."""

    engine: str | None = None
    signature: str | None = None
    action: str | None = None
    sha256: str | None = None
    size: Big | None = None
    filename: str | None = None
    direction: str | None = None
    learned: bool | None = None


class Email(Struct):
    sender: str | None = field(name="from", default=None)
    subject: str | None = None
    date: str | None = None
    attachment: list[str] | None = None


class Verdict(Struct):
    action: str | None = None


class Event(Struct):
    """One EVE event, only the fields the product uses. `timestamp` is aware UTC; `flags` says what had to be
    repaired (`timestamp_without_zone`, `time_of_receipt`, `cleaned_text`, `invalid_utf8`, `not_a_number`,
    `cut:<field>`, `dropped:<field>`)."""

    event_type: str | None = None
    timestamp_raw: str | None = field(name="timestamp", default=None)
    timestamp: datetime = field(name="otasuke:timestamp", default=_EPOCH)
    flags: tuple[str, ...] = field(name="otasuke:flags", default=())
    host: str | None = None
    flow_id: Big | None = None
    in_iface: str | None = None
    src_ip: str | None = None
    src_port: Port | None = None
    dest_ip: str | None = None
    dest_port: Port | None = None
    proto: str | None = None
    app_proto: str | None = None
    direction: str | None = None
    tx_id: Big | None = None
    alert: Alert | None = None
    flow: Flow | None = None
    verdict: Verdict | None = None
    ether: Ether | None = None
    http: Http | None = None
    tls: Tls | None = None
    dns: Dns | None = None
    email: Email | None = None
    files: list[File] | None = None
    fileinfo: File | None = None
    antivirus: Antivirus | None = None

    @property
    def is_alert(self) -> bool:
        """Whether the event is graded at all: Suricata's alerts and our antivirus verdicts."""
        return self.event_type == "alert" or self.event_type == "antivirus"
