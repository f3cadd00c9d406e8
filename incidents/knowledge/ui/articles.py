"""Knowledge of the programme: found, read, written, looked at a second time; and the desk's ready answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.moves import Party, ReasonMissing
from base.numbers import number_in
from incidents.core.selectors import cases_of, incidents_of
from incidents.knowledge import selectors, services
from incidents.knowledge.drafts import draft_of_case, draft_of_incident
from incidents.knowledge.rules import PlaceUnknown, Trace, places_in
from incidents.knowledge.services import SecondLook, Words, lines
from incidents.models import Article
from incidents.states.article import ArticleState
from tenants.models import Programme
from tenants.selectors import programmes_of_partner
from tenants.ui.guard import ActingRequest, Kind, open_to
from tenants.ui.reach import partner_read
from web.refusals import RefusalWords, refusals_shown

LOOKERS = (Kind.CALL_CENTRE, Kind.SOC, Kind.OFFICE)
READERS = (*LOOKERS, Kind.VENDOR, Kind.DATA_RECOVERY)
STAFF = frozenset({Kind.CALL_CENTRE, Kind.SOC})
PARTIES = {Kind.CALL_CENTRE: Party.DESK, Kind.SOC: Party.ANALYST, Kind.OFFICE: Party.OFFICE}
PER_PAGE = 30
TRACE_WORDS: dict[str, Any] = {
    "firm": gettext_lazy("参加企業の名前"),
    "address": gettext_lazy("参加企業の所在地"),
    "mail": gettext_lazy("メールアドレス"),
    "phone": gettext_lazy("電話番号"),
    "postal": gettext_lazy("郵便番号"),
    "private_address": gettext_lazy("社内の機器のIPアドレス"),
    "mac": gettext_lazy("機器のMACアドレス"),
}
BECAUSE: dict[str, Any] = {
    "signature": gettext_lazy("同じ検知"),
    "family": gettext_lazy("同じ種類の検知"),
    "words": gettext_lazy("言葉が近い"),
}


class ArticleForm(forms.Form):
    """What an article says; lists are written one value a line."""

    title = forms.CharField(
        label=gettext_lazy("題名"),
        max_length=120,
        help_text=gettext_lazy("例「Emotetに感染したときの駆除」。会社の名前は書きません。"),
    )
    answer = forms.CharField(
        label=gettext_lazy("会社への答え"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("専門用語を使わず、そのまま電話で読める文にします。"),
    )
    steps = forms.CharField(
        label=gettext_lazy("窓口と事業者の手順"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("行ったことと、その順番。事業者も読みます。"),
    )
    words = forms.CharField(
        label=gettext_lazy("さがす言葉"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会社の人が電話で言いそうな言葉。1行に1つ。"),
    )
    signatures = forms.CharField(
        label=gettext_lazy("検知の名前"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("同じ検知のときに、この記事をすすめます。1行に1つ。"),
    )
    families = forms.CharField(
        label=gettext_lazy("検知の種類"),
        max_length=1600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("1行に1つ。"),
    )
    anonymous = forms.BooleanField(
        label=gettext_lazy("会社が分かる内容ではないことを確かめました"), required=False, widget=forms.HiddenInput
    )

    def article_words(self) -> Words:
        """The words of a valid form."""
        data = self.cleaned_data
        return Words(
            data["title"],
            data["answer"],
            data["steps"],
            services.cleaned(lines(data["signatures"]), 300),
            services.cleaned(lines(data["families"]), 160),
            services.cleaned(lines(data["words"]), 60),
        )


class AnswerForm(forms.Form):
    """A ready answer."""

    title = forms.CharField(label=gettext_lazy("題名"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("文面"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("送るときに入る場所: {会社名} {担当者名} {窓口名} {窓口電話} {受付時間} {受付番号}"),
    )

    def clean_text(self) -> str:
        """Only places that are filled in."""
        text: str = self.cleaned_data["text"]
        try:
            places_in(text)
        except PlaceUnknown as problem:
            raise forms.ValidationError(
                gettext("{%(name)s} は使えません。使えるのは、下の説明にある6つです。") % {"name": problem}
            ) from problem
        return text


@require_safe
@open_to(*READERS)
def article_list(request: ActingRequest) -> HttpResponse:
    """Published articles by words; for those who may check, what waits for a second look."""
    typed = request.GET.get("q", "").strip()[:80]
    looks = request.acting.kind in LOOKERS
    articles = selectors.articles_matching(typed)
    waiting = selectors.articles_waiting() if looks else []
    drafts = selectors.drafts() if request.acting.kind == Kind.CALL_CENTRE else []
    if not looks and not typed:
        articles = selectors.malware_articles()
    context = {
        "typed": typed,
        "articles": Paginator(articles, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": waiting,
        "drafts": drafts,
        "looks": looks,
        "writes": _writes(request),
        **_layout(request),
    }
    return render(request, "knowledge/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(*READERS)
def article(request: ActingRequest, article_id: int) -> HttpResponse:
    """One article; hand in, publish, send back, retire."""
    article = get_object_or_404(selectors.articles(), pk=article_id)
    if request.method == "POST":
        return _article_action(request, article)
    looks = request.acting.kind in LOOKERS
    mine = article.written_by_id == request.acting.user.pk
    context = {
        "article": article,
        "looks": looks,
        "writes": _writes(request),
        "may_check": looks and request.acting.may_write and article.state == ArticleState.WAITING and not mine,
        "mine": mine,
        "successor": selectors.replaced_by(article) if looks else None,
        "traces": _trace_lines(_traces(article)) if looks else [],
        **_layout(request),
    }
    return render(request, "knowledge/article.html", context)


REFUSALS: RefusalWords = {
    SecondLook: gettext_lazy("書いた人は公開できません。ほかの人に確かめてもらってください。"),
    ReasonMissing: gettext_lazy("差し戻す理由を書いてください。状態は変えていません。"),
}


def _article_action(request: ActingRequest, article: Article) -> HttpResponse:
    party = PARTIES.get(Kind(request.acting.kind))
    to = request.POST.get("to", "")
    if party is None or to not in {state.value for state in ArticleState}:
        raise Http404
    if to == ArticleState.PUBLISHED and "anonymous" not in request.POST:
        messages.error(request, gettext("会社が分かる内容ではないことを確かめ、印を付けてください。公開していません。"))
        return redirect("knowledge:article", article.pk)
    with refusals_shown(request, REFUSALS):
        moved = services.article_move(
            article_id=article.pk,
            to=ArticleState(to),
            party=party,
            by=request.acting.user,
            now=timezone.now(),
            remark=request.POST.get("remark", ""),
        )
        messages.success(request, gettext("「%(state)s」にしました。") % {"state": moved.get_state_display()})
    return redirect("knowledge:article", article.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def article_new(request: ActingRequest) -> HttpResponse:
    """A new article; `?firm=…&incident=…` or `&case=…` fills it from what is over."""
    programme = _programme(request)
    initial = {} if request.method == "POST" else _from_what_is_over(request)
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    warned = _warned(form)
    if request.method == "POST" and form.is_valid() and not warned:
        made = services.article_write(
            programme_id=programme.pk, words=form.article_words(), by=request.acting.user, now=timezone.now()
        )
        return redirect("knowledge:article", made.pk)
    return render(request, "knowledge/write.html", {"form": form, "warned": warned, **_layout(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def article_edit(request: ActingRequest, article_id: int) -> HttpResponse:
    """Change a draft; of a published article a new draft is made that takes its place once it has been checked."""
    article = get_object_or_404(selectors.articles_in_use(), pk=article_id)
    initial = {"title": article.title, "answer": article.answer, "steps": article.steps}
    initial |= {name: "\n".join(getattr(article, name)) for name in ("words", "signatures", "families")}
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    warned = _warned(form)
    if request.method == "POST" and form.is_valid() and not warned:
        words, by, now = form.article_words(), request.acting.user, timezone.now()
        if article.state == ArticleState.PUBLISHED:
            made = services.article_write(
                programme_id=article.programme_id, words=words, by=by, now=now, replaces=article
            )
        else:
            made = services.article_change(article_id=article.pk, words=words, by=by, now=now)
        return redirect("knowledge:article", made.pk)
    context = {"form": form, "warned": warned, "article": article, **_layout(request)}
    return render(request, "knowledge/write.html", context)


@require_safe
@open_to(Kind.CALL_CENTRE)
def answer_list(request: ActingRequest) -> HttpResponse:
    """The desk's ready answers."""
    answers = selectors.ready_answers(_programme(request).pk)
    return render(request, "knowledge/answers.html", {"answers": answers, "writes": _writes(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.CALL_CENTRE)
def answer_edit(request: ActingRequest, answer_id: int = 0) -> HttpResponse:
    """Write a ready answer, change or retire it."""
    answer = get_object_or_404(selectors.ready_answers_in_use(), pk=answer_id) if answer_id else None
    if answer and request.POST.get("action") == "retire":
        services.ready_answer_retire(answer_id=answer.pk, by=request.acting.user, now=timezone.now())
        messages.success(request, gettext("この定型文を使わないことにしました。"))
        return redirect("knowledge:answers")
    initial = {"title": answer.title, "text": answer.text} if answer else {}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.ready_answer_write(
            programme_id=answer.programme_id if answer else _programme(request).pk,
            answer_id=answer.pk if answer else None,
            by=request.acting.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, gettext("保存しました。"))
        return redirect("knowledge:answers")
    return render(request, "knowledge/answer.html", {"form": form, "answer": answer})


# What an article may be drafted from: the parameter that names it, the rows of a firm, the draft.
SOURCES: tuple[tuple[str, Callable[[int], QuerySet[Any]], Callable[[Any], Words]], ...] = (
    ("incident", incidents_of, draft_of_incident),
    ("case", cases_of, draft_of_case),
)


def _from_what_is_over(request: ActingRequest) -> dict[str, str]:
    """The draft's words from ?firm=…&incident=… or ?firm=…&case=…, both by number."""
    firm = number_in(request.GET.get("firm", ""))
    for name, rows_of, draft in SOURCES:
        number = number_in(request.GET.get(name, ""))
        if firm is not None and number is not None:
            row = get_object_or_404(rows_of(firm), number=number)
            is_firm = row.tenant.kind == Kind.SME
            partner_read(
                request, code=f"{name}.viewed", subject=f"{name}:{number}", tenant_ids=[firm] if is_firm else []
            )
            return _typed(draft(row))
    return {}


def _typed(words: Words) -> dict[str, str]:
    """Words as the form's fields hold them."""
    return {name: value if isinstance(value, str) else "\n".join(value) for name, value in asdict(words).items()}


def _warned(form: ArticleForm) -> list[str]:
    """What could tell whose case it was: shown once; the same form again, with the mark, is taken."""
    if not form.is_bound or not form.is_valid() or form.cleaned_data["anonymous"]:
        return []
    words = form.article_words()
    traced = selectors.traces_in("\n".join([words.title, words.answer, words.steps, *words.words]))
    if traced:
        form.data = {**form.data.dict(), "anonymous": "on"}  # type: ignore[attr-defined]
    return _trace_lines(traced)


def _traces(article: Article) -> list[Trace]:
    return selectors.traces_in("\n".join([article.title, article.answer, article.steps, *article.words]))


def _trace_lines(traced: list[Trace]) -> list[str]:
    return [f"{TRACE_WORDS[trace.kind]}: {trace.words}" for trace in traced]


def _programme(request: ActingRequest) -> Programme:
    """The programme a desk writes for: its first."""
    programme = programmes_of_partner(organisation_id=request.acting.organisation.pk).first()
    if programme is None:
        raise Http404
    return programme


def _writes(request: ActingRequest) -> bool:
    return request.acting.kind == Kind.CALL_CENTRE and request.acting.may_write


def _layout(request: ActingRequest) -> dict[str, str]:
    return {"layout": "base_staff.html" if request.acting.kind in STAFF else "base_portal.html"}
