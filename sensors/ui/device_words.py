"""A machine in words: what to call it, what kind it may be, what was answered about it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from sensors.models import Device, DeviceAnswer
from sensors.which_machine import NAMED, MachineQuestion

ROUTER_ENDINGS = (".1", ".254")
PRESENT, USER, WHOSE, NIGHT = MachineQuestion
ANSWER_WORDS: dict[tuple[str, str], Any] = {
    (PRESENT, "yes"): gettext_lazy("会社にある"),
    (PRESENT, "no"): gettext_lazy("会社にない・見つからない"),
    (WHOSE, "company"): gettext_lazy("会社のもの"),
    (WHOSE, "private"): gettext_lazy("個人のもの"),
    (WHOSE, "not_ours"): gettext_lazy("うちの機器ではない"),
    (NIGHT, "yes"): gettext_lazy("使うことがある"),
    (NIGHT, "no"): gettext_lazy("使わない"),
}


def title(device: Device) -> str:
    """What it is called; of a machine nobody named its maker and its place on the network, to recognise it by."""
    if device.called:
        return device.called
    where = device.last_ip or device.mac
    if device.vendor and not device.random_mac:
        return gettext("%(vendor)sの機器(%(where)s)") % {"vendor": device.vendor, "where": where}
    return gettext("%(where)s の機器") % {"where": where}


def kind(device: Device) -> str:
    """What kind of machine it may be, judging by number and address: a router mostly has the first or last address."""
    if device.last_ip and device.last_ip.endswith(ROUTER_ENDINGS):
        return gettext("ルーターかもしれない機器")
    if device.random_mac:
        return gettext("番号がメーカーのものではない機器(スマートフォンなど)")
    return gettext("%(vendor)sの機器") % {"vendor": device.vendor} if device.vendor else ""


def answer(row: DeviceAnswer) -> str:
    """What was answered."""
    if row.answer == NAMED:
        return str(row.words)
    return str(ANSWER_WORDS.get((row.question, row.answer), gettext("分からない")))
