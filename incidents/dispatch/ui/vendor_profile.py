"""Vendors' profiles: kept by their owners or by the office; the office's list of vendors."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from incidents.dispatch.matching import Area, Reach
from incidents.dispatch.municipalities import municipalities, places_read, prefectures
from incidents.dispatch.profiles import areas_of, listed, listing_set, profile_keep, vendors_of
from incidents.dispatch.selectors import jobs_handed_over, listings_of, profile_of
from incidents.dispatch.ui.words import job_rows
from incidents.dispatch.wording import WEEKDAYS, clock
from incidents.models import Job, VendorProfile
from tenants.models import Membership, Organisation, Programme
from tenants.selectors import programmes_of_office
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import refusals_shown

SPARE_RULES = 2
MOST_RULES = 12
REACHES = (
    ("", gettext_lazy("使わない")),
    (Reach.WHOLE.value, gettext_lazy("全域")),
    (Reach.PART.value, gettext_lazy("一部の市区町村")),
    (Reach.STATION.value, gettext_lazy("駅から歩ける場所(その駅がある市区町村)")),
    (Reach.ASK.value, gettext_lazy("相談")),
)


class ProfileForm(forms.Form):
    """What a vendor says about itself, but for its areas."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("受ける作業"), choices=Job.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    qualifications = forms.CharField(label=gettext_lazy("資格"), max_length=300, required=False)
    profile = forms.CharField(
        label=gettext_lazy("紹介"),
        help_text=gettext_lazy("会社が事業者を選ぶときに読みます。"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("対応できる曜日"),
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    holidays = forms.BooleanField(label=gettext_lazy("祝日も対応する"), required=False)
    year_end = forms.BooleanField(label=gettext_lazy("12月29日から1月3日も対応する"), required=False)
    days_ask = forms.BooleanField(label=gettext_lazy("曜日は相談"), required=False)
    opens = forms.TimeField(label=gettext_lazy("何時から"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(
        label=gettext_lazy("何時まで"),
        help_text=gettext_lazy("この時刻までに作業を終えます。"),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    week_capacity = forms.IntegerField(
        label=gettext_lazy("1週間に受けられる件数"),
        help_text=gettext_lazy("空欄のときは、上限なしとして扱います。"),
        min_value=1,
        max_value=99,
        required=False,
    )
    ask_first = forms.BooleanField(label=gettext_lazy("引き受ける前に、電話で確認したい"), required=False)
    area_words = forms.CharField(
        label=gettext_lazy("地域についての補足"),
        help_text=gettext_lazy("例: 高速道路を使う場所は、前日までにご連絡ください。"),
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Hours that go forward; a day, or "to be asked"."""
        given: dict[str, Any] = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", gettext("「何時から」より後の時刻にしてください。"))
        if not given.get("weekdays") and not given.get("days_ask"):
            self.add_error("weekdays", gettext("曜日を選ぶか、「曜日は相談」にチェックを入れてください。"))
        return given

    def values(self) -> dict[str, Any]:
        """For the service: minutes of the day instead of times."""
        given = dict(self.cleaned_data)
        for name in ("opens", "closes"):
            given[name] = given[name].hour * 60 + given[name].minute
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.VENDOR)
def own_profile(request: ActingRequest) -> HttpResponse:
    """The vendor's own profile: its owners change it, its people read it."""
    owner = request.acting.role == Membership.Role.OWNER
    if request.method == "POST" and not owner:
        raise Http404
    return _edit(request, request.acting.organisation, owner, "dispatch:profile", ())


@require_safe
@open_to(Kind.OFFICE)
def vendor_list(request: ActingRequest) -> HttpResponse:
    """The programme's vendors: who is listed, who comes where."""
    programme = _programme(request)
    on_list = listed(programme_id=programme.pk, on_day=timezone.localdate())
    rows = []
    for vendor in vendors_of(programme.pk):
        profile = getattr(vendor, "vendor_profile", None)
        summary = _profile_summary(profile)
        rows.append({"vendor": vendor, "profile": profile, "listed": vendor.pk in on_list, "summary": summary})
    office_jobs = job_rows(jobs_handed_over())
    if office_jobs:
        tenants = [row["job"].tenant_id for row in office_jobs]
        partner_read(request, code="jobs.viewed", subject="jobs", tenant_ids=tenants)
    return render(request, "dispatch/list.html", {"rows": rows, "programme": programme, "office_jobs": office_jobs})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.OFFICE)
def vendor_edit(request: ActingRequest, organisation_id: int) -> HttpResponse:
    """A vendor's profile and its time on the list, kept by the office."""
    programme = _programme(request)
    vendor = get_object_or_404(vendors_of(programme.pk), pk=organisation_id)
    if request.method == "POST" and request.POST.get("what") == "listing":
        return _list(request, programme, vendor)
    listings = listings_of(programme_id=programme.pk, organisation_id=vendor.pk)
    return _edit(request, vendor, request.acting.may_write, "dispatch:vendor", listings, vendor.pk)


def _programme(request: ActingRequest) -> Programme:
    return get_object_or_404(programmes_of_office(office_id=request.acting.organisation.pk)[:1])


def _profile_summary(profile: VendorProfile | None) -> list[str]:
    """Area rules, days and hours in short words."""
    if profile is None:
        return []
    named = gettext("、").join(str(WEEKDAYS[day]) for day in sorted(profile.weekdays))
    days = gettext("曜日は相談") if profile.days_ask else named
    if profile.holidays:
        days += gettext("、祝日も")
    areas = [f"{area.prefecture} {area.words or dict(REACHES)[area.reach]}" for area in areas_of(profile)]
    hours = gettext("%(opens)s〜%(closes)s") % {"opens": clock(profile.opens), "closes": clock(profile.closes)}
    return [*areas, f"{days} {hours}"]


def _list(request: ActingRequest, programme: Programme, vendor: Organisation) -> HttpResponse:
    wrong_days = gettext("登録の最初の日を入れてください。最後の日は、それより後の日にします。")
    with refusals_shown(request, {ValueError: wrong_days}):
        since = date.fromisoformat(request.POST.get("listed_from", ""))
        typed = request.POST.get("listed_until", "")
        listing_set(
            programme_id=programme.pk,
            organisation=vendor,
            listed_from=since,
            listed_until=date.fromisoformat(typed) if typed else None,
            by=request.acting.user,
        )
        messages.success(request, gettext("登録の期間を保存しました。"))
    return redirect("dispatch:vendor", vendor.pk)


def _edit(
    request: ActingRequest, vendor: Organisation, may_edit: bool, page: str, listings: Any, *arguments: int
) -> HttpResponse:
    profile = profile_of(vendor.pk)
    form = ProfileForm(request.POST or None, initial=_initial(profile))
    rules = _rules_of(profile)
    problems: list[str] = []
    if request.method == "POST":
        rules, problems, areas = _rules_typed(request.POST)
        if form.is_valid() and not problems:
            profile_keep(organisation=vendor, by=request.acting.user, now=timezone.now(), areas=areas, **form.values())
            messages.success(request, gettext("保存しました。会社が事業者を選ぶ画面に反映されます。"))
            return redirect(page, *arguments)
    context = {
        "vendor": vendor,
        "form": form,
        "rules": [*rules, *({} for _ in range(SPARE_RULES))][:MOST_RULES],
        "shown_rules": max(len(rules), 1),
        "problems": problems,
        # Folded once it is filled in: the page is long on a phone, and mostly one thing is changed.
        "areas_open": profile is None or bool(problems) or "area_words" in form.errors,
        "days_open": profile is None or bool(form.errors),
        "prefectures": prefectures(),
        "reaches": REACHES,
        "may_edit": may_edit,
        "profile": profile,
        "summary": _profile_summary(profile),
        "listings": listings,
        "by_office": request.acting.kind == Kind.OFFICE,
        "layout": "base_portal.html",
        "today": timezone.localdate(),
    }
    return render(request, "dispatch/profile.html", context, status=422 if problems or form.errors else 200)


def _initial(profile: VendorProfile | None) -> dict[str, Any]:
    if profile is None:
        return {"kinds": Job.Kind.values, "weekdays": list(range(5)), "opens": "09:00", "closes": "17:00"}
    names = ("kinds", "qualifications", "profile", "weekdays", "holidays", "year_end", "days_ask", "week_capacity")
    values = {name: getattr(profile, name) for name in (*names, "ask_first", "area_words")}
    return values | {"opens": f"{clock(profile.opens):>05}", "closes": f"{clock(min(profile.closes, 1439)):>05}"}


def _rules_of(profile: VendorProfile | None) -> list[dict[str, str]]:
    """Area rules as the form shows them: places by their names."""
    known = municipalities()
    return [
        {
            "prefecture": area.prefecture,
            "reach": area.reach,
            "words": area.words,
            "places": gettext("、").join(known[code].name for code in sorted(area.codes) if code in known),
        }
        for area in (areas_of(profile) if profile else ())
    ]


def _rules_typed(posted: Any) -> tuple[list[dict[str, str]], list[str], list[Area]]:
    """What was typed, what is wrong with it, and the rules."""
    names = ("prefecture", "reach", "words", "places")
    columns = (posted.getlist(f"rule_{name}") for name in names)
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]
    typed = [row for row in rows[:MOST_RULES] if row["prefecture"] and row["reach"]]
    problems, areas = [], []
    for row in typed:
        codes, unknown = places_read(row["prefecture"], row["places"])
        if unknown:
            values = {"prefecture": row["prefecture"], "words": gettext("、").join(unknown)}
            problems.append(gettext("%(prefecture)sに「%(words)s」という市区町村はありません。") % values)
        elif row["reach"] in (Reach.PART, Reach.STATION) and not codes:
            problems.append(gettext("%(prefecture)sの市区町村を書いてください。") % row)
        elif row["prefecture"] not in prefectures() or row["reach"] not in list(Reach):
            problems.append(gettext("都道府県と範囲を選んでください。"))
        else:
            areas.append(Area(row["prefecture"], row["reach"], codes, row["words"].strip()[:120]))
    return typed, problems, areas
