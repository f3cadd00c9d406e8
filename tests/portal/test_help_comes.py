"""A firm chooses how it is helped and by whom; a vendor answers; the two fix a time (OSK 3.4.3)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar

from incidents.dispatch.decisions import SheetIncomplete, decision_record, sheet_sha256
from incidents.dispatch.offers import OfferGone, job_offer_answer
from incidents.models import Appointment, Decision, DeskTask, JobEvent, JobOffer, VendorListing
from notifications.models import OutboxMessage
from portal.due import due_run
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import OWNER, Cast, organisation_make
from tests.portal.help_stage import Stage, browser, stage_make, typed, workday
from tests.portal.measuring import audit_trail


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return stage_make(cast)


def _mails(organisation_id: int) -> list[str]:
    with tenant_scope(organisation_id):
        return list(OutboxMessage.objects.filter(kind="job").order_by("pk").values_list("subject", flat=True))


def _mail_texts(organisation_id: int) -> str:
    with tenant_scope(organisation_id):
        rows = OutboxMessage.objects.filter(kind="job")
        return "\n".join(f"{mail.subject}{mail.text}{mail.html}" for mail in rows)


# -- the choice ------------------------------------------------------------------------------------


def test_both_ways_are_always_shown_with_what_they_cost_or_that_nobody_knows_yet(stage: Stage) -> None:
    page = stage.firm.read(stage.sheet)
    for words in ("遠隔", "訪問", "よいところ", "気をつけること", "会社が払う分の目安"):
        assert words in page
    assert page.count("まだ過去の例がありません。") == 4  # time and cost of both
    assert "今年度の残り: 1回・50,000円" in page


def test_the_choice_is_kept_with_its_time_and_exactly_what_was_read(stage: Stage) -> None:
    page = stage.choose("remote", wish="午前中がよい")
    assert "「遠隔」に決まりました。" in page
    with tenant_scope(stage.cast.sakura_dental.pk):
        made = Decision.objects.get()
        assert (made.way, made.channel, made.said_by) == ("remote", "portal", "桜井 花子")
        assert {option["way"] for option in made.shown["options"]} == {"remote", "on_site"}
        assert made.shown_sha256 == sheet_sha256(made.shown)
    assert stage.job().wish == "午前中がよい"
    assert [line["actor"] for line in audit_trail("job.decided")] == [stage.cast.hanako.pk]


def test_a_sheet_with_one_way_only_is_no_basis_for_a_choice(stage: Stage) -> None:
    sheet = {"options": [{"way": "remote"}]}
    with person_scope(stage.cast.hanako.pk, stage.cast.sakura_dental.pk), pytest.raises(SheetIncomplete):
        decision_record(
            incident=stage.incident,
            way="remote",
            sheet=sheet,
            read_sha256=sheet_sha256(sheet),
            channel="portal",
            said_by="x",
            by=stage.cast.hanako,
            now=timezone.now(),
        )


def test_a_choice_without_having_read_the_sheet_is_asked_again(stage: Stage) -> None:
    page = stage.firm.send(stage.sheet, way="remote", sha256="0" * 64)
    assert "もう一度お読みになり、選んでください" in page
    with tenant_scope(stage.cast.sakura_dental.pk):
        assert not Decision.objects.exists()


def test_the_desk_writes_down_what_the_firm_says_on_the_phone_and_who_said_it(stage: Stage) -> None:
    assert "名前を書いてください" in stage.choose("on_site", by=stage.desk)
    stage.choose("on_site", by=stage.desk, said_by="桜井 太郎")
    with tenant_scope(stage.cast.sakura_dental.pk):
        made = Decision.objects.get()
    assert (made.channel, made.said_by, made.by) == ("phone", "桜井 太郎", stage.cast.agent)
    assert "桜井 太郎さんが電話で「訪問」と決めました。" in stage.firm.read("/incidents/3/")


def test_remote_first_then_on_site_are_two_decisions_of_one_job(stage: Stage) -> None:
    job = stage.taken("remote")
    stage.choose("on_site")
    assert (stage.job().pk, stage.job().way, stage.job().vendor_id) == (job.pk, "on_site", stage.cast.vendor.pk)
    with tenant_scope(stage.cast.sakura_dental.pk):
        assert [made.way for made in Decision.objects.all()] == ["remote", "on_site"]


def test_the_same_choice_pressed_again_or_said_again_on_the_phone_is_stored_once(stage: Stage) -> None:
    for _pressed in range(3):
        stage.choose("on_site", wish="午前中がよい")
    stage.choose("on_site", by=stage.desk, said_by="桜井 太郎", wish="午後がよい")
    assert stage.job().wish == "午後がよい"
    with tenant_scope(stage.cast.sakura_dental.pk):
        assert [made.said_by for made in Decision.objects.all()] == ["桜井 花子"]
        assert JobEvent.objects.filter(code="decided").count() == 1
    assert stage.firm.read("/incidents/3/").count("「訪問」") == 1


# -- the vendor ------------------------------------------------------------------------------------


def test_the_list_is_ranked_with_reasons_and_the_firm_picks(stage: Stage) -> None:
    stage.choose("on_site")
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/")
    assert page.index("奈良ネットワーク") < page.index("川辺システム"), "the near one first"
    assert "奈良県の全域に伺えます" in page
    assert "登録事業者" in page
    sunday = workday()
    while sunday.weekday() != 6:
        sunday += timedelta(days=1)
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/?day={sunday:%Y-%m-%d}&time=10:00")
    assert "日曜は対応できません" in page


def test_an_asked_vendor_reads_where_and_what_and_not_who_neither_on_the_page_nor_in_its_mail(stage: Stage) -> None:
    stage.choose("on_site", wish="午前中がよい")
    stage.ask(**typed(workday()))
    page = stage.vendor.read(f"/vendor/offers/{stage.job().pk}/") + stage.vendor.read("/vendor/")
    assert "奈良県奈良市" in page
    assert "午前中がよい" in page
    assert "10:00" in page
    mail = _mail_texts(stage.cast.vendor.pk)
    assert "作業の依頼が届いています" in mail
    for secret in ("さくら歯科", "登大路町", "0742-00-0000", "owner@sakura.invalid"):
        assert secret not in page
        assert secret not in mail
    assert stage.vendor.status(f"/vendor/jobs/{stage.job().pk}/") == 404


def test_taking_the_job_shows_the_firm_and_tells_it(stage: Stage) -> None:
    stage.taken()
    page = stage.vendor.read(f"/vendor/jobs/{stage.job().pk}/")
    assert "さくら歯科" in page
    assert "0742-00-0000" in page
    assert "川辺システムが引き受けました" in "".join(_mails(stage.cast.sakura_dental.pk))
    assert "日時を決める番です" in stage.firm.read("/incidents/3/")


def test_declining_needs_a_reason_and_the_next_vendor_is_suggested(stage: Stage) -> None:
    stage.choose("remote")
    stage.ask()
    offer = f"/vendor/offers/{stage.job().pk}/"
    assert "辞退の理由を選んでください" in stage.vendor.send(offer, answer="decline")
    assert "辞退を会社に伝えました" in stage.vendor.send(offer, answer="decline", why="busy")
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/")
    assert "川辺システムは辞退しました。理由: 予定がいっぱい" in page
    assert "次のおすすめは 奈良ネットワーク です" in page
    assert "すでに辞退か期限切れ" in stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/")


def test_an_offer_that_nobody_answers_runs_out_and_the_firm_is_told(stage: Stage) -> None:
    stage.choose("remote")
    stage.ask()
    with tenant_scope(stage.cast.sakura_dental.pk):
        until = JobOffer.objects.get().expires_at
    due_run(now=until - timedelta(minutes=1))
    assert stage.job().state == "offered"
    done = due_run(now=until)
    assert done is not None
    assert done["offers"] == 1
    assert stage.job().state == "requested"
    assert any("期限までに返事がありませんでした" in mail for mail in _mails(stage.cast.sakura_dental.pk))
    assert "次のおすすめは 奈良ネットワーク です" in stage.firm.read(f"/help/jobs/{stage.job().pk}/")
    answer = stage.vendor.client.post(f"/vendor/offers/{stage.job().pk}/", {"answer": "accept"})
    assert answer.status_code == 409
    assert "返事の期限が過ぎた" in answer.content.decode()


def test_the_clock_of_an_offer_runs_in_visiting_hours_only(stage: Stage) -> None:
    from incidents.dispatch.offers import offer_ends

    stage.choose("remote")
    friday = workday()
    while friday.weekday() != 4 or (friday + timedelta(days=3)).weekday() != 0:
        friday = workday((friday - timezone.now()).days + 2)
    with tenant_scope(stage.cast.sakura_dental.pk):
        ends = offer_ends(job=stage.job(), now=friday.replace(hour=16))
    assert (ends - friday.replace(hour=16)) > timedelta(days=2, hours=12), "one hour on Friday, one after the weekend"


def _vendor_tasks(stage: Stage) -> list[DeskTask]:
    with tenant_scope(stage.cast.sakura_dental.pk):
        return list(DeskTask.objects.filter(attention__kind="vendor_wanted").order_by("pk"))


def test_the_desk_calls_a_firm_whose_vendor_declined_until_another_one_is_asked(stage: Stage) -> None:
    stage.choose("remote")
    stage.ask()
    stage.vendor.send(f"/vendor/offers/{stage.job().pk}/", answer="decline", why="busy")
    due_run(now=timezone.now())
    [task] = _vendor_tasks(stage)
    assert "川辺システムには頼めなかった" in stage.desk.read("/desk/")
    page = stage.desk.client.get(f"/desk/tasks/{task.tenant_id}/{task.pk}/").content.decode()
    assert "川辺システムには頼めなかった" in page
    assert f'href="/help/jobs/{stage.job().pk}/vendors/"' in page
    stage.desk.send(f"/help/jobs/{stage.job().pk}/vendors/", vendor=stage.second.pk)
    assert [(task.state, task.outcome) for task in _vendor_tasks(stage)] == [("done", "settled")]
    assert "頼めなかった" not in stage.desk.read("/desk/")


@pytest.mark.parametrize("end", ["placed", "cancelled"])
def test_a_job_given_back_is_the_desks_task_until_the_office_places_it_or_it_is_called_off(
    stage: Stage, end: str
) -> None:
    job = stage.taken()
    stage.vendor.send(f"/vendor/jobs/{job.pk}/return/", reason="急病")
    due_run(now=timezone.now())
    assert [task.state for task in _vendor_tasks(stage)] == ["open"]
    if end == "placed":
        stage.desk.send(f"/help/jobs/{job.pk}/act/", action="office", reason="だれも行けない")
        stage.office.send(f"/help/jobs/{job.pk}/vendors/", vendor=stage.second.pk, reason="電話で了承を得た")
        assert stage.job().vendor_id == stage.second.pk
    else:
        stage.firm.send(f"/help/jobs/{job.pk}/act/", action="cancel", reason="自分で直した")
        assert stage.job().state == "cancelled"
    assert [task.state for task in _vendor_tasks(stage)] == ["done"]


def test_of_two_colleagues_who_accept_at_once_one_wins_and_the_other_reads_who(stage: Stage) -> None:
    stage.choose("remote")
    stage.ask()
    with tenant_scope(stage.cast.sakura_dental.pk):
        offer = JobOffer.objects.get()
    people = (stage.cast.engineer, stage.worker)
    ready, outcomes = threading.Barrier(2), {}

    def accept(number: int) -> None:
        try:
            with person_scope(people[number].pk, stage.cast.vendor.pk):
                ready.wait()
                job_offer_answer(offer_id=offer.pk, accept=True, by=people[number], now=timezone.now())
                outcomes[number] = "won"
        except OfferGone as gone:
            outcomes[number] = str(gone.by.pk if gone.by else None)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(number for number, outcome in outcomes.items() if outcome == "won")
    assert outcomes == {winner: "won", 1 - winner: str(people[winner].pk)}
    assert stage.job().state == "accepted"
    late = browser(people[1 - winner]).send(f"/vendor/offers/{stage.job().pk}/", answer="accept")
    assert f"{people[winner].full_name or people[winner].email}さんが引き受けました" in late


def test_accepting_while_the_firm_withdraws_ends_one_way_only(stage: Stage) -> None:
    from base.moves import Party
    from incidents.dispatch.offers import job_offer_withdraw

    stage.choose("remote")
    stage.ask()
    with tenant_scope(stage.cast.sakura_dental.pk):
        offer = JobOffer.objects.get()
    ready, outcomes = threading.Barrier(2), []

    def run(who: str) -> None:
        try:
            if who == "vendor":
                with person_scope(stage.worker.pk, stage.cast.vendor.pk):
                    ready.wait()
                    job_offer_answer(offer_id=offer.pk, accept=True, by=stage.worker, now=timezone.now())
            else:
                with person_scope(stage.cast.hanako.pk, stage.cast.sakura_dental.pk):
                    ready.wait()
                    job_offer_withdraw(job=stage.job(), party=Party.FIRM, by=stage.cast.hanako, now=timezone.now())
            outcomes.append(who)
        except OfferGone:
            outcomes.append(f"{who} too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(who,)) for who in ("vendor", "firm")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["firm", "vendor too late"], ["firm too late", "vendor"])
    assert stage.job().state == ("accepted" if "vendor" in outcomes else "requested")


def test_the_firm_asks_another_vendor_instead_and_the_first_sees_nothing_any_more(stage: Stage) -> None:
    stage.choose("remote")
    stage.ask()
    page = stage.firm.send(f"/help/jobs/{stage.job().pk}/act/", action="withdraw")
    assert "打診を取り下げました" in page
    assert stage.vendor.status(f"/vendor/offers/{stage.job().pk}/") == 404
    assert "いまは届いていません" in stage.vendor.read("/vendor/")
    chosen = stage.firm.send(f"/help/jobs/{stage.job().pk}/vendors/", vendor=stage.second.pk)
    assert "奈良ネットワークに打診しました" in chosen


def test_the_office_places_a_job_once_the_desk_asked_it_to(stage: Stage) -> None:
    stage.choose("remote")
    number = stage.job().pk
    assert stage.office.status(f"/help/jobs/{number}/") == 404
    stage.desk.send(f"/help/jobs/{number}/act/", action="office", reason="2社に断られた")
    assert "事務局が調整しています" in stage.office.read(f"/help/jobs/{number}/")
    path = f"/help/jobs/{number}/vendors/"
    assert "決めた理由を書いてください" in stage.office.send(path, vendor=stage.second.pk)
    assert "奈良ネットワークに決めました" in stage.office.send(path, vendor=stage.second.pk, reason="電話で了承を得た")
    assert stage.job().vendor_id == stage.second.pk
    assert "事務局が奈良ネットワークに決めました。理由: 電話で了承を得た" in stage.firm.read(f"/help/jobs/{number}/")


def test_a_vendor_off_the_list_is_shown_as_not_insured(stage: Stage) -> None:
    VendorListing.objects.using(OWNER).filter(organisation_id=stage.cast.vendor.pk).update(
        listed_until=timezone.localdate() - timedelta(days=1)
    )
    stage.choose("remote")
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/")
    assert "登録事業者ではないため、付帯保険の対象になりません" in page


def test_a_vendor_gives_a_job_back_and_no_longer_sees_the_firm(stage: Stage) -> None:
    job = stage.taken()
    back = f"/vendor/jobs/{job.pk}/return/"
    assert "理由を書いてください" in stage.vendor.send(back)
    assert "作業を返しました" in stage.vendor.send(back, reason="急病")
    assert stage.vendor.status(f"/vendor/jobs/{job.pk}/") == 404
    assert "さくら歯科" not in stage.vendor.read("/vendor/")
    assert "会社が事業者を選ぶ番です" in stage.firm.read(f"/help/jobs/{job.pk}/")
    assert any("対応できなくなりました" in mail for mail in _mails(stage.cast.sakura_dental.pk))


# -- the time --------------------------------------------------------------------------------------


def _times(stage: Stage, **fields: object) -> str:
    return stage.firm.send(f"/help/jobs/{stage.job().pk}/times/", **fields)


def _vendor_times(stage: Stage, **fields: object) -> str:
    return stage.vendor.send(f"/help/jobs/{stage.job().pk}/times/", **fields)


def _newest(stage: Stage) -> Appointment:
    with tenant_scope(stage.cast.sakura_dental.pk):
        newest: Appointment = Appointment.objects.order_by("-pk")[0]
    return newest


def test_a_time_is_proposed_by_one_side_and_agreed_by_the_other(stage: Stage) -> None:
    stage.taken("on_site")
    assert "候補を送りました" in _vendor_times(stage, action="propose", minutes="120", **typed(workday()))
    assert "事業者から候補が届いています" in stage.firm.read("/incidents/3/")
    proposed = _newest(stage)
    assert "候補を出した側は、決定できません" in _vendor_times(stage, action="agree", appointment=proposed.pk)
    assert "日時が決まりました" in _times(stage, action="agree", appointment=proposed.pk)
    assert stage.job().state == "scheduled"
    for organisation in (stage.cast.sakura_dental, stage.cast.vendor):
        assert any("日時が決まりました" in mail for mail in _mails(organisation.pk))


def _calendar(file: bytes) -> Any:
    return Calendar.from_ical(file)


def _event(file: bytes) -> Any:
    return _calendar(file).walk("VEVENT")[0]


def test_the_file_of_a_time_taken_back_removes_the_entry_from_both_calendars(stage: Stage) -> None:
    stage.taken("on_site")
    _times(stage, action="propose", minutes="120", **typed(workday()))
    appointment = _newest(stage)
    _vendor_times(stage, action="agree", appointment=appointment.pk)
    path = f"/help/times/{appointment.pk}.ics"
    put_in = _event(stage.firm.client.get(path).content)
    page = _times(stage, action="drop", appointment=appointment.pk, reason="急な用事")
    assert "予定表から消す" in page
    for person in (stage.firm, stage.vendor):
        answer = person.client.get(path)
        assert "method=CANCEL" in answer.headers["Content-Type"]
        calendar = _calendar(answer.content)
        event = calendar.walk("VEVENT")[0]
        assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
        assert (event["UID"], event["ORGANIZER"]) == (put_in["UID"], put_in["ORGANIZER"])
        assert event["ORGANIZER"].params["CN"]
        assert event["SEQUENCE"] == put_in["SEQUENCE"] + 1


def test_the_agreed_time_goes_into_both_calendars_and_moves_there(stage: Stage) -> None:
    stage.taken("on_site")
    at = workday()
    _times(stage, action="propose", minutes="120", **typed(at))
    first = _newest(stage)
    _vendor_times(stage, action="agree", appointment=first.pk)
    file = stage.vendor.client.get(f"/help/times/{first.pk}.ics")
    event = _event(file.content)
    assert event["DTSTART"].dt == at
    assert event["DTEND"].dt == at + timedelta(hours=2)
    assert "さくら歯科" in event["SUMMARY"]
    assert event["LOCATION"] == "奈良県奈良市登大路町1-1"
    _vendor_times(stage, action="propose", minutes="60", **typed(at + timedelta(hours=3)))
    moved = _newest(stage)
    _times(stage, action="agree", appointment=moved.pk)
    again = _event(stage.firm.client.get(f"/help/times/{moved.pk}.ics").content)
    assert again["UID"] == event["UID"]
    assert again["SEQUENCE"] == event["SEQUENCE"] + 1
    assert again["ORGANIZER"] == event["ORGANIZER"] == "mailto:desk@otasuke.invalid"
    old_link = stage.vendor.client.get(f"/help/times/{first.pk}.ics").content
    assert (_calendar(old_link)["METHOD"], _event(old_link)["SEQUENCE"]) == ("PUBLISH", again["SEQUENCE"])
    assert "川辺システム" in again["SUMMARY"]
    with tenant_scope(stage.cast.sakura_dental.pk):
        assert Appointment.objects.get(pk=first.pk).state == "dropped"
    assert stage.job().state == "scheduled"


def test_taking_an_agreed_time_back_needs_a_reason_and_both_look_for_another(stage: Stage) -> None:
    stage.taken("on_site")
    _times(stage, action="propose", minutes="120", **typed(workday()))
    appointment = _newest(stage)
    _vendor_times(stage, action="agree", appointment=appointment.pk)
    assert "理由を書いてください" in _times(stage, action="drop", appointment=appointment.pk)
    assert "日時を取り消しました" in _times(stage, action="drop", appointment=appointment.pk, reason="社長が出張")
    assert stage.job().state == "accepted"
    assert any("取り消されました" in mail for mail in _mails(stage.cast.vendor.pk))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2020-01-06", "time": "10:00", "minutes": "120"}, "これからの日時"),
        ({"day": "2099-01-06", "time": "10:00", "minutes": "120"}, "半年先まで"),
        ({"day": "", "time": "10:00", "minutes": "120"}, "これからの日時"),
        ({"day": "x", "time": "99:99", "minutes": "120"}, "これからの日時"),
    ],
)
def test_times_that_cannot_be_are_refused_with_what_to_do(stage: Stage, fields: dict[str, str], words: str) -> None:
    stage.taken()
    assert words in _times(stage, action="propose", **fields)
    with tenant_scope(stage.cast.sakura_dental.pk):
        assert not Appointment.objects.exists()


def test_the_desk_fixes_the_time_for_two_people_on_the_phone(stage: Stage) -> None:
    stage.taken("on_site")
    path = f"/help/jobs/{stage.job().pk}/times/"
    stage.desk.send(path, action="propose", side="firm", minutes="120", **typed(workday()))
    stage.desk.send(path, action="agree", side="vendor", appointment=_newest(stage).pk)
    assert stage.job().state == "scheduled"
    assert [line["actor"] for line in audit_trail("job.time_agreed")] == [stage.cast.agent.pk]


# -- setting a box up ------------------------------------------------------------------------------


def test_a_visit_for_installation_waits_for_box_other_products_and_passwords(stage: Stage) -> None:
    new = f"/help/firms/{stage.cast.sakura_dental.pk}/new/"
    assert "事業者を選んでください" in stage.firm.send(new, kind="installation")
    job = stage.job()
    assert (job.kind, job.way, job.incident_id) == ("installation", "on_site", None)
    assert "同じ依頼がすでにあります" in stage.firm.send(new, kind="installation")
    stage.ask()
    stage.vendor.send(f"/vendor/offers/{job.pk}/", answer="accept")
    _vendor_times(stage, action="propose", minutes="120", **typed(workday()))
    proposed = _newest(stage)
    assert "「訪問前の確認」にお答えください" in _times(stage, action="agree", appointment=proposed.pk)
    _times(stage, action="check", q_box="no", q_other="no", q_passwords="yes")
    assert "「訪問前の確認」にお答えください" in _times(stage, action="agree", appointment=proposed.pk)
    _times(stage, action="check", q_box="yes", q_other="yes", q_passwords="yes", note="古いUTMがあります")
    assert "日時が決まりました" in _times(stage, action="agree", appointment=proposed.pk)
    assert stage.job().state == "scheduled"
    for path in (f"/vendor/jobs/{job.pk}/", f"/jobs/{job.pk}/sheet/"):
        seen = stage.vendor.read(path)
        for words in ("センサーの箱は届いていますか。はい", "パスワードは分かりますか。はい", "古いUTMがあります"):
            assert words in seen, (path, words)


# -- profiles and the list -------------------------------------------------------------------------


def _profile(**fields: object) -> dict[str, object]:
    return {
        "kinds": ["first_response"],
        "qualifications": "",
        "profile": "",
        "weekdays": ["0", "1"],
        "opens": "10:00",
        "closes": "16:00",
        "rule_prefecture": ["和歌山県"],
        "rule_reach": ["part"],
        "rule_places": ["御坊市、印南町、西牟婁郡"],
        "rule_words": ["御坊市以南"],
    } | fields


def test_a_vendors_owner_writes_its_profile_and_firms_see_it_in_the_list(stage: Stage) -> None:
    assert "保存しました" in stage.vendor.send("/vendor/profile/", **_profile())
    page = stage.office.read("/office/vendors/")
    assert "和歌山県 御坊市以南" in page
    assert "月曜、火曜 10:00〜16:00" in page
    stage.choose("on_site")
    assert "この地域には対応していません" in stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/")


def test_a_place_that_does_not_exist_is_named_back_and_nothing_is_lost(stage: Stage) -> None:
    answer = stage.vendor.client.post("/vendor/profile/", _profile(rule_places=["御坊市、ごぼう町"]))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "和歌山県に「ごぼう町」という市区町村はありません。" in page
    assert "御坊市、ごぼう町" in page


def test_the_office_keeps_profile_and_list_of_its_vendors_and_no_others(stage: Stage) -> None:
    path = f"/office/vendors/{stage.second.pk}/"
    assert "保存しました" in stage.office.send(path, **_profile(qualifications="IT コーディネータ"))
    today = timezone.localdate()
    assert "登録の期間を保存しました" in stage.office.send(
        path, what="listing", listed_from="2026-04-01", listed_until=(today - timedelta(days=1)).isoformat()
    )
    stage.choose("remote")
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/")
    assert "IT コーディネータ" in page
    assert "付帯保険の対象になりません" in page
    elsewhere = organisation_make("ほかの地域の事業者", "vendor")
    for other in (stage.cast.soc, elsewhere):
        assert stage.office.status(f"/office/vendors/{other.pk}/") == 404


def test_a_vendor_cannot_put_itself_on_the_list(stage: Stage) -> None:
    from django.db import DatabaseError

    with pytest.raises(DatabaseError), person_scope(stage.cast.engineer.pk, stage.cast.vendor.pk):
        VendorListing.objects.create(
            programme=stage.cast.programme, organisation=stage.cast.vendor, listed_from=timezone.localdate()
        )


def test_one_vendor_cannot_write_anothers_profile(stage: Stage) -> None:
    from incidents.models import VendorProfile

    with person_scope(stage.cast.engineer.pk, stage.cast.vendor.pk):
        assert not VendorProfile.objects.filter(organisation=stage.second).update(profile="x")
        assert VendorProfile.objects.filter(organisation=stage.cast.vendor).update(profile="x") == 1


def test_a_vendor_with_a_full_week_is_asked_first(stage: Stage) -> None:
    job = stage.taken("on_site")
    at = workday()
    _times(stage, action="propose", minutes="60", **typed(at))
    _vendor_times(stage, action="agree", appointment=_newest(stage).pk)
    stage.firm.send(f"/help/jobs/{job.pk}/act/", action="cancel", reason="解決した")
    from incidents.models import VendorProfile

    VendorProfile.objects.using(OWNER).filter(organisation_id=stage.cast.vendor.pk).update(week_capacity=1)
    _again(stage)
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/?day={at:%Y-%m-%d}&time=13:00")
    assert "この週は予定がいっぱい" not in page, "the cancelled visit no longer counts"
    stage.ask()
    stage.vendor.send(f"/vendor/offers/{stage.job().pk}/", answer="accept")
    stage.looked()
    _times(stage, action="propose", minutes="60", **typed(at))
    _vendor_times(stage, action="agree", appointment=_newest(stage).pk)
    stage.firm.send(f"/help/firms/{stage.cast.sakura_dental.pk}/new/", kind="removal")
    page = stage.firm.read(f"/help/jobs/{stage.job().pk}/vendors/?day={at:%Y-%m-%d}&time=13:00")
    assert "この週は予定がいっぱい" in page


def _again(stage: Stage) -> None:
    stage.choose("on_site")


def test_help_on_its_way_is_on_the_firms_home_and_in_the_firms_card_at_the_desk(stage: Stage) -> None:
    stage.firm.send(f"/help/firms/{stage.cast.sakura_dental.pk}/new/", kind="removal")
    assert "センサーの撤去(作業 1番)" in stage.firm.read("/")
    page = stage.desk.read(f"/desk/incidents/{stage.cast.sakura_dental.pk}/3/")
    assert "会社が事業者を選ぶ番です" in page


def test_the_office_finds_the_jobs_it_was_asked_about_and_no_others(stage: Stage) -> None:
    stage.choose("remote")
    assert "初動対応(作業" not in stage.office.read("/office/vendors/")
    stage.desk.send(f"/help/jobs/{stage.job().pk}/act/", action="office", reason="2社に断られた")
    assert "初動対応(作業 1番)" in stage.office.read("/office/vendors/")
