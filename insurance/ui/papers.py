"""The evidence of a claim to take along: PDF, CSV, the texts that were hashed, and files of the job."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from base.spreadsheet import table_answer
from incidents.jobsheet.store import Tampered, opened
from incidents.models import WORK_KINDS, Job
from insurance import wording
from insurance.chain import Link, broken_at, canonical
from insurance.evidence import evidence_links
from insurance.models import Claim
from insurance.selectors import claims_in_reach, files_of_claim
from insurance.ui.parties import firm_of
from printing.paper import PRESS
from tenants.audit.record import audit_record
from tenants.ui.guard import ActingRequest, Kind, open_to

READERS = (Kind.INSURER, Kind.CALL_CENTRE, Kind.SME)


@require_safe
@open_to(*READERS)
def claim_pdf(request: ActingRequest, claim_id: int) -> HttpResponse:
    """The chain of evidence on paper."""
    claim, links = _read(claim_id, "claim.printed")
    firm = firm_of(claim)
    html = render_to_string(
        "pdf/claim.html",
        {
            "title": _("保険請求の証拠"),
            "period": _("請求 %(n)s番") % {"n": claim.number},
            "organisation_name": escape(firm),
            "claim": claim,
            "firm": firm,
            "parts": [(wording.link_title(link), wording.link_facts(link), link) for link in links],
            "work": [entry for link in links if link.kind == "work" for entry in _entries(link)],
            "checks": wording.checks(claim, links, intact=broken_at(links) is None),
            "intact": broken_at(links) is None,
            "messages": claim.messages.select_related("organisation", "by").all(),
            "now": timezone.now(),
        },
    )
    answer = HttpResponse(PRESS.print(html), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="claim-{claim.number}.pdf"'
    return answer


@require_safe
@open_to(*READERS)
def claim_list_file(request: ActingRequest, claim_id: int, form: str) -> HttpResponse:
    """The same as a list, "xlsx" or "csv": one line for each thing a link says."""
    claim, links = _read(claim_id, "claim.exported")
    rows = [
        (place, wording.link_title(link), fact.term, fact.value, link.sha256, link.chain_sha256)
        for place, link in enumerate(links, start=1)
        for fact in wording.link_facts(link)
    ]
    header = (_("順番"), _("証拠"), _("項目"), _("値"), "SHA-256", _("ここまで全体のSHA-256"))
    return table_answer(form, name=f"claim-{claim.number}", header=header, rows=rows)


@require_safe
@open_to(*READERS)
def claim_chain(request: ActingRequest, claim_id: int) -> HttpResponse:
    """The exact texts that were hashed, a line each, to check with sha256sum (docs/insurance.md)."""
    claim, links = _read(claim_id, "claim.exported")
    text = "".join(f"{link.sha256} {link.chain_sha256} {canonical(link.kind, link.data)}\n" for link in links)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="claim-{claim.number}-chain.txt"'
    return answer


@require_safe
@open_to(*READERS)
def claim_file(request: ActingRequest, claim_id: int, sha256: str) -> FileResponse:
    """A photo or file of the job that belongs to the claim's evidence, once it agrees with its hash."""
    claim = get_object_or_404(Claim, pk=claim_id)
    link = get_object_or_404(files_of_claim(claim), data__file_sha256=sha256)
    try:
        file = opened(claim.tenant_id, sha256)
    except Tampered as error:
        raise Http404 from error
    audit_record(code="claim.file_read", subject=f"claim:{claim.number}", tenant_id=claim.tenant_id, sha256=sha256)
    answer = FileResponse(file, as_attachment=True, filename=link.data["name"])
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _read(claim_id: int, code: str) -> tuple[Claim, list[Link]]:
    claim = get_object_or_404(claims_in_reach().select_related("insurer"), pk=claim_id)
    audit_record(code=code, subject=f"claim:{claim.number}", tenant_id=claim.tenant_id)
    return claim, evidence_links(claim)


def _entries(link: Link) -> list[dict[str, object]]:
    names, ways = dict(WORK_KINDS), dict(Job.Way.choices)
    return [
        {
            "kind": names[entry["kind"]],
            "way": ways[entry["way"]],
            "from": wording.moment(entry["from"]),
            "to": wording.moment(entry["to"]),
            "minutes": entry["minutes"],
            "note": entry["note"],
        }
        for entry in link.data["entries"]
    ]
