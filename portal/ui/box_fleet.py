"""All boxes, for SOC and desk: how they are, which fall behind, where one is on its way to its firm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.saved_filters import Place
from alerts.ui.saved_filters import filter_kept, saved_filters
from alerts.ui.suppressions import rows_of
from base.numbers import number_in
from incidents.desk.lookup import firms_matching
from notifications.desk import desk_now
from printing.paper import PRESS
from sensors import fleet, installing, manifest, orders, protection, services
from sensors.devices import devices_of
from sensors.models import Sensor
from sensors.selectors import sensors_in_reach
from sensors.silence import silence_by_firm, silent_after
from sensors.ui.box_words import OFF_DAYS, applied_words, box_facts, box_row, steps_of, switches_of
from sensors.ui.status import box_status
from tenants.mailing import address_of
from tenants.models import Organisation
from tenants.selectors import firms, firms_in_scope, name_of, of_firms_named
from tenants.tenancy.scope import current_scope
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web import paging
from web.columns import Arrangement, Column
from web.jst import JST
from web.refusals import refusals_shown

PER_PAGE = 50
STAFF = (Kind.SOC, Kind.CALL_CENTRE)
DEVICES_SHOWN = 30
MOST_OFFERED = 50
# Boxes that let traffic past first, then those silent for longest.
IN_NEED = (F("unprotected_since").asc(nulls_last=True), F("last_seen_at").asc(nulls_last=True), "pk")
# Of thousands an index has the same by the hour, for active boxes (value of ?show= → order); all others stand in the
# order in which they were prepared.
OF_MANY = {"look": fleet.IN_NEED, "behind": fleet.IN_NEED}
COLUMNS = (
    Column("firm", gettext_lazy("会社"), name_of("tenant_id")),
    Column("state", gettext_lazy("状態")),
    Column("seen", gettext_lazy("最後の連絡"), "last_seen_at"),
    Column("versions", gettext_lazy("版")),
    Column("order", gettext_lazy("指示")),
)


class PrepareForm(forms.Form):
    """A box for a firm: one of `offered`."""

    firm: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(label=gettext_lazy("会社"), queryset=None)
    name = forms.CharField(
        label=gettext_lazy("センサーの名前"),
        max_length=80,
        help_text=gettext_lazy("置く場所が分かる名前。例: 本社、2階の事務所"),
    )

    def __init__(self, data: QueryDict | None, offered: QuerySet[Organisation]) -> None:
        super().__init__(data)
        self.fields["firm"].queryset = offered  # type: ignore[attr-defined]


@require_safe
@open_to(*STAFF)
def listed(request: ActingRequest) -> HttpResponse:
    """Boxes that need a look first; tabs for those on their way and those behind."""
    now = timezone.now()
    rows, newest = fleet.boxes_in_use(), fleet.newest_versions()
    shown, search = request.GET.get("show", ""), request.GET.get("q", "").strip()[:80]
    parts = {
        "": rows,
        "look": rows.filter(fleet.needing_look(now)),
        "way": rows.filter(state__in=fleet.UNDER_WAY),
        "behind": rows.filter(fleet.behind(newest)),
    }
    counts = {key: paging.counted(part) for key, part in parts.items()}
    chosen = parts.get(shown, rows)
    if search:
        chosen = chosen.filter(of_firms_named(search))
    order = IN_NEED if search or not current_scope().many else OF_MANY.get(shown, ("pk",))
    ordered = fleet.with_orders(chosen).order_by(*order)
    known = paging.counted(chosen) if search else counts.get(shown, counts[""])
    arrangement = Arrangement(_columns(), request.GET)
    page = paging.CutPaginator(arrangement.rows(ordered), PER_PAGE, known).get_page(request.GET.get("page"))
    since = (now - timedelta(days=OFF_DAYS)).astimezone(JST).date()
    off = protection.minutes_off(sensor_ids=[box.pk for box in page], since=since)
    allowed = silence_by_firm(tenant_ids=(box.tenant_id for box in page), at=now)
    agreed = installing.consenting(tenant_ids=[box.tenant_id for box in page])
    partner_read(request, code="boxes.viewed", subject="boxes", tenant_ids=(box.tenant_id for box in page))
    context = {
        "page": page,
        "rows": [
            box_row(
                box,
                newest,
                off.get(box.pk, 0),
                now,
                agreed=box.tenant_id in agreed,
                allowed=allowed[box.tenant_id],
            )
            for box in page
        ],
        "tabs": _tabs(shown if shown in parts else "", counts, arrangement),
        "arrangement": arrangement,
        "part_sorted": arrangement.is_part_sorted(known),
        "saved": saved_filters(request, Place.BOXES, "boxes:list", "boxes:filters"),
        "counts": counts,
        "boxes": paging.at_least(page.paginator.count),
        "look": paging.at_least(counts["look"]),
        "show": shown,
        "search": search,
        "newest": newest,
        "bundle": fleet.newest_bundle(),
        "names_url": reverse("sensors:names") if request.acting.kind == Kind.SOC else "",
        "days": OFF_DAYS,
        "may_write": request.acting.may_write,
    }
    return render(request, "boxes/fleet.html", context)


@require_POST
@open_to(*STAFF)
def filters(request: ActingRequest) -> HttpResponse:
    """Keep the view the list of boxes has, or forget one."""
    return filter_kept(request, Place.BOXES, "boxes:list")


@require_safe
@open_to(*STAFF)
def box(request: ActingRequest, tenant_id: int, sensor_id: int) -> HttpResponse:
    """One box: where it is, what it runs, what it lets past, its functions, the machines it sees."""
    now = timezone.now()
    box = get_object_or_404(fleet.with_orders(fleet.boxes_in_use()), tenant_id=tenant_id, pk=sensor_id)
    partner_read(request, code="boxes.viewed", subject=f"sensor:{sensor_id}", tenant_ids=[tenant_id])
    since = (now - timedelta(days=OFF_DAYS)).astimezone(JST).date()
    context = {
        "box": box,
        "status": box_status(box, now, silent_after(tenant_id=tenant_id, at=now)),
        "facts": box_facts(box, fleet.newest_versions()),
        "steps": steps_of(box, now),
        "consent": installing.consent_current(tenant_id=tenant_id),
        "switches": switches_of(box),
        "applied": applied_words(fleet.functions_applied(box)),
        "days_off": protection.days_off(sensor=box, since=since),
        "days": OFF_DAYS,
        "devices": [row for row in devices_of(tenant_id=tenant_id) if row.sensor_id == box.pk][:DEVICES_SHOWN],
        "may_write": request.acting.may_write,
        "may_switch": request.acting.may_write and request.acting.kind == Kind.SOC,
        "on_the_way": box.state in fleet.UNDER_WAY,
        "watches": request.acting.kind == Kind.SOC,
        "rows": rows_of(orders.suppressions_of(sensor=box, now=now)),
        "now": now,
    }
    return render(request, "boxes/box.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*STAFF)
def prepare(request: ActingRequest) -> HttpResponse:
    """A box for a firm, before it is sent."""
    search = request.GET.get("q", "").strip()[:80]
    searched = current_scope().many  # nobody looks for a firm in a list of thousands
    offered = _offered(search, request.POST.get("firm", "")) if searched else firms_in_scope().order_by("pk")
    form = PrepareForm(request.POST or None, offered)
    if request.method == "POST" and form.is_valid():
        firm: Organisation = form.cleaned_data["firm"]
        made = services.sensor_prepare(tenant_id=firm.pk, name=form.cleaned_data["name"])
        messages.success(request, gettext("用意しました。利用開始コードの紙を印刷して、箱に入れてください。"))
        return redirect("boxes:box", firm.pk, made.pk)
    context = {
        "form": form,
        "may_write": request.acting.may_write,
        "searched": searched,
        "search": search,
        "choose": not searched or offered.exists(),
        "most": MOST_OFFERED,
        "more": searched and offered.count() >= MOST_OFFERED,
    }
    return render(request, "boxes/prepare.html", context)


def _offered(search: str, chosen: str) -> QuerySet[Organisation]:
    """Of many firms those the search finds, by name or telephone number, and the one that was chosen from them."""
    listed = firms_matching(search)[:MOST_OFFERED] if search else []
    return firms().filter(pk__in=[*listed, *([number] if (number := number_in(chosen)) is not None else [])])


@require_POST
@open_to(*STAFF)
def step(request: ActingRequest, tenant_id: int, sensor_id: int) -> HttpResponse:
    """Record that the box was sent (`shipped`) or that the firm has it (`arrived`)."""
    box = _box(tenant_id, sensor_id)
    words = gettext("いまの状態からは、その操作はできません。")
    with refusals_shown(request, {installing.StepRefused: words}):
        if request.POST.get("step") == "shipped":
            installing.sensor_ship(sensor=box, now=timezone.now())
            messages.success(request, gettext("発送済みにしました。"))
        elif request.POST.get("step") == "arrived":
            installing.sensor_arrive(sensor=box, now=timezone.now())
            messages.success(request, gettext("到着を記録しました。"))
    return redirect("boxes:box", tenant_id, sensor_id)


@require_POST
@open_to(Kind.SOC)
def switch(request: ActingRequest, tenant_id: int, sensor_id: int) -> HttpResponse:
    """Choose which functions are on; the box fetches that with its next order."""
    box = _box(tenant_id, sensor_id)
    on = set(request.POST.getlist("on"))
    orders.sensor_switch(sensor=box, off=[name for name in manifest.FUNCTIONS if name not in on])
    messages.success(request, gettext("指示を変えました。センサーは30秒以内に受け取ります。"))
    return redirect("boxes:box", tenant_id, sensor_id)


@require_POST
@open_to(*STAFF)
def sheet(request: ActingRequest, tenant_id: int, sensor_id: int) -> HttpResponse:
    """A new activation code on paper (A4, PDF); the codes before it end."""
    box = _box(tenant_id, sensor_id)
    retired = gettext("返却・廃止したセンサーには、コードを出せません。")
    with refusals_shown(request, {services.ActivationRefused: retired}) as attempt:
        issued = services.activation_code_issue(sensor=box)
    if attempt.refusal:
        return redirect("boxes:box", tenant_id, sensor_id)
    context = {
        "box": box,
        "code": issued.code,
        "until": issued.expires_at,
        "title": gettext("センサーの利用開始コード"),
        "organisation_name": box.tenant.name,
        "period": box.name,
        "desk": desk_now(box.tenant),
        "home": address_of("/"),
    }
    html = render(request, "pdf/activation.html", context).content.decode()
    answer = HttpResponse(PRESS.print(html), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="activation-{box.pk}.pdf"'
    return answer


def _box(tenant_id: int, sensor_id: int) -> Sensor:
    sensor: Sensor = get_object_or_404(sensors_in_reach(), tenant_id=tenant_id, pk=sensor_id)
    return sensor


def _columns() -> tuple[Column, ...]:
    minutes = gettext("検査なし(%(days)s日)") % {"days": OFF_DAYS}
    return (*COLUMNS, Column("off", minutes, numeric=True))


def _tabs(shown: str, counts: dict[str, int], arrangement: Arrangement) -> list[dict[str, Any]]:
    labels = {
        "": gettext("すべて"),
        "look": gettext("確認が必要"),
        "way": gettext("設置の途中"),
        "behind": gettext("遅れている"),
    }
    return [
        {
            "label": label,
            "href": arrangement.address([("show", key)] if key else []),
            "current": key == shown,
            "count": counts[key],
            "more": paging.is_cut(counts[key]),
        }
        for key, label in labels.items()
    ]
