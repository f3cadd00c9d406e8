"""A person sees where they are logged in, ends it elsewhere, and a changed secret ends it everywhere else."""

from __future__ import annotations

from django.test import Client

from notifications.account_mail import account_mail_send
from tests.factories import PASSWORD, Cast, totp_code
from tests.mailing import Mailbox
from tests.tenants.people import is_inside, log_in

NEW_PASSWORD = "another long passphrase"


def _still_in(client: Client) -> bool:
    return client.get("/account/security/").status_code == 200


def _two(email: str = "hanako@sakura.invalid") -> tuple[Client, Client]:
    return log_in(email), log_in(email)


def test_open_sessions_and_log_ins_are_listed_in_words(cast: Cast) -> None:
    here, _there = _two()
    page = here.get("/account/security/").content.decode()
    assert page.count("Windows の Chrome") == 4  # two sessions, two log-ins
    assert "この端末" in page
    assert "127.0.0.1" in page


def test_nobody_elses_log_ins_are_listed(cast: Cast) -> None:
    log_in("jiro@yamada.invalid")
    page = log_in("hanako@sakura.invalid").get("/account/security/").content.decode()
    assert page.count("Windows の Chrome") == 2


def test_one_other_session_is_ended(cast: Cast) -> None:
    here, there = _two()
    other = [row["row"].pk for row in here.get("/account/security/").context["sessions"] if not row["current"]]
    here.post("/account/security/sessions/", {"session": other[0]})
    assert not _still_in(there)
    assert _still_in(here)


def test_all_other_sessions_are_ended(cast: Cast) -> None:
    here, there = _two()
    here.post("/account/security/sessions/")
    assert (_still_in(here), _still_in(there)) == (True, False)


def test_another_persons_session_cannot_be_ended(cast: Cast) -> None:
    theirs = log_in("jiro@yamada.invalid")
    pk = theirs.get("/account/security/").context["sessions"][0]["row"].pk
    assert log_in("hanako@sakura.invalid").post("/account/security/sessions/", {"session": pk}).status_code == 404
    assert _still_in(theirs)


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = _two()
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post("/accounts/password/change/", fields).status_code == 302
    assert (_still_in(here), _still_in(there)) == (True, False)
    assert not is_inside(log_in("hanako@sakura.invalid"))
    assert is_inside(log_in("hanako@sakura.invalid", NEW_PASSWORD))


def test_a_new_second_factor_ends_the_other_sessions(cast: Cast) -> None:
    here, there = _two()
    secret = here.get("/accounts/2fa/totp/activate/").context["form"].secret
    here.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    assert (_still_in(here), _still_in(there)) == (True, False)


def test_a_removed_second_factor_ends_the_other_sessions(cast: Cast) -> None:
    here = log_in("hanako@sakura.invalid")
    secret = here.get("/accounts/2fa/totp/activate/").context["form"].secret
    here.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    there = log_in("hanako@sakura.invalid", secret=secret)
    assert is_inside(there)
    assert here.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert (_still_in(here), _still_in(there)) == (True, False)


def test_a_changed_factor_is_told_by_mail(cast: Cast, mailbox: Mailbox) -> None:
    here = log_in("hanako@sakura.invalid")
    secret = here.get("/accounts/2fa/totp/activate/").context["form"].secret
    here.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    account_mail_send()
    texts = {mail.subject: mail.text() for mail in mailbox.mails(to="hanako@sakura.invalid")}
    assert "相談窓口" in texts["【お助け隊】認証アプリを設定しました"]
