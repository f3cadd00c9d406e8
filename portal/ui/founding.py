"""The first-run wizard: whoever holds the operator's code founds the programme, step by step, and comes back to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from allauth.core.ratelimit import clear, consume_or_429
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.numbers import number_in
from portal.consortium.entering import FoundingOver, PartnerExists, consortium_enter
from portal.consortium.lacks import facts_of_plan, grave, lacks_of
from portal.consortium.plan import PARTS
from portal.consortium.reading import Problem, plan_read
from portal.ui.founding_forms import LISTED, CodeForm, DeskForm, OfficeForm, PartForm, ProgrammeForm
from tenants.founding import draft_keep, draft_of, founding_by_key, founding_close, founding_redeem
from tenants.selectors import programmes
from web.refusals import RefusalWords, refusals_shown

KEY, DONE = "founding_key", "founding_done"
MOST_LISTED: Final = 100
# Step → its name; the last is the check list.
STEPS: Final[Mapping[str, Any]] = {
    "programme": gettext_lazy("事業"),
    "office": gettext_lazy("事務局"),
    "desk": gettext_lazy("相談窓口"),
    "socs": gettext_lazy("SOC"),
    "vendors": gettext_lazy("事業者"),
    "insurers": gettext_lazy("保険会社"),
    "outreach": gettext_lazy("地域展開"),
    "check": gettext_lazy("確かめる"),
}
LEADS: Final[Mapping[str, Any]] = {
    "programme": gettext_lazy("会社に見える、事業の名前を決めます。"),
    "office": gettext_lazy("事業を運営する事務局と、その最初の担当者です。"),
    "desk": gettext_lazy("会社からの電話とメールを受ける窓口です。受付時間は、ここで決めたものがどこにも出ます。"),
    "socs": gettext_lazy("センサーの記録を見守る組織です。2つ以上あるときは、都道府県で分けられます。"),
    "vendors": gettext_lazy("会社を訪問する、地域のIT事業者です。"),
    "insurers": gettext_lazy("付帯保険を引き受ける保険会社です。いなければ飛ばせます。保険の請求は使えません。"),
    "outreach": gettext_lazy("会社を紹介する商工会議所、金融機関などです。いなければ飛ばせます。"),
}
SINGLE: Final[Mapping[str, type[PartForm]]] = {"programme": ProgrammeForm, "office": OfficeForm, "desk": DeskForm}
_NAMES: Final = tuple(STEPS)
Draft = dict[str, Any]


def _closed() -> bool:
    return programmes().exists()


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The one-time code for a key. On an installation with a programme there is no such page."""
    if _closed():
        raise Http404
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if limited := consume_or_429(request, action="founding"):
            return limited  # type: ignore[no-any-return]
        key = founding_redeem(code=form.cleaned_data["code"], now=timezone.now())
        if key is not None:
            clear(request, action="founding")  # only wrong codes count
            request.session.cycle_key()
            request.session[KEY] = key
            return redirect("founding:step", _NAMES[0])
        form.add_error("code", gettext("このコードは使えません。打ちまちがい、期限切れ、使用済みのどれかです。"))
    context = {"form": form, "resumable": KEY in request.session}
    return _uncached(render(request, "founding/begin.html", context, status=422 if form.errors else 200))


Page = Callable[..., HttpResponse]


