"""The endpoint part of the report: the fifteen tables of KMM 図59 to 62, from what a firm's antivirus console counts.

The figures of a report hold them under "endpoint", `{"source": name, "tables": {code: {"of": n, "rows": [[name,
n], …]}}}`; without the key no source is connected, and the report says so in one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MACHINE: Final = _("パソコン・サーバーの名前")
THREAT: Final = _("見つけたもの")
PROGRAM: Final = _("プログラムの名前")
CATEGORY: Final = _("サイトの種類")


@dataclass(frozen=True)
class EndpointTable:
    """One of the fifteen. `what`: what its rows name; `most`: rows printed."""

    code: str
    title: str | Promise
    what: str | Promise
    most: int


TABLES: Final = (
    EndpointTable("virus", _("ウイルスの概要"), THREAT, 5),
    EndpointTable("spyware", _("スパイウェアの概要"), THREAT, 5),
    EndpointTable("virus_machines", _("ウイルスが見つかったパソコン"), MACHINE, 5),
    EndpointTable("virus_servers", _("ウイルスが見つかったサーバー"), MACHINE, 5),
    EndpointTable("network_virus", _("ネットワークから来たウイルス"), THREAT, 10),
    EndpointTable("network_virus_machines", _("ネットワークからウイルスが来たパソコン"), MACHINE, 10),
    EndpointTable("spyware_machines", _("スパイウェアが見つかったパソコン"), MACHINE, 5),
    EndpointTable("spyware_servers", _("スパイウェアが見つかったサーバー"), MACHINE, 5),
    EndpointTable("web_machines", _("危険なサイトへの通信を止めたパソコン"), MACHINE, 10),
    EndpointTable("behaviour_programs", _("あやしい動きをしたプログラム"), PROGRAM, 5),
    EndpointTable("behaviour_machines", _("あやしい動きのあったパソコン"), MACHINE, 10),
    EndpointTable("device_programs", _("USBメモリーなどの使用を止めたプログラム"), PROGRAM, 5),
    EndpointTable("device_machines", _("USBメモリーなどの使用を止めたパソコン"), MACHINE, 10),
    EndpointTable("url_categories", _("見るのを止めたサイトの種類"), CATEGORY, 5),
    EndpointTable("url_machines", _("サイトを見るのを止めたパソコン"), MACHINE, 10),
)


def endpoint_tables(endpoint: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every table with its rows and their shares of all that was counted, in the source's order; "none" has no rows."""
    tables = []
    for table in TABLES:
        counted = endpoint["tables"].get(table.code, {"of": 0, "rows": []})
        rows = [
            {"name": name, "count": count, "share": 100 * count / counted["of"]}
            for name, count in counted["rows"][: table.most]
            if counted["of"]
        ]
        tables.append({"title": table.title, "what": table.what, "of": counted["of"], "rows": rows})
    return tables
