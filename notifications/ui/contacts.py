"""お知らせの届け先: whom a firm wants told, of what, and what became of it."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.moves import MoveRefused
from notifications import contacts
from notifications.carriers.kinds import DIALLED, Carrier
from notifications.contact_rules import MOST_CONTACTS, unserved
from notifications.contact_selectors import contact_of, contacts_of, last_messages, messages_to
from notifications.models import NoticeContact
from notifications.ui.cards import card_of, line_of, main_address, main_card
from notifications.ui.carrier_forms import forms_offered
from notifications.ui.forms import SHORT_TOPICS, CodeForm, WishForm
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import RefusalWords, refusals_shown

REFUSALS: RefusalWords = {
    contacts.LastForSerious: gettext_lazy(
        "重要度 高(★★★)のお知らせをメールで受け取る方が、1人もいなくなります。先にほかの届け先を決めてください。"
    ),
    contacts.MainStays: gettext_lazy("会社の代表アドレスは外せません。休止はできます。"),
    contacts.TooSoon: gettext_lazy("送ったばかりです。1分ほど待ってから、もう一度押してください。"),
    contacts.CodeWrong: gettext_lazy("番号が違うか、期限が切れています。番号をもう一度送れます。"),
    contacts.NothingWanted: gettext_lazy("届けるものを1つ以上選んでください。"),
    contacts.ContactKnown: gettext_lazy("この宛先は、すでに届け先にあります。"),
    contacts.TooManyContacts: lambda _refusal: gettext("届け先は%(most)d件までです。") % {"most": MOST_CONTACTS},
    MoveRefused: gettext_lazy("いまの状態からは、その操作はできません。画面を読み直してください。"),
}


@require_safe
@open_to(Kind.SME)
def contact_list(request: ActingRequest) -> HttpResponse:
    """Everybody of the firm sees who is told; its owners change it."""
    tenant_id = request.acting.organisation.pk
    known = list(contacts_of(tenant_id))
    main, last = main_address(tenant_id), last_messages(known)
    cards = [card_of(contact, main, last.get(contact.pk)) for contact in known] or [main_card(main)]
    context = {
        "cards": cards,
        "serious": sum(contact.serious and contact.is_active for contact in known) or (0 if known else 1),
        "unserved": [SHORT_TOPICS[topic] for topic in unserved(known)] if known else [],
    }
    return render(request, "notifications/contacts.html", context)


@require_safe
@open_to(Kind.SME, owner=True)
def carrier_choose(request: ActingRequest) -> HttpResponse:
    """How a new contact is reached."""
    offered = [(carrier, Carrier(carrier).label) for carrier in forms_offered()]
    return render(request, "notifications/choose.html", {"offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME, owner=True, proven=True)
def contact_new(request: ActingRequest, carrier: str) -> HttpResponse:
    """A new contact; nothing but the request to confirm goes there until somebody there has confirmed."""
    kind = forms_offered().get(carrier)
    if kind is None:
        raise Http404
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if limited := consume_or_429(request, action="notice_contact"):
            return limited  # type: ignore[no-any-return]
        with refusals_shown(request, form=form, form_words=REFUSALS):
            contact = contacts.contact_add(
                tenant_id=request.acting.organisation.pk, new=form.new, by=request.acting.user, now=timezone.now()
            )
            messages.success(request, gettext("届け先を足しました。確認が済むまで、お知らせは届けません。"))
            if secret := form.secrets.get("secret"):
                shown = {"contact": contact, "secret": secret}
                return render(request, "notifications/secret_shown.html", shown)
            return redirect("notices:contact", contact.pk)
    return render(request, "notifications/contact_new.html", {"form": form, "carrier": Carrier(carrier)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.SME, owner=True)
def contact_page(request: ActingRequest, contact_id: int) -> HttpResponse:
    """One contact: its wishes to change, what can be done with it, what became of its messages."""
    contact = _contact(request, contact_id)
    initial = {
        "name": contact.name,
        "topics": [topic.value for topic in contact.topics],
        "language": contact.language,
    }
    form = WishForm(contact.carrier, request.POST or None, is_main=contact.is_main, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(request, form=form, form_words=REFUSALS):
            contacts.contact_change(
                tenant_id=contact.tenant_id,
                contact_id=contact.pk,
                name=form.cleaned_data.get("name", ""),
                topics=form.chosen,
                language=form.cleaned_data["language"],
            )
            messages.success(request, gettext("保存しました。"))
            return redirect("notices:contact", contact.pk)
    return _page(request, contact, form, CodeForm())


@require_POST
@open_to(Kind.SME, owner=True)
def contact_act(request: ActingRequest, contact_id: int) -> HttpResponse:
    """POST action=pause, resume, end, ask (to confirm again), try or code (the figures of a telephone)."""
    contact = _contact(request, contact_id)
    action = request.POST.get("action", "")
    act = _ACTS.get(action)
    if act is None:
        raise Http404
    if action in _COUNTED and (limited := consume_or_429(request, action="notice_contact")):
        return limited  # type: ignore[no-any-return]
    with refusals_shown(request, REFUSALS):
        messages.success(request, act(request, contact))
    kept = contact_of(contact.tenant_id, contact.pk) is not None
    return redirect("notices:contact", contact.pk) if kept else redirect("notices:list")


def _pause(_request: ActingRequest, contact: NoticeContact) -> str:
    contacts.contact_pause(tenant_id=contact.tenant_id, contact_id=contact.pk)
    return gettext("休止しました。再開するまで、お知らせは届けません。")


def _resume(_request: ActingRequest, contact: NoticeContact) -> str:
    contacts.contact_resume(tenant_id=contact.tenant_id, contact_id=contact.pk)
    return gettext("再開しました。")


def _end(_request: ActingRequest, contact: NoticeContact) -> str:
    contacts.contact_end(tenant_id=contact.tenant_id, contact_id=contact.pk, now=timezone.now())
    return gettext("届け先から外しました。")


def _ask(_request: ActingRequest, contact: NoticeContact) -> str:
    contacts.confirmation_ask(contact=contact, now=timezone.now())
    return gettext("確認のメッセージをもう一度送ります。")


def _try(_request: ActingRequest, contact: NoticeContact) -> str:
    contacts.trial_send(contact=contact, now=timezone.now())
    return gettext("試しのお知らせを送ります。届いたかどうかは、下の記録に出ます。")


def _code(request: ActingRequest, contact: NoticeContact) -> str:
    contacts.contact_confirm_code(
        tenant_id=contact.tenant_id,
        contact_id=contact.pk,
        figures=request.POST.get("figures", "")[:12],
        now=timezone.now(),
    )
    return gettext("確認できました。これからお知らせを届けます。")


_ACTS = {"pause": _pause, "resume": _resume, "end": _end, "ask": _ask, "try": _try, "code": _code}
_COUNTED = frozenset({"ask", "try", "code"})  # what sends or guesses; to stop is never refused


def _contact(request: ActingRequest, contact_id: int) -> NoticeContact:
    contact = contact_of(request.acting.organisation.pk, contact_id)
    if contact is None:
        raise Http404
    return contact


def _page(request: ActingRequest, contact: NoticeContact, form: WishForm, code: CodeForm) -> HttpResponse:
    context = {
        "contact": contact,
        "card": card_of(contact, main_address(contact.tenant_id)),
        "form": form,
        "code": code,
        "by_code": contact.carrier in DIALLED,
        "lines": [line_of(message) for message in messages_to(contact)],
    }
    return render(request, "notifications/contact.html", context)
