"""The insurer's payment files, the figures by year, and partners' bank accounts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from base.moves import ReasonMissing
from base.spreadsheet import table_answer
from insurance.doors import claim_payer, insurance_months
from insurance.models import BankAccount
from insurance.payments import (
    Due,
    ExportedMeanwhile,
    NoBankDay,
    PayerMissing,
    next_bank_day,
    payment_file,
    payments_due,
)
from insurance.selectors import account_of
from insurance.statistics import years
from insurance.zengin import Account, Unwritable, account_checked
from tenants.audit.record import audit_record
from tenants.selectors import programmes as all_programmes
from tenants.ui.guard import ActingRequest, Kind, open_to
from web.refusals import RefusalWords, refusals_shown


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.INSURER)
def payments(request: ActingRequest) -> HttpResponse:
    """Approved claims to pay, and the file for the bank."""
    if request.method == "POST":
        return _export(request)
    due = payments_due()
    context = {
        "due": due,
        "total_yen": sum(row.claim.approved_yen or 0 for row in due),
        "missing": sum(row.to is None for row in due),
        "again": any(row.claim.exports for row in due),
        "payer": claim_payer(),
        "on": next_bank_day(localdate()),
        "may_write": request.acting.may_write,
        "owner": request.acting.role == "owner",
    }
    return render(request, "insurance/payments.html", context)


def _export(request: ActingRequest) -> HttpResponse:
    with refusals_shown(request, EXPORT_REFUSALS):
        # "12:1": claim 12, which stood in one file when the page was made.
        chosen = {int(pk): int(files) for pk, files in (v.split(":") for v in request.POST.getlist("claim"))}
        if (form := request.POST.get("form", "")) in ("csv", "xlsx"):
            return _list(form, [due for due in payments_due() if due.claim.pk in chosen])
        on = date.fromisoformat(request.POST.get("on", ""))
        reason = request.POST.get("reason", "")
        file, _paid = payment_file(claims=chosen, on=on, now=timezone.now(), reason=reason)
        answer = HttpResponse(file, content_type="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="furikomi-{on:%Y%m%d}.txt"'
        return answer
    return redirect("insurance:payments")


def _unwritable_words(problem: Unwritable) -> str:
    if problem.field == "payments":
        return _("振り込む請求を選んでください。口座が未登録の事業者の分は入りません。")
    part = {"field": _field_word(problem.field), "sign": problem.sign}
    if problem.sign:
        return _("口座の「%(field)s」に、銀行が受け付けない文字「%(sign)s」があります。") % part
    return _("口座の「%(field)s」に、銀行が受け付けない文字や数字があります。") % part


def _field_word(field: str) -> str:
    names = {part.name: str(part.verbose_name) for part in BankAccount._meta.local_fields}
    return names.get(field, field)


EXPORT_REFUSALS: RefusalWords = {
    PayerMissing: gettext_lazy("自社の口座と振込依頼人コードが未登録です。「振込口座」で登録してください。"),
    NoBankDay: gettext_lazy("振込日は、明日から60日先までの銀行の営業日を選んでください。"),
    ExportedMeanwhile: gettext_lazy("選んだ請求は、すでに別の振込データに入っています。ファイルは作っていません。"),
    ReasonMissing: gettext_lazy("もう一度振込データに入れるときは、理由を書いてください。ファイルは作っていません。"),
    Unwritable: _unwritable_words,
    ValueError: gettext_lazy("入力を確かめてください。ファイルは作っていません。"),
}


def _list(form: str, due: list[Due]) -> HttpResponse:
    header = (_("請求"), _("会社"), _("事業者"), _("支払額"), _("請求書番号"), _("決まった日"), _("口座の末尾"))
    rows = [
        (
            row.claim.pk,
            row.firm,
            row.claim.vendor.name,
            row.claim.approved_yen,
            row.claim.invoice_number,
            row.claim.decided_at,
            row.account_tail,
        )
        for row in due
    ]
    audit_record(code="claims.exported", subject="payments", count=len(rows))
    return table_answer(form, name="payments", header=header, rows=rows)


@require_safe
@open_to(Kind.INSURER, Kind.OFFICE)
def statistics(request: ActingRequest) -> HttpResponse:
    """Claims, payments and loss ratio by programme and year; `?form=xlsx` and `?form=csv` give the list."""
    months = insurance_months()
    programmes = {row.pk: row for row in all_programmes().filter(pk__in={month.programme_id for month in months})}
    figures = years(months, {pk: row.fiscal_year_start_month for pk, row in programmes.items()})
    rows = [(programmes[row.programme_id].name, row) for row in figures]
    if (form := request.GET.get("form", "")) in ("csv", "xlsx"):
        header = (
            _("事業"),
            _("年度"),
            _("会社×月"),
            _("保険料"),
            _("請求"),
            _("請求額"),
            _("不払い"),
            _("支払い"),
            _("支払額"),
            _("損害率(%)"),
        )
        lines = [
            (
                name,
                row.year,
                row.firm_months,
                row.premium_yen,
                row.made,
                row.asked_yen,
                row.rejected,
                row.paid,
                row.paid_yen,
                row.loss_percent,
            )
            for name, row in rows
        ]
        return table_answer(form, name="insurance", header=header, rows=lines)
    layout = "base_staff.html" if request.acting.kind == Kind.INSURER else "base_portal.html"
    return render(request, "insurance/statistics.html", {"rows": rows, "layout": layout})


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A bank account in the letters banks take; full-width kana and hyphens may be typed."""

    class Meta:
        model = BankAccount
        fields = (
            "bank_code",
            "bank_kana",
            "branch_code",
            "branch_kana",
            "type",
            "number",
            "holder_kana",
            "client_code",
        )

    def __init__(self, *args: Any, pays: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not pays:
            del self.fields["client_code"]
        # What is typed may be longer than what is stored: full-width voiced kana become two signs, hyphens go.
        for name in ("bank_code", "bank_kana", "branch_code", "branch_kana", "holder_kana", "number"):
            self.fields[name].widget.attrs["maxlength"] = "60"
            self.fields[name].validators = []

    def clean(self) -> dict[str, Any]:
        """Every part as the bank takes it, or what is wrong with it."""
        data = super().clean() or {}
        names = [name for name in self.Meta.fields if name != "client_code"]
        try:
            data |= asdict(account_checked(Account(**{name: data.get(name, "") for name in names})))
        except Unwritable as problem:
            self.add_error(problem.field if problem.field in self.fields else None, self._problem_words(problem))
        code = unicodedata.normalize("NFKC", data.get("client_code", "")).replace("-", "")
        if code and not re.fullmatch(r"[0-9]{1,10}", code):
            self.add_error("client_code", _("数字で書いてください。"))
        return data | ({"client_code": code} if "client_code" in self.fields else {})

    @staticmethod
    def _problem_words(problem: Unwritable) -> str:
        if problem.sign:
            sentence = _("「%(sign)s」は銀行が受け付けません。通帳に書かれたカナで書いてください。")
            return sentence % {"sign": _("空白") if problem.sign == " " else problem.sign}
        return {
            "bank_code": _("4けたの数字で書いてください。"),
            "branch_code": _("3けたの数字で書いてください。"),
            "number": _("7けたまでの数字で書いてください。"),
            "bank_kana": _("カタカナで15文字まで(濁点も1文字)で書いてください。"),
            "branch_kana": _("カタカナで15文字まで(濁点も1文字)で書いてください。"),
            "holder_kana": _("カタカナで40文字まで(濁点も1文字)で書いてください。"),
        }.get(problem.field, _("入力を確かめてください。"))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(Kind.VENDOR, Kind.INSURER, owner=True, proven=True)
def account(request: ActingRequest) -> HttpResponse:
    """The own organisation's bank account: where a vendor is paid, from where an insurer pays."""
    stored = account_of(request.acting.organisation.pk)
    pays = request.acting.kind == Kind.INSURER
    blank = stored or BankAccount(organisation_id=request.acting.organisation.pk)
    form = AccountForm(request.POST or None, instance=blank, pays=pays)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        audit_record(code="account.changed", subject=f"account:{saved.pk}", tail=saved.number[-3:])
        messages.success(request, _("振込口座を保存しました。"))
        return redirect("insurance:account")
    layout = "base_staff.html" if pays else "base_portal.html"
    return render(request, "insurance/account.html", {"form": form, "stored": stored, "pays": pays, "layout": layout})
