"""One single detection as the box sent it, read back from the archive, with the rule that gave it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alerts.selectors import detections_of, groups_in_reach, raw_event
from sensors.rule_text import rule_text
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.outside import as_it_is

# Parts of an event in the order in which an analyst reads them; what else is in it stands in the whole record.
PARTS = (
    ("flow", gettext_lazy("接続(flow)")),
    ("http", gettext_lazy("Web(HTTP)")),
    ("tls", gettext_lazy("暗号化された接続(TLS)")),
    ("dns", gettext_lazy("名前の問い合わせ(DNS)")),
    ("email", gettext_lazy("メール")),
    ("smtp", gettext_lazy("メールの送信(SMTP)")),
    ("fileinfo", gettext_lazy("ファイル")),
    ("files", gettext_lazy("ファイル")),
    ("antivirus", gettext_lazy("ウイルス対策の結果")),
    ("alert", gettext_lazy("検知とルールの付加情報")),
)


@require_safe
@open_to(Kind.SOC)
def event(request: ActingRequest, tenant_id: int, group_id: int, epoch: int, seq: int) -> HttpResponse:
    """The record of one detection of a group. Says so when retention has dropped it."""
    group = get_object_or_404(groups_in_reach(), tenant_id=tenant_id, pk=group_id)
    alert = detections_of(group).filter(epoch=epoch, seq=seq).first()
    if alert is None:
        raise Http404
    partner_read(request, code="alert.record_viewed", subject=f"group:{group_id}", tenant_ids=[tenant_id])
    record = raw_event(alert)
    context = {
        "group": group,
        "alert": alert,
        "parts": [(label, list(_lines(record[name]))) for name, label in PARTS if record.get(name)] if record else [],
        "record": json.dumps(_shown(record), ensure_ascii=False, indent=2) if record else "",
        "rule": rule_text(alert.signature_id) if alert.signature_id and alert.gid in (None, 1) else None,
    }
    return render(request, "soc/event.html", context)


def _lines(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(name, value) of every value in a part of an event, names joined by dots."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _lines(inner, f"{path}.{number}" if path else str(number))
    elif isinstance(value, list):
        yield as_it_is(path), as_it_is(", ".join(str(inner) for inner in value))
    else:
        yield as_it_is(path), as_it_is(str(value))


def _shown(value: Any) -> Any:
    """The record with every text as `as_it_is` shows it."""
    if isinstance(value, dict):
        return {as_it_is(str(key)): _shown(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    return as_it_is(value) if isinstance(value, str) else value
