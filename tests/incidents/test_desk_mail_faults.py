"""One mail never blocks a mailbox, one mailbox never another, and a silent mailbox becomes work for the desk."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from pytest_django import Settings

from incidents.desk.ui.case_words import event_words
from incidents.mail_intake import services
from incidents.mail_intake.apart import TooMuch, mail_read
from incidents.mail_intake.contacts import contact_make
from incidents.mail_intake.faults import faults_of
from incidents.mail_intake.rules import MOST_TRIES
from incidents.models import Case, CaseEvent, DeskMail, MailboxFault, MailFile
from incidents.scanning import ScanFailed, scan
from tenants.models import Programme
from tenants.tenancy.scope import person_scope, programme_scope, tenant_scope
from tests.desk_mailbox import Desk, desk_mailbox, scanner
from tests.factories import OWNER, Cast
from tests.incidents.test_desk_mail_arrives import arrive, files, letter, mails, with_files

__all__ = ["desk_mailbox", "scanner"]
NOW = datetime.now(UTC)


def desks_cases(cast: Cast) -> list[Case]:
    """What the desk sees of the office's cases."""
    with person_scope(cast.agent.pk, cast.desk.pk):
        return list(Case.objects.filter(tenant_id=cast.office.pk).order_by("number"))


def words_of(cast: Cast, case: Case) -> str:
    with tenant_scope(cast.office.pk):
        return "\n".join(event_words(event) for event in CaseEvent.objects.filter(case=case))


def faults(cast: Cast) -> list[MailboxFault]:
    with programme_scope(cast.programme.pk):
        return list(MailboxFault.objects.order_by("pk"))


@pytest.fixture
def one_refused(desk_mailbox: Desk) -> Desk:
    """Three mails, of which the server cannot read the second: it answers NO."""
    desk_mailbox.deliver(letter(1), letter(2), letter(3))
    desk_mailbox.flags()
    second = next(path for path in desk_mailbox.files() if b"test 2" in path.read_bytes())
    second.chmod(0)
    return desk_mailbox


def test_a_mail_the_server_does_not_give_stops_no_other(cast: Cast, one_refused: Desk) -> None:
    assert services.mails_fetch(now=NOW) == 2
    services.mails_handle(now=NOW)
    assert [mail.subject for mail in mails(cast)] == ["test 1", "test 3"]
    (fault,) = faults(cast)
    assert (fault.tries, fault.uid != "", desks_cases(cast)) == (1, True, [])


def test_a_mail_the_server_never_gives_is_told_to_the_desk_once_and_then_asked_for_seldom(
    cast: Cast, one_refused: Desk
) -> None:
    for _ in range(MOST_TRIES + 3):
        services.mails_fetch(now=NOW)
    (fault,) = faults(cast)
    assert fault.tries == MOST_TRIES
    (case,) = desks_cases(cast)
    assert "取り込めません" in case.title
    assert "5回試しても" in words_of(cast, case)
    services.mails_fetch(now=NOW + timedelta(hours=2))
    assert (faults(cast)[0].tries, len(desks_cases(cast))) == (MOST_TRIES + 1, 1)


def test_a_mail_the_server_gives_again_is_taken(cast: Cast, one_refused: Desk) -> None:
    for _ in range(MOST_TRIES):
        services.mails_fetch(now=NOW)
    for path in one_refused.files():
        path.chmod(0o644)
    assert services.mails_fetch(now=NOW + timedelta(hours=2)) == 1


def test_new_mails_come_before_those_that_failed(cast: Cast, one_refused: Desk) -> None:
    services.mails_fetch(now=NOW)
    one_refused.deliver(letter(4))
    with patch.object(services, "MOST_AT_ONCE", 1):
        assert services.mails_fetch(now=NOW) == 1


def second_programme(cast: Cast, settings: Settings, url: str, *, first: bool) -> Programme:
    other = Programme.objects.using(OWNER).get(pk=cast.programme.pk)
    other.pk, other.name, other.desk_email = None, "よその事業", "desk@other.invalid"
    other.save(using=OWNER)
    boxes = [("desk@other.invalid", url), *settings.DESK_MAILBOXES.items()]
    settings.DESK_MAILBOXES = dict(boxes if first else reversed(boxes))
    return other


@pytest.mark.parametrize(
    "url", ["imap://desk:x@127.0.0.1:9/INBOX", "no address at all", "imap://desk;AUTH=XOAUTH2@127.0.0.1:9/INBOX"]
)
def test_a_mailbox_that_cannot_be_read_does_not_stop_the_next(
    cast: Cast, desk_mailbox: Desk, settings: Settings, url: str
) -> None:
    other = second_programme(cast, settings, url, first=True)
    desk_mailbox.deliver(letter(1))
    assert services.mails_fetch(now=NOW) == 1
    with programme_scope(other.pk):
        assert MailboxFault.objects.get().tries == 1


