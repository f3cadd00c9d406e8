"""Photos and files: in by a form or piece by piece, out to those who may read the job."""

from __future__ import annotations

import logging
import uuid
from typing import IO, Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from base.numbers import number_in
from incidents.jobsheet import selectors, sniffing, store, uploads, wording
from incidents.jobsheet.services import KeyTaken, SheetClosed
from incidents.jobsheet.ui.entries import sheet_closed_words
from incidents.models import Job, Upload
from incidents.states.upload import UploadState
from tenants.audit.record import audit_record_for
from tenants.models import Organisation
from tenants.ui.guard import ActingRequest, open_to

_log = logging.getLogger(__name__)


@require_POST
@open_to(Organisation.Kind.VENDOR)
def file_new(request: ActingRequest, job_id: int) -> HttpResponse:
    """Files by a plain form, for browsers without scripts."""
    _job(job_id)
    page_key = _page_key(request)
    for position, sent in enumerate(request.FILES.getlist("files")):
        try:
            problem = _whole(request, job_id, sent, uuid.uuid5(page_key, f"{position}/{sent.name}/{sent.size}"))
        except SheetClosed as shut:
            problem = sheet_closed_words(shut)
        except uploads.UploadRefused as refused:
            problem = str(wording.UPLOAD_PROBLEMS[refused.code])
        if problem:
            messages.error(request, f"{sent.name}: {problem}")
        else:
            words = gettext("%(name)s を受け取りました。ウイルス検査が終わると、一覧に出ます。")
            messages.success(request, words % {"name": sent.name})
    return redirect("jobsheet:sheet", job_id)


def _page_key(request: ActingRequest) -> uuid.UUID:
    """The key the form was made with: sending the same page again adds nothing."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _whole(request: ActingRequest, job_id: int, sent: UploadedFile[Any], key: uuid.UUID) -> str:
    upload = uploads.upload_begin(
        job_id=job_id,
        key=key,
        name=sent.name or "",
        size=sent.size or 0,
        caption=request.POST.get("caption", ""),
        by=request.user,
        now=timezone.now(),
    )
    while upload.state == UploadState.RECEIVING and upload.received < upload.size:
        source = cast("IO[bytes]", sent.file)
        uploads.upload_append(upload=upload, offset=upload.received, source=source, length=uploads.MOST_PIECE)
    uploads.upload_arrived(upload=upload, now=timezone.now())
    return str(wording.UPLOAD_PROBLEMS.get(upload.problem, ""))


@require_http_methods(["GET", "HEAD", "PUT"])
@open_to(Organisation.Kind.VENDOR, writer=True)
def piece(request: ActingRequest, job_id: int, key: uuid.UUID) -> HttpResponse:
    """A file piece by piece. GET: how much is here. PUT `?offset=…&size=…&name=…`: the next piece in the body.

    200 `{"received", "state", "told"}`; 202 it is all here and being checked: an empty piece asks again;
    409 the piece begins elsewhere (go on from `received`) or the job is closed; 422 it cannot be taken.
    """
    _job(job_id)
    if request.method != "PUT":
        upload = get_object_or_404(selectors.uploads_of(job_id), key=key)
        return _state(upload)
    try:
        return _put(request, job_id, key)
    except uploads.OffsetWrong as wrong:
        return JsonResponse({"received": wrong.received, "state": UploadState.RECEIVING}, status=409)
    except SheetClosed as shut:
        return JsonResponse({"told": sheet_closed_words(shut)}, status=409)
    except KeyTaken:
        return JsonResponse({"told": gettext("この入力は、別の作業のものです。")}, status=422)
    except uploads.UploadRefused as refused:
        return JsonResponse({"told": str(wording.UPLOAD_PROBLEMS[refused.code])}, status=422)


def _put(request: ActingRequest, job_id: int, key: uuid.UUID) -> HttpResponse:
    query = request.GET
    offset, size = number_in(query.get("offset", "")), number_in(query.get("size", ""))
    if offset is None or size is None:
        raise Http404
    uploads.upload_begin(
        job_id=job_id,
        key=key,
        name=query.get("name", ""),
        size=size,
        caption=query.get("caption", ""),
        by=request.user,
        now=timezone.now(),
    )
    upload = uploads.upload_of(job_id, key)
    length = number_in(request.headers.get("Content-Length", "")) or 0
    uploads.upload_append(upload=upload, offset=offset, source=request, length=length)  # type: ignore[arg-type]
    return _state(uploads.upload_arrived(upload=upload, now=timezone.now()))


def _state(upload: Upload) -> HttpResponse:
    problem = str(wording.UPLOAD_PROBLEMS.get(upload.problem, ""))
    status = {UploadState.REFUSED: 422, UploadState.ARRIVED: 202}.get(UploadState(upload.state), 200)
    return JsonResponse({"received": upload.received, "state": upload.state, "told": problem}, status=status)


@require_safe
@open_to()
def evidence(request: ActingRequest, job_id: int, evidence_id: int) -> HttpResponse:
    """A stored file, for whoever may read the job; its content is compared with its hash before a byte is sent."""
    evidence = get_object_or_404(selectors.evidence_rows(job_id), pk=evidence_id)
    subject = f"evidence:{evidence.pk}"
    try:
        file = uploads.evidence_open(evidence=evidence)
    except store.Tampered:
        _log.error("evidence %s of firm %s is not what was stored", evidence.pk, evidence.tenant_id)
        audit_record_for([evidence.tenant_id], code="evidence.tampered", subject=subject, sha256=evidence.sha256)
        return render(request, "jobsheet/tampered.html", {"file": evidence}, status=409)
    audit_record_for([evidence.tenant_id], code="evidence.read", subject=subject, sha256=evidence.sha256)
    response = StreamingHttpResponse(store.pieces(file), content_type=evidence.media_type)
    inline = sniffing.shown_inline(evidence.media_type)
    response["Content-Disposition"] = content_disposition_header(not inline, evidence.name) or "attachment"
    response["Content-Length"] = str(evidence.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cast("HttpResponse", response)


def _job(job_id: int) -> Job:
    job: Job = get_object_or_404(selectors.jobs(), pk=job_id)
    return job
