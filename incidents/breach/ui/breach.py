"""When personal data may have leaked: by when the firm reports, and a draft of it (個人情報保護法 26条)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from incidents.breach.rules import Clock, Item, Stage, clock, stage
from incidents.breach.selectors import note_of
from incidents.breach.services import DaysWrong, NoteEntry, breach_keep
from incidents.core.selectors import incident_groups, incidents_of
from incidents.core.ui import incident_words
from incidents.models import BREACH_REASONS, BreachNote, Incident
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import refusals_shown
from web.templatetags.formats import jst, jst_date

# The office's own form; the platform sends nothing there.
FORM_ADDRESS = "https://www.ppc.go.jp/personalinfo/legal/leakAction/"
ITEMS: dict[Item, tuple[Any, Any]] = {
    Item.SUMMARY: (gettext_lazy("概要"), gettext_lazy("いつ、どこで、何が起きたか")),
    Item.DATA: (
        gettext_lazy("漏れたおそれのある情報の項目"),
        gettext_lazy("例: 氏名、住所、電話番号、メールアドレス、注文の内容"),
    ),
    Item.PEOPLE: (gettext_lazy("本人の数"), gettext_lazy("分からないときは、多くて何人か")),
    Item.CAUSE: (gettext_lazy("原因"), gettext_lazy("分かっているところまで")),
    Item.SECOND_DAMAGE: (
        gettext_lazy("二次被害やそのおそれ"),
        gettext_lazy("例: 不審なメールが届いた、カードが使われた。なければ「いまのところない」"),
    ),
    Item.NOTIFICATION: (gettext_lazy("本人への連絡"), gettext_lazy("だれに、いつ、どう伝えたか。これからなら、いつ")),
    Item.PUBLISHED: (gettext_lazy("公表"), gettext_lazy("した日と場所。しないなら、その理由")),
    Item.PREVENTION: (gettext_lazy("再発を防ぐためにしたこと"), gettext_lazy("これからすることも")),
    Item.OTHER: (gettext_lazy("そのほか"), gettext_lazy("警察への届け出、取引先への連絡など")),
}


class BreachForm(forms.Form):
    """What the firm notes; everything but the first day may come later."""

    aware_on = forms.DateField(
        label=gettext_lazy("漏えいのおそれを知った日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("会社のだれかが知った日です。期限はこの日を1日目として数えます。"),
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("当てはまるもの"),
        choices=BREACH_REASONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("1つでも当てはまり、個人情報が漏れたおそれがあれば、報告の義務があります。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, (label, hint) in ITEMS.items():
            self.fields[item.value] = forms.CharField(
                label=label, help_text=hint, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
            )
        for name, label in (("quick_on", gettext("速報を出した日")), ("final_on", gettext("確報を出した日"))):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )

    def entry(self) -> NoteEntry:
        """The note a valid form describes."""
        data = self.cleaned_data
        items = {item.value: data[item.value] for item in ITEMS}
        return NoteEntry(data["aware_on"], tuple(data["reasons"]), items, data["quick_on"], data["final_on"])


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME)
def breach(request: ActingRequest, number: int) -> HttpResponse:
    """The clock and the draft of one incident."""
    incident = _incident(request, number)
    note = note_of(incident)
    today = localdate()
    form = BreachForm(request.POST if request.method == "POST" else None, initial=_initial(note, incident, today))
    if request.method == "POST" and form.is_valid():
        mistake = gettext("日付を確かめてください。知った日より前の日と、今日より先の日は書けません。")
        with refusals_shown(request, form=form, form_words={DaysWrong: mistake}):
            breach_keep(incident=incident, entry=form.entry(), by=request.acting.user, today=today, now=timezone.now())
            messages.success(request, gettext("保存しました。"))
            return redirect("breach:page", number)
    days = clock(note.aware_on, note.reasons) if note else None
    where = stage(days, quick_on=note.quick_on, final_on=note.final_on, today=today) if note else None
    context = {
        "incident": incident,
        "form": form,
        "note": note,
        "days": days,
        "stage": where.value if where else "",
        "lead": _lead(where, days, today),
        "form_address": FORM_ADDRESS,
        "may_write": request.acting.may_write,
    }
    return render(request, "breach/breach.html", context, status=422 if form.errors else 200)


@require_safe
@open_to(Kind.SME)
def breach_text(request: ActingRequest, number: int) -> HttpResponse:
    """The draft as plain text, to copy into the office's form."""
    incident = _incident(request, number)
    note = note_of(incident)
    if note is None:
        raise Http404
    parts = [f"{gettext('漏えいのおそれを知った日')}: {jst_date(note.aware_on)}"]
    names = dict(BREACH_REASONS)
    parts += [f"・{names[code]}" for code in note.reasons]
    parts += [f"\n[{label}]\n{note.said.get(item.value, '')}" for item, (label, _hint) in ITEMS.items()]
    text = "\r\n".join("\n".join(parts).splitlines())
    answer = HttpResponse(f"\ufeff{text}", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="breach-{number}.txt"'
    return answer


def breach_lines(incident: Incident) -> list[tuple[Any, Any]]:
    """What the firm noted, for the desk that helps on the phone; [] without a note."""
    note = note_of(incident)
    if note is None:
        return []
    days, names = clock(note.aware_on, note.reasons), dict(BREACH_REASONS)
    rows = [(gettext("漏えいのおそれを知った日"), jst_date(note.aware_on))]
    if days is not None:
        rows += [
            (gettext("速報の目安"), jst_date(days.quick_until)),
            (gettext("確報の期限"), jst_date(days.final_until)),
        ]
    rows += [(gettext("速報を出した日"), jst_date(note.quick_on)), (gettext("確報を出した日"), jst_date(note.final_on))]
    rows += [(gettext("当てはまるもの"), gettext("、").join(str(names[code]) for code in note.reasons))]
    rows += [(label, note.said.get(item.value, "")) for item, (label, _hint) in ITEMS.items()]
    return [row for row in rows if row[1]]


def _incident(request: ActingRequest, number: int) -> Incident:
    tenant_id = request.acting.organisation.pk
    incident: Incident = get_object_or_404(incidents_of(tenant_id), number=number)
    return incident


def _initial(note: BreachNote | None, incident: Incident, today: date) -> dict[str, Any]:
    """The stored values; for a new note what the platform knows, for the firm to correct."""
    if note is not None:
        days = {"aware_on": note.aware_on, "quick_on": note.quick_on, "final_on": note.final_on}
        return {**days, "reasons": note.reasons, **note.said}
    groups = list(incident_groups(incident))
    summary = gettext("%(at)sに、センサーが社内の機器の気になる通信を見つけた。%(title)s。") % {
        "at": jst(incident.opened_at),
        "title": incident_words.title(incident),
    }
    name = {"name": groups[0].signature if groups else "―"}
    cause = gettext("ウイルスに感染したおそれ(検知の名前: %(name)s)。調査中。") % name
    return {"aware_on": today, Item.SUMMARY.value: summary, Item.CAUSE.value: cause}


def _lead(where: Stage | None, days: Clock | None, today: date) -> str:
    if where is None or days is None:
        if where is Stage.NOT_OWED:
            return gettext("国への報告が要る事態には、当てはまらないと記録されています。")
        return gettext("お客さまや従業員の個人情報が漏れたかもしれないときは、国への報告に期限があります。")
    quick, final = jst_date(days.quick_until), jst_date(days.final_until)
    match where:
        case Stage.QUICK:
            return gettext("速報を、%(first)sから%(day)sごろまでに出してください。") % {
                "first": jst_date(days.quick_from),
                "day": quick,
            }
        case Stage.QUICK_LATE:
            sentence = gettext("速報の目安(%(day)s)を過ぎています。分かっていることだけで、すぐに出してください。")
            return sentence % {"day": quick}
        case Stage.FINAL:
            left = {"day": final, "n": (days.final_until - today).days}
            return gettext("確報の期限は%(day)sです(あと%(n)s日)。") % left
        case Stage.FINAL_LATE:
            return gettext("確報の期限(%(day)s)を過ぎています。すぐに出してください。") % {"day": final}
    return gettext("確報まで終わりました。していただくことはありません。")