def test_a_fault_nobody_thought_of_stops_no_other_mailbox(
    cast: Cast, desk_mailbox: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_programme(cast, settings, "imap://desk:x@127.0.0.1:9/INBOX", first=True)
    desk_mailbox.deliver(letter(1))
    monkeypatch.setattr(services, "faults_of", _breaks_once(faults_of))
    assert services.mails_fetch(now=NOW) == 1


def _breaks_once(real: object) -> object:
    broken: list[bool] = []

    def work(**arguments: object) -> object:
        if not broken:
            broken.append(True)
            raise RuntimeError("a bug")
        return real(**arguments)  # type: ignore[operator]

    return work


def test_a_silent_mailbox_is_a_case_of_the_desk_and_says_when_it_speaks_again(
    cast: Cast, desk_mailbox: Desk, settings: Settings
) -> None:
    right = dict(settings.DESK_MAILBOXES)
    settings.DESK_MAILBOXES = {"desk@otasuke.invalid": desk_mailbox.url.replace("secret", "changed")}
    for _ in range(MOST_TRIES + 2):
        services.mails_fetch(now=NOW)
    (case,) = desks_cases(cast)
    assert (case.title, case.importance) == ("受信箱が読めません: desk@otasuke.invalid", 2)
    assert "changed" not in words_of(cast, case)
    settings.DESK_MAILBOXES = right
    services.mails_fetch(now=NOW)
    assert "受信箱が読めるようになりました" in words_of(cast, case)
    assert faults(cast)[0].over_at is not None
    settings.DESK_MAILBOXES = {"desk@otasuke.invalid": "imap://desk:x@127.0.0.1:9/INBOX"}
    for _ in range(MOST_TRIES):
        services.mails_fetch(now=NOW)
    assert len(desks_cases(cast)) == 1  # nobody has closed the first yet


def test_a_disk_that_is_full_is_one_fault_and_not_one_of_each_mail(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1), letter(2))
    with patch.object(services, "mail_keep", side_effect=OSError("disk full")):
        for _ in range(MOST_TRIES):
            services.mails_fetch(now=NOW)
    assert [(fault.uid, fault.tries) for fault in faults(cast)] == [("", MOST_TRIES)]
    assert len(desks_cases(cast)) == 1
    assert services.mails_fetch(now=NOW) == 2


def test_a_mail_that_breaks_its_reader_is_a_case_all_the_same(cast: Cast, desk_mailbox: Desk) -> None:
    """Its head is read and the desk is told that the rest is not."""
    desk_mailbox.deliver(letter(1, body="助けてください"))
    services.mails_fetch(now=NOW)

    def too_much(raw: bytes, **arguments: frozenset[str]) -> object:
        if "助けて".encode() in raw:
            raise TooMuch("out of time")
        return mail_read(raw, **arguments)

    with patch.object(services, "mail_read", too_much):
        assert services.mails_handle(now=NOW) == 1
    (mail,) = mails(cast)
    assert (mail.state, mail.subject, mail.read_in_part) == ("done", "test 1", True)
    with tenant_scope(cast.sakura_dental.pk):
        assert "読み取れなかった部分があります" in Case.objects.get().messages.get().body


def test_a_mail_kept_aside_after_all_tries_is_told_to_the_desk(cast: Cast, desk_mailbox: Desk) -> None:
    desk_mailbox.deliver(letter(1), letter(2))
    services.mails_fetch(now=NOW)

    def breaks(**arguments: object) -> object:
        mail = arguments["mail"]
        assert isinstance(mail, DeskMail)
        if mail.subject == "test 1":
            raise RuntimeError("a bug")
        return contact_make(**arguments)  # type: ignore[arg-type]

    with patch.object(services, "contact_make", breaks):
        for _ in range(MOST_TRIES):
            services.mails_handle(now=NOW)
    assert [mail.state for mail in mails(cast)] == ["aside", "done"]
    (case,) = desks_cases(cast)
    assert "取り分けたメール" in words_of(cast, case)


def test_a_file_the_scanner_never_judges_stops_no_other_and_is_one_not_looked_into(
    cast: Cast, desk_mailbox: Desk, scanner: None
) -> None:
    desk_mailbox.deliver(with_files(("odd.bin", b"odd"), ("good.txt", b"good")))

    def fails(file: io.BytesIO) -> object:
        if file.getvalue() == b"odd":
            raise ScanFailed("ERROR")
        return scan(file)

    with patch.object(services, "scan", fails):
        arrive()
        assert files(cast) == {"odd.bin": ("waiting", ""), "good.txt": ("clean", "")}
        for _ in range(MOST_TRIES):
            services.mails_handle(now=NOW)
    assert files(cast)["odd.bin"][0] == "not_looked_into"
    with programme_scope(cast.programme.pk):
        assert not MailFile.objects.filter(verdict="waiting").exists()
