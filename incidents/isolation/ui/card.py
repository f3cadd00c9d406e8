"""The part of a page about cutting one machine off: how it stands, by the box's own word, and what may be pressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from incidents.isolation.machines import isolations_of, machines_of
from incidents.isolation.wording import PARTIES, WHY_NOT, box_said
from incidents.models import Incident
from sensors.isolating import why_not
from sensors.isolation_consents import night_consent_holds
from sensors.isolation_settings import isolation_settings
from sensors.models import Device, Isolation
from web.spans import span
from web.templatetags.formats import jst, jst_time

State = Isolation.State
WAITING = (State.CONSENTED, State.ORDERED, State.RELEASING)
OVER = (State.ENDED, State.REFUSED, State.EXPIRED)
_TITLES: dict[str, Any] = {
    State.WISHED: gettext_lazy("切り離しをすすめています"),
    State.CONSENTED: gettext_lazy("センサーの応答を待っています"),
    State.ORDERED: gettext_lazy("センサーが切り離しています"),
    State.RELEASING: gettext_lazy("元に戻しています"),
}


@dataclass(frozen=True)
class Card:
    """One machine, for the fragment `isolation/_card.html`."""

    device: Device
    name: str
    isolation: Isolation | None
    title: str
    tone: str
    lines: tuple[str, ...]
    waits: bool  # the page asks again every few seconds
    may_ask: bool
    may_release: bool
    why_not: str
    hours: int
    action: str  # where its buttons post
    state_url: str  # where the fragment alone is
    number: int | None  # the incident
    for_staff: bool = False
    by_mail: bool = False
    night: bool = False  # the firm's consent for nights holds now

    @property
    def wished(self) -> bool:
        """Whether it waits for the firm to agree."""
        return self.isolation is not None and self.isolation.state == State.WISHED


def firm_card(device: Device, now: datetime, *, may_write: bool, number: int | None = None) -> Card:
    """For people of the firm."""
    return _card(device, now, reverse("isolation:machine", args=[device.pk]), may_write=may_write, number=number)


def mail_card(device: Device, now: datetime, *, action: str, number: int) -> Card:
    """Behind the link of a mail: it cuts off and brings nothing back."""
    return _card(device, now, action, may_write=True, number=number, by_mail=True)


def staff_card(device: Device, now: datetime, *, may_write: bool, number: int | None = None) -> Card:
    """For desk and SOC."""
    action = reverse("isolation:staff", args=[device.tenant_id, device.pk])
    night = night_consent_holds(tenant_id=device.tenant_id, at=now)
    return _card(device, now, action, may_write=may_write, number=number, for_staff=True, night=night)


def firm_cards(incident: Incident, now: datetime, *, may_write: bool) -> list[Card]:
    """The machines an incident is about, for the firm."""
    return [firm_card(device, now, may_write=may_write, number=incident.number) for device in machines_of(incident)]


def staff_cards(incident: Incident, now: datetime, *, may_write: bool) -> list[Card]:
    """The machines an incident is about, for desk and SOC."""
    return [staff_card(device, now, may_write=may_write, number=incident.number) for device in machines_of(incident)]


def worth_showing(cards: Iterable[Card], *, closed: bool) -> list[Card]:
    """Of an incident that is over only what is not over."""
    return [card for card in cards if not closed or (card.isolation is not None and card.isolation.state not in OVER)]


def _card(
    device: Device,
    now: datetime,
    action: str,
    *,
    may_write: bool,
    number: int | None,
    for_staff: bool = False,
    by_mail: bool = False,
    night: bool = False,
) -> Card:
    newest: Isolation | None = isolations_of(device).first()
    why = why_not(device, device.sensor)
    held = newest is not None and newest.state not in OVER
    idle = not held or (newest is not None and newest.state == State.WISHED)
    title, tone, lines = standing(newest, now) if newest is not None else ("", "neutral", ())
    return Card(
        device=device,
        # Behind a link without log-in no name: people's names are among what machines are called.
        name=("" if by_mail else device.called) or device.last_ip or device.mac,
        isolation=newest,
        title=title,
        tone=tone,
        lines=lines,
        waits=newest is not None and newest.state in WAITING and newest.until > now,
        may_ask=may_write and idle and why is None,
        may_release=may_write and held and not by_mail and newest is not None and newest.state != State.RELEASING,
        why_not=str(WHY_NOT[why]) if why is not None and idle else "",
        hours=int(isolation_settings(tenant_id=device.tenant_id, at=now).lasts.total_seconds() // 3600),
        action=action,
        state_url=action + _query(device, number, by_mail=by_mail),
        number=number,
        for_staff=for_staff,
        by_mail=by_mail,
        night=night,
    )


def _query(device: Device, number: int | None, *, by_mail: bool) -> str:
    if by_mail:
        return f"?machine={device.pk}"
    return f"?incident={number}" if number is not None else ""


def standing(row: Isolation, now: datetime) -> tuple[str, str, tuple[str, ...]]:
    """(title, tone, lines) that say how one stands; only the box's word says that a machine is cut off."""
    if row.state not in OVER and row.until <= now:
        return gettext("期限になりました"), "info", (_runs_out(row),)
    if row.state == State.APPLIED and row.applied_at is not None:
        title = gettext("センサーが %(at)s に切り離しました") % {"at": jst_time(row.applied_at)}
        return title, "safe", (_until(row),)
    if row.state == State.WISHED:
        who = gettext("%(who)sが、切り離しをすすめています") % {"who": PARTIES.get(row.wished_party, "")}
        return who, "attention", (gettext("理由: %(reason)s") % {"reason": row.reason},) if row.reason else ()
    if row.state in WAITING:
        return str(_TITLES[row.state]), "info", _waiting(row, now)
    return _over(row)


def _waiting(row: Isolation, now: datetime) -> tuple[str, ...]:
    if row.problem:
        return (box_said(row.problem),)
    seen = row.sensor.last_seen_at
    contact = gettext("センサーの最後の連絡: %(ago)s前。") % {"ago": span(now - seen)} if seen else ""
    if row.state == State.CONSENTED:
        return (contact + gettext("センサーは30秒ごとに指示を受け取ります。"),)
    if row.state == State.ORDERED:
        return (contact + gettext("指示は届きました。切り離したという報告を待っています。"),)
    return (contact + gettext("戻したという報告を待っています。"),)


def _over(row: Isolation) -> tuple[str, str, tuple[str, ...]]:
    at = jst(row.ended_at)
    if row.state == State.REFUSED:
        return gettext("センサーは切り離しませんでした"), "attention", (box_said(row.problem),)
    if row.applied_at is None:
        return gettext("切り離しは行われませんでした"), "neutral", ()
    if row.state == State.EXPIRED:
        return gettext("期限になり、%(at)s に元へ戻りました") % {"at": at}, "info", ()
    return gettext("%(at)s に元へ戻しました") % {"at": at}, "info", ()


def _until(row: Isolation) -> str:
    return gettext("%(until)s に、センサーが自分で元に戻します。") % {"until": jst(row.until)}


def _runs_out(row: Isolation) -> str:
    if row.applied_at is None:
        return gettext("切り離しは始まりませんでした。")
    return gettext("%(until)s が期限です。センサーは、連絡がなくても自分で元に戻します。") % {"until": jst(row.until)}
