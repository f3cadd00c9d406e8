"""Mails to the desk on its pages: files are handed out unless infected; what was kept aside is read."""

from __future__ import annotations

from incidents.mail_intake import services as intake
from incidents.models import Case, DeskMail
from tenants.tenancy.scope import programme_scope, tenant_scope
from tests.desk_mailbox import EICAR, Desk, desk_mailbox, scanner
from tests.factories import Cast
from tests.incidents.jobsheets import logged_in
from tests.incidents.test_desk_mail_arrives import NOW, letter, with_files

__all__ = ["desk_mailbox", "scanner"]


def test_a_virus_in_a_mail_is_shown_and_never_handed_out(cast: Cast, desk_mailbox: Desk, scanner: None) -> None:
    desk_mailbox.deliver(with_files(("good.txt", b"good"), ("bad.exe", b"MZ" + EICAR)))
    intake.mails_fetch(now=NOW)
    intake.mails_handle(now=NOW)
    with programme_scope(cast.programme.pk):
        mail = DeskMail.objects.get()
        parts = {file.name: file.part for file in mail.files.all()}
    with tenant_scope(cast.sakura_dental.pk):
        case = Case.objects.get()
    desk = logged_in(cast.agent)
    page = desk.get(f"/desk/cases/{case.tenant_id}/{case.pk}/").content.decode()
    assert "ウイルスを検出。隔離しました" in page
    good = desk.get(f"/desk/mail/{mail.pk}/files/{parts['good.txt']}/")
    assert (good.content, good.headers["Content-Type"]) == (b"good", "application/octet-stream")
    assert good.headers["Content-Disposition"].startswith("attachment")
    assert desk.get(f"/desk/mail/{mail.pk}/files/{parts['bad.exe']}/").status_code == 404
    for other in (cast.analyst, cast.hanako, cast.engineer, cast.clerk):
        assert logged_in(other).get(f"/desk/mail/{mail.pk}/").status_code == 404, other.email


def test_a_mail_kept_aside_is_looked_at_once(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1, head="Auto-Submitted: auto-replied\r\n"))
    intake.mails_fetch(now=NOW)
    intake.mails_handle(now=NOW)
    desk = logged_in(cast.agent)
    assert "test 1" in desk.get("/desk/mail/").content.decode()
    with programme_scope(cast.programme.pk):
        number = DeskMail.objects.get().pk
    assert "電源が入りません" in desk.get(f"/desk/mail/{number}/").content.decode()
    desk.post(f"/desk/mail/{number}/")
    assert "取り分けたメールはありません" in desk.get("/desk/mail/").content.decode()
    assert "すでに確認済みです" in desk.post(f"/desk/mail/{number}/", follow=True).content.decode()
