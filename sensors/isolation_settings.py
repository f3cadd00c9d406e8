"""What a programme's office sets about cutting machines off: for how long, and what stays open to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.utils.translation import gettext, gettext_lazy

from tenants.programme_settings import Setting, values_of
from tenants.selectors import enrolment_current, settings_at

HOURS = 24
MOST_ENDS = 50
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True)
class Ends:
    """Whom an isolated machine may still reach, from one line of words."""

    networks: tuple[str, ...]
    names: tuple[str, ...]


def ends_read(words: str) -> Ends:
    """Addresses, networks and host names, between blanks or commas. Raises ValueError with the one that is none."""
    networks, names = list[str](), list[str]()
    for word in re.split(r"[\s,\u3001]+", words.strip()):
        if not word:
            continue
        try:
            networks.append(str(ip_network(word, strict=False)))
        except ValueError:
            name = word.lower().rstrip(".")
            if not _NAME.fullmatch(name):
                raise ValueError(word) from None
            names.append(name)
    if len(networks) + len(names) > MOST_ENDS:
        raise ValueError(words[:40])
    return Ends(tuple(networks), tuple(names))


def _check_ends(words: object) -> str:
    try:
        read = ends_read(str(words))
    except ValueError as problem:
        raise ValueError(
            gettext("「%(part)s」が読めません。「remote.example.jp 203.0.113.0/24」のように書いてください。")
            % {"part": problem}
        ) from problem
    return " ".join((*read.names, *read.networks))


SETTINGS = (
    Setting(
        key="isolation_hours",
        label=gettext_lazy("機器をインターネットから切り離す時間の長さ"),
        hint=gettext_lazy("この時間がたつと、センサーが自分で元に戻します。その前に、いつでも戻せます。"),
        default=HOURS,
        least=1,
        most=168,
        unit=gettext_lazy("時間"),
    ),
    Setting(
        key="isolation_open",
        label=gettext_lazy("切り離した機器からも通信できる相手"),
        hint=gettext_lazy(
            "専門家が遠隔で操作するソフトの、接続先の名前かアドレス。例「remote.example.jp 203.0.113.0/24」"
        ),
        default="",
        check=_check_ends,
    ),
    Setting(
        key="isolation_name_service",
        label=gettext_lazy("切り離した機器から、社内のルーターへの名前の問い合わせ(DNS)を通す"),
        hint=gettext_lazy("切ると、遠隔で操作するソフトが相手を見つけられないことがあります。"),
        default=True,
    ),
    Setting(
        key="isolation_platform",
        label=gettext_lazy("切り離した機器から、このサービスの画面を見られるようにする"),
        hint=gettext_lazy("切り離した機器の前にいる人も、画面から元に戻せます。"),
        default=True,
    ),
)


@dataclass(frozen=True)
class IsolationSettings:
    """The settings in force."""

    lasts: timedelta
    ends: Ends
    name_service: bool
    platform: bool


def isolation_settings(*, tenant_id: int, at: datetime) -> IsolationSettings:
    """Those of the programme a firm takes part in, as they hold at `at`; the defaults when it never joined one."""
    enrolment = enrolment_current(tenant_id=tenant_id)
    version = settings_at(programme_id=enrolment.programme_id, at=at) if enrolment is not None else None
    values = values_of(version, SETTINGS)
    return IsolationSettings(
        lasts=timedelta(hours=values["isolation_hours"]),
        ends=ends_read(values["isolation_open"]),
        name_service=values["isolation_name_service"],
        platform=values["isolation_platform"],
    )
