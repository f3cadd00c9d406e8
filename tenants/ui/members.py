"""Members of the own organisation and those invited."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tenants.accounts import invitations
from tenants.accounts.log_in_failures import failures_of_members
from tenants.accounts.members import ChangeRefused, member_sessions_end, members_of, membership_end, membership_set_role
from tenants.models import Membership
from tenants.ui.forms import InviteForm, RoleForm
from tenants.ui.guard import ActingRequest, open_to
from web.addresses import published
from web.refusals import RefusalWords, refusals_shown

CHANGE_PROBLEMS = {
    "last_owner": gettext_lazy("管理者が1人もいなくなるため、変えられません。先にほかの方を管理者にしてください。"),
    "not_allowed": gettext_lazy("この変更はできません。画面を読み直して、もう一度お試しください。"),
    "unknown_role": gettext_lazy("役割を選んでください。"),
}
REFUSALS: RefusalWords = {ChangeRefused: lambda refusal: CHANGE_PROBLEMS[refusal.code]}


@require_safe
@open_to()
def member_list(request: ActingRequest) -> HttpResponse:
    """Who belongs to the organisation; owners also see who is invited."""
    own, failures = request.acting.organisation.pk, failures_of_members()
    context = {
        "members": [(membership, failures.get(membership.user_id)) for membership in members_of(organisation_id=own)],
        "waiting": invitations.open_ones(organisation_id=own),
        "undelivered": invitations.undelivered(),
    }
    return render(request, "tenants/members.html", context)


@open_to(owner=True, proven=True)
def invite(request: ActingRequest) -> HttpResponse:
    """Ask somebody to join."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if limited := consume_or_429(request, action="invite"):
            return limited  # type: ignore[no-any-return]
        email = form.cleaned_data["email"].lower()
        own = request.acting.organisation
        if members_of(organisation_id=own.pk).filter(user__email=email).exists():
            form.add_error("email", gettext("この方は、すでにメンバーです。"))
        else:
            invitations.invitation_create(
                organisation=own, email=email, role=form.cleaned_data["role"], invited_by=request.user
            )
            messages.success(request, gettext("%(email)s に招待のメールを送ります。") % {"email": email})
            return redirect("tenants:members")
    return render(request, "tenants/invite.html", {"form": form})


@open_to(owner=True, proven=True)
def member(request: ActingRequest, membership_id: int) -> HttpResponse:
    """Change a member's role, end their sessions or the membership."""
    own = request.acting.organisation
    membership = members_of(organisation_id=own.pk).filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if request.method == "POST":
        return _member_change(request, membership, form)
    return _member_page(request, membership, form)


def _member_page(request: ActingRequest, membership: Membership, form: RoleForm) -> HttpResponse:
    return render(
        request,
        "tenants/member.html",
        {
            "member": membership,
            "form": form,
            "is_self": membership.user_id == request.user.pk,
            "trouble": failures_of_members().get(membership.user_id),
        },
    )


def _member_change(request: ActingRequest, membership: Membership, form: RoleForm) -> HttpResponse:
    own, here = request.acting.organisation, request.session.session_key or ""
    with refusals_shown(request, REFUSALS):
        if request.POST.get("action") == "sessions":
            ended = member_sessions_end(membership=membership, organisation=own, session_in_use=here)
            messages.success(
                request,
                gettext("%(who)sさんのログインを%(count)d件終わらせました。")
                % {"who": membership.user, "count": ended},
            )
            return redirect("tenants:member", membership.pk)
        if request.POST.get("action") == "end":
            membership_end(membership=membership, organisation=own, session_in_use=here)
            messages.success(request, gettext("%(who)sさんをメンバーから外しました。") % {"who": membership.user})
        elif form.is_valid():
            role = form.cleaned_data["role"]
            membership_set_role(membership=membership, organisation=own, role=role, session_in_use=here)
            messages.success(request, gettext("%(who)sさんの役割を変えました。") % {"who": membership.user})
        else:
            return _member_page(request, membership, form)
        return redirect(published("home") if membership.user_id == request.user.pk else "tenants:members")
    return redirect("tenants:member", membership.pk)


@require_POST
@open_to(owner=True)
def invitation_change(request: ActingRequest, invitation_id: int) -> HttpResponse:
    """POST action=revoke ends an open invitation, action=again sends a new link."""
    own = request.acting.organisation
    invitation = invitations.open_ones(organisation_id=own.pk).filter(pk=invitation_id).first()
    if invitation is None:
        messages.error(request, gettext("この招待は、すでに使われたか終わっています。"))
    elif request.POST.get("action") == "again":
        if limited := consume_or_429(request, action="invite"):
            return limited  # type: ignore[no-any-return]
        invitations.invitation_create(
            organisation=own,
            email=invitation.email,
            role=invitation.role,
            invited_by=request.user,
            person=(invitation.person_name, invitation.person_kana),
        )
        messages.success(request, gettext("%(email)s に新しい招待のメールを送ります。") % {"email": invitation.email})
    else:
        invitations.invitation_revoke(invitation=invitation)
        messages.success(request, gettext("%(email)s への招待を取り消しました。") % {"email": invitation.email})
    return redirect("tenants:members")
