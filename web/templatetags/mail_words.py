"""What mails say of machines, addresses, times and counts, in the language in force.

Tags and not included templates: a digest writes each of them several times for every kind, and the hour's run writes
ten thousand digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import template
from django.utils.translation import gettext, ngettext

from web.outside import defanged
from web.templatetags.formats import jst, jst_time, mac, thousands

register = template.Library()

MOST_NAMED: Final = 5


@register.simple_tag
def device_names(devices: Sequence[Any]) -> str:
    """`経理のパソコン 192.168.1.3 (00:00:5e:00:53:01)、端末 192.168.1.4`: machines with `ip`, `mac` and `called`."""
    if not devices:
        return gettext("どの端末かは、まだ分かっていません")
    return _listed([_device_name(device) for device in devices[:MOST_NAMED]], len(devices))


@register.simple_tag
def peer_names(peers: Sequence[str]) -> str:
    """Addresses outside; no mail program makes links of them."""
    return _listed([defanged(peer) for peer in peers[:MOST_NAMED]], len(peers))


@register.simple_tag
def kind_when(kind: Any) -> str:
    """When it was seen, from the first to the last time."""
    if kind.count == 1:
        return jst(kind.last_at)
    return gettext("%(start)s〜%(end)s") % {"start": jst(kind.first_at), "end": jst_time(kind.last_at)}


@register.simple_tag
def kind_count(kind: Any) -> str:
    """How often it was seen, and what the box stopped of it: of `count`, `blocked`, `passed`."""
    count, blocked, passed = (_of(kind, name) for name in ("count", "blocked", "passed"))
    often = ngettext("%(number)s回", "%(number)s回", count) % {"number": thousands(count)}
    if passed == 0:
        return often + gettext("(センサーがすべて止めました)")
    if blocked == 0:
        return often + gettext("(センサーは止めていません)")
    return often + gettext("(うち%(blocked)s回はセンサーが止めました)") % {"blocked": thousands(blocked)}


def _device_name(device: Any) -> str:
    ip, number, called = (_of(device, name) for name in ("ip", "mac", "called"))
    if called:
        name = f"{called} {ip}" if ip else called
    elif ip:
        name = gettext("端末 %(ip)s") % {"ip": ip}
    else:
        name = gettext("端末")
    return f"{name} ({mac(number)})" if number else name


def _listed(names: Iterable[str], of: int) -> str:
    listed = gettext("、").join(names)
    return listed + gettext(" ほか") if of > MOST_NAMED else listed


def _of(value: Any, name: str) -> Any:
    return value[name] if isinstance(value, dict) else getattr(value, name)