def _with_draft(view: Page) -> Page:
    """The page is for the holder of a key; others are sent to the page of the code, or find none."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _closed():
            raise Http404
        with founding_by_key(request.session.get(KEY, "")):
            draft = draft_of()
            if draft is None:
                request.session.pop(KEY, None)
                return redirect("founding:begin")
            return _uncached(view(request, draft, *args, **kwargs))

    return opened


def _uncached(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def step(request: HttpRequest, draft: Draft, name: str) -> HttpResponse:
    """One step of the wizard: a form, or a list with a form."""
    if name in SINGLE:
        return _single(request, draft, name)
    if name in LISTED:
        return _listed(request, draft, name)
    raise Http404


def _single(request: HttpRequest, draft: Draft, name: str) -> HttpResponse:
    form_class = SINGLE[name]
    kept = _kept(draft, name)
    form = form_class(request.POST) if request.method == "POST" else form_class(initial=form_class.initial_of(kept))
    if request.method == "POST" and form.is_valid():
        if isinstance(form, DeskForm):
            desks = draft.get("desks", [])
            draft = draft | {"desk": form.contact(), "desks": [form.organisation(), *desks[1:]]}
        else:
            draft = draft | {name: form.section()}
        draft_keep(draft)
        return redirect(_address(_next(name)))
    return _page(request, draft, name, form)


def _kept(draft: Draft, name: str) -> dict[str, Any]:
    if name != "desk":
        kept: dict[str, Any] = draft.get(name, {})
        return kept
    desks: list[dict[str, Any]] = draft.get("desks", [{}])
    return {**desks[0], **draft.get("desk", {})}


def _listed(request: HttpRequest, draft: Draft, name: str) -> HttpResponse:
    """Add, change and take away entries; then on."""
    form_class, entries = LISTED[name], list(draft.get(name, []))
    at = _position(request, entries)
    if request.method != "POST":
        form = form_class(initial=form_class.initial_of(entries[at]) if at is not None else None)
        return _page(request, draft, name, form, at)
    if request.POST.get("action") == "remove" and at is not None:
        del entries[at]
        draft_keep(draft | {name: entries})
        messages.success(request, gettext("取り除きました。"))
        return redirect(_address(name))
    form = form_class(request.POST)
    if form.is_valid() and _fits(form, entries, at):
        entry = form.section()
        entries = [*entries, entry] if at is None else [*entries[:at], entry, *entries[at + 1 :]]
        draft_keep(draft | {name: entries})
        messages.success(request, gettext("「%(name)s」を保存しました。") % {"name": entry["name"]})
        return redirect(_address(name))
    return _page(request, draft, name, form, at)


def _fits(form: PartForm, entries: list[dict[str, Any]], at: int | None) -> bool:
    others = [entry for number, entry in enumerate(entries) if number != at]
    if any(entry.get("name") == form.section().get("name") for entry in others):
        form.add_error("name", gettext("この名前は、もう入っています。"))
    elif len(others) >= MOST_LISTED:
        form.add_error(None, gettext("これ以上は入れられません。"))
    return not form.errors


def _position(request: HttpRequest, entries: list[dict[str, Any]]) -> int | None:
    """The entry that is changed: `?entry=2`, counted from 1."""
    typed = request.POST.get("entry", "") if request.method == "POST" else request.GET.get("entry", "")
    number = number_in(typed) if typed else None
    if number is None:
        return None
    if not 1 <= number <= len(entries):
        raise Http404
    return number - 1


def _page(request: HttpRequest, draft: Draft, name: str, form: PartForm, at: int | None = None) -> HttpResponse:
    number = _NAMES.index(name)
    context = {
        "form": form,
        "name": name,
        "title": STEPS[name],
        "lead": LEADS[name],
        "labels": list(STEPS.values()),
        "number": number + 1,
        "entry": at + 1 if at is not None else None,
        "entries": draft.get(name, []) if name in LISTED else [],
        "listed": name in LISTED,
        "before": _address(_NAMES[number - 1]) if number else "",
        "after": _address(_next(name)),
    }
    return render(request, "founding/step.html", context, status=422 if form.errors else 200)


def _next(name: str) -> str:
    return _NAMES[_NAMES.index(name) + 1]


def _address(name: str) -> str:
    return reverse("founding:check") if name == "check" else reverse("founding:step", args=[name])


@require_http_methods(["GET", "HEAD", "POST"])
@_with_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What it will be and what is missing; POST opens it, all or nothing."""
    plan, problems = plan_read(draft)
    lacks = lacks_of(facts_of_plan(plan))
    ready = not problems and not grave(lacks)
    if request.method == "POST" and ready:
        words: RefusalWords = {
            FoundingOver: gettext_lazy("この開始コードでは、もう始められません。新しいコードを受け取ってください。"),
            PartnerExists: gettext_lazy("同じ名前の組織がもうあります。名前を確かめてください。"),
        }
        with refusals_shown(request, words), transaction.atomic():
            entered = consortium_enter(plan)
            founding_close()
            request.session.pop(KEY, None)
            request.session[DONE] = {"programme": entered.programme.name, "made": entered.made}
            return redirect("founding:done")
    context = {
        "plan": plan,
        "problems": [{"words": problem.words, "path": problem.path, "href": _place(problem)} for problem in problems],
        "lacks": [{"lack": lack, "href": _address(_STEP_OF.get(lack.code, "programme"))} for lack in lacks],
        "ready": ready,
        "labels": list(STEPS.values()),
        "number": len(_NAMES),
        "counts": [(STEPS[name], len(draft.get(name, [])), _address(name)) for name in LISTED],
        "before": _address(_NAMES[-2]),
    }
    return render(request, "founding/check.html", context)


_STEP_OF: Final = {
    "office_person": "office",
    "desk": "desk",
    "desk_phone": "desk",
    "desk_hours": "desk",
    "soc": "socs",
    "vendor_first_response": "vendors",
    "vendor_installation": "vendors",
    "cover": "insurers",
    "outreach": "outreach",
    "partner_person": "vendors",
}


def _place(problem: Problem) -> str:
    """The step in which a problem is mended."""
    table = problem.path.split(".")[0].split("[")[0]
    name = "desk" if table == "desks" else table
    return _address(name if name in SINGLE or name in PARTS else "programme")


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The programme is there; who is invited, and what comes next."""
    founded = request.session.get(DONE)
    if founded is None:
        raise Http404
    return _uncached(render(request, "founding/done.html", {"founded": founded}))
