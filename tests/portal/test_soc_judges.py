"""An analyst works through what was detected: take, judge, note, look around, search, promote."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone

from alerts.models import AlertGroup, AlertJudgement, AlertNote
from alerts.soc import group_take
from alerts.ui import work_list
from base.moves import MoveRefused
from incidents.core.triage import groups_claim
from incidents.models import Incident
from sensors.orders import bundle_store
from tenants.models import User
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.factories import Cast, Kind, grant_make, organisation_make, user_make
from tests.portal import scenes
from tests.portal.measuring import audit_trail, queries
from tests.portal.pages import text_of
from tests.sensors.box import Sender, alert_line, ingest_all

ACT = "/soc/alerts/act/"


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return logged_in(cast.analyst)


@pytest.fixture
def doubt(cast: Cast) -> AlertGroup:
    """A machine of さくら歯科 may call an attacker: ★★, no incident."""
    return scenes.group_make(cast.sakura_box.sensor, "outbound-malware", count=2)


def where(group: AlertGroup) -> str:
    return f"/desk/alerts/{group.tenant_id}/{group.pk}/"


def shown(client: Client, query: str = "") -> set[int]:
    """Groups the list shows."""
    page = client.get(f"/soc/alerts/{query}").content.decode()
    return {int(pk) for pk in re.findall(r'id="group-(\d+)"', page)}


def stored(group: AlertGroup) -> AlertGroup:
    with tenant_scope(group.tenant_id):
        row: AlertGroup = AlertGroup.objects.select_related("soc_person").get(pk=group.pk)
    return row


def test_whoever_takes_a_detection_is_named_and_others_see_it(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    assert "新しい" in text_of(analyst.get(where(doubt)).content.decode())
    analyst.post(where(doubt), {"action": "take"})
    colleague = logged_in(user_make("second@soc.invalid", cast.soc))
    line = text_of(colleague.get("/soc/alerts/").content.decode())
    assert f"確認中 {cast.analyst}" in line
    assert shown(analyst, "?state=mine") == {doubt.pk}
    assert shown(colleague, "?state=mine") == set()
    colleague.post(where(doubt), {"action": "take"})
    assert shown(colleague, "?state=mine") == {doubt.pk}, "a colleague takes over"
    colleague.post(where(doubt), {"action": "give_back"})
    assert (stored(doubt).soc_state, stored(doubt).soc_person) == ("new", None)
    assert [line["tenant"] for line in audit_trail("alert.taken")] == [doubt.tenant_id] * 2


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        ("true_positive:callback", "本物の検知"),
        ("false_positive:business", "誤った検知"),
        ("unsure:ask_firm", "判断がつかない"),
    ],
)
def test_a_verdict_with_a_usual_reason_takes_one_press_and_the_detection_leaves_the_list(
    cast: Cast, analyst: Client, doubt: AlertGroup, choice: str, word: str
) -> None:
    assert shown(analyst) == {doubt.pk}
    assert f'value="{choice}"' in analyst.get(where(doubt)).content.decode()
    done = analyst.post(where(doubt), {"choice": choice, "reason": ""}, follow=True)
    firm = text_of(logged_in(cast.hanako).get(f"/alerts/{doubt.pk}/").content.decode())
    assert ("業務で使う通信だった" in firm) == (word == "誤った検知")
    assert ("攻撃者のサーバーとの通信と見られる" in firm) == (word == "本物の検知")
    assert "会社に確かめる必要がある" not in firm, "a doubt of the SOC tells the firm nothing"
    assert done.redirect_chain == [("/soc/alerts/", 302)], "the next one waits in the list"
    assert f"「{word}」と記録しました(さくら歯科)" in text_of(done.content.decode())
    assert shown(analyst) == set()
    assert shown(analyst, "?state=judged") == shown(analyst, "?state=all") == {doubt.pk}
    assert f"判断: {word}" in text_of(analyst.get("/soc/alerts/?state=judged").content.decode())
    with tenant_scope(doubt.tenant_id):
        row = AlertJudgement.objects.get()
    assert (row.by_role, row.judged_by_id, row.reason) == ("watch", cast.analyst.pk, "")


def test_every_verdict_stays_and_the_newest_counts(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    analyst.post(where(doubt), {"choice": "false_positive:update"})
    analyst.post(where(doubt), {"choice": "true_positive:", "reason": "更新の宛先ではなかった"})
    page = text_of(analyst.get(where(doubt)).content.decode())
    assert "ソフトの更新の通信だった" in page
    assert "更新の宛先ではなかった" in page
    assert page.count("監視担当 ・") == 2
    assert (stored(doubt).soc_state, stored(doubt).soc_verdict) == ("judged", "true_positive")
    firm = logged_in(cast.hanako)
    assert "していただくことはありません" not in firm.get("/").content.decode()
    page_of_the_firm = text_of(firm.get(f"/alerts/{doubt.pk}/").content.decode())
    assert "専門の人が確かめました。本物の検知です。 理由: 更新の宛先ではなかった" in page_of_the_firm
    analyst.post(where(doubt), {"choice": "open_again:", "reason": "もう一度確かめる"})
    assert shown(analyst) == {doubt.pk}


def test_without_a_verdict_or_a_reason_nothing_is_recorded_and_the_words_stay(
    cast: Cast, analyst: Client, doubt: AlertGroup
) -> None:
    page = analyst.post(where(doubt), {"choice": "", "reason": "考えた理由"}).content.decode()
    assert "判断を選んでください" in page
    assert 'value="考えた理由"' in page
    assert "理由を選ぶか、書いてください" in analyst.post(where(doubt), {"choice": "harmless:"}).content.decode()
    for odd in ("nonsense:business", "unsure:nonsense"):
        assert "判断を選んでください" in analyst.post(where(doubt), {"choice": odd}).content.decode()
    with tenant_scope(doubt.tenant_id):
        assert not AlertJudgement.objects.exists()


def test_several_rows_are_judged_at_once_with_one_reason(cast: Cast, analyst: Client) -> None:
    boxes = (cast.sakura_box, cast.yamada_box, cast.sakura_box)
    groups = [scenes.group_make(box.sensor, "web-guard", family=f"f{n}") for n, box in enumerate(boxes)]
    chosen = [str(group.pk) for group in groups[:2]]
    fields = {"group": chosen, "choice": "false_positive:trial", "back": "grade=2&state="}
    done = analyst.post(ACT, fields, follow=True)
    assert done.redirect_chain == [("/soc/alerts/?grade=2&state=", 302)]
    assert "2件を「誤った検知」と記録しました" in text_of(done.content.decode())
    assert shown(analyst) == {groups[2].pk}
    analyst.post(ACT, {"group": [str(groups[2].pk)], "action": "take"})
    assert stored(groups[2]).soc_person == cast.analyst
    assert "検知を選んでください" in text_of(
        analyst.post(ACT, {"choice": "unsure:few_facts"}, follow=True).content.decode()
    )


def test_one_press_settles_the_whole_series_unless_it_is_unticked(cast: Cast, analyst: Client) -> None:
    at = datetime.now(UTC)
    groups = [
        scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=at - timedelta(hours=hour))
        for hour in range(4)
    ]
    page = text_of(analyst.get(where(groups[0])).content.decode())
    assert "まだ判断していない検知 3件も、いっしょに判断する" in page
    analyst.post(where(groups[0]), {"choice": "false_positive:business"})
    assert shown(analyst) == {group.pk for group in groups[1:]}
    done = analyst.post(where(groups[1]), {"choice": "false_positive:business", "series": "1"}, follow=True)
    assert "ほかの2件にも同じ判断を記録しました" in text_of(done.content.decode())
    assert shown(analyst) == set()
    page = text_of(analyst.get(where(groups[2])).content.decode())
    assert "いっしょに判断した2件も、同じように判断を取り消す" in page
    analyst.post(where(groups[2]), {"choice": "open_again:", "reason": "もう一度見る", "series": "1"})
    assert shown(analyst) == {group.pk for group in groups[1:]}
    fields = {"group": [str(groups[3].pk)], "choice": "unsure:few_facts", "series": "1"}
    assert "ほかの2件にも同じ判断" in text_of(analyst.post(ACT, fields, follow=True).content.decode())
    assert shown(analyst) == set()


def test_another_soc_and_people_who_may_only_read_judge_nothing(cast: Cast, doubt: AlertGroup) -> None:
    elsewhere = organisation_make("よその監視センター", Kind.SOC)
    stranger = logged_in(user_make("else@soc.invalid", elsewhere))
    fields = {"group": [str(doubt.pk)], "choice": "false_positive:business"}
    assert "検知を選んでください" in text_of(stranger.post(ACT, fields, follow=True).content.decode())
    reader = logged_in(user_make("reader@soc.invalid", cast.soc, role="read_only"))
    assert reader.post(ACT, fields).status_code == 403
    page = reader.get("/soc/alerts/").content.decode()
    assert 'name="group"' not in page
    assert "選んだ検知を判断する" not in page
    assert stored(doubt).soc_state == "new"


def test_the_desk_judges_as_the_desk_and_takes_nothing(cast: Cast, doubt: AlertGroup) -> None:
    desk = logged_in(cast.agent)
    assert "引き受ける" not in desk.get(where(doubt)).content.decode()
    assert desk.post(where(doubt), {"action": "take"}).status_code == 302
    assert stored(doubt).soc_state == "new"
    done = desk.post(where(doubt), {"choice": "unsure:ask_firm"})
    assert done["Location"] == where(doubt), "the desk stays with the firm it speaks to"
    with tenant_scope(doubt.tenant_id):
        assert AlertJudgement.objects.get().by_role == "desk"
    assert stored(doubt).soc_state == "judged"


def test_a_note_is_for_soc_and_desk_and_never_for_the_firm(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    analyst.post(where(doubt), {"action": "note", "note": "先月も同じ相手。火曜に窓口へ確認"})
    assert "先月も同じ相手" in logged_in(cast.agent).get(where(doubt)).content.decode()
    analyst.post(where(doubt), {"action": "note", "note": "  "})
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert not AlertNote.objects.exists()
    with tenant_scope(doubt.tenant_id):
        assert AlertNote.objects.count() == 1
    assert "先月も同じ相手" not in logged_in(cast.hanako).get(f"/alerts/{doubt.pk}/").content.decode()


def test_what_is_promoted_is_escalated_and_a_second_press_leads_to_the_same_incident(
    cast: Cast, analyst: Client, doubt: AlertGroup
) -> None:
    fields = {"action": "promote", "ground": "firm_wish", "reason": "社長から電話で希望"}
    first = analyst.post(where(doubt), fields)
    second = analyst.post(where(doubt), fields, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert "もうインシデントがあります(1番" in text_of(second.content.decode())
    with tenant_scope(doubt.tenant_id):
        (made,) = Incident.objects.all()
    assert (made.opened_by, made.opened_reason) == ("firm_wish", "社長から電話で希望")
    assert stored(doubt).soc_state == "escalated"
    assert shown(analyst) == set()
    assert shown(analyst, "?state=escalated") == {doubt.pk}
    taken = analyst.post(where(doubt), {"action": "take"}, follow=True)
    assert "初動対応に上がった検知は引き受けられません" in text_of(taken.content.decode())


def test_the_same_on_the_same_device_leads_to_the_incident_that_is_open(
    cast: Cast, analyst: Client, doubt: AlertGroup
) -> None:
    analyst.post(where(doubt), {"action": "promote", "reason": "通信の間隔が規則的"})
    later = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=timezone.now() + timedelta(hours=1))
    done = analyst.post(where(later), {"action": "promote", "reason": "通信の間隔が規則的"}, follow=True)
    assert done.redirect_chain == [(f"/desk/incidents/{later.tenant_id}/1/", 302)]
    assert "もうインシデントがあります" in text_of(done.content.decode())
    with tenant_scope(doubt.tenant_id):
        assert Incident.objects.count() == 1


def test_a_three_star_that_opened_its_incident_by_rule_waits_for_a_look_and_what_joins_it_does_not(
    cast: Cast, analyst: Client
) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware-count", count=6)
    groups_claim(now=timezone.now())
    at = timezone.now() + timedelta(hours=1)
    more = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=at, family=group.family)
    groups_claim(now=at)
    assert shown(analyst) == {group.pk}
    assert "インシデント 1番" in text_of(analyst.get("/soc/alerts/").content.decode())
    assert shown(analyst, "?state=escalated") == {more.pk}


def test_taken_out_of_its_incident_it_counts_as_judged(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    analyst.post(where(doubt), {"action": "promote", "reason": "通信の間隔が規則的"})
    other = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", family="another")
    analyst.post(where(other), {"action": "attach", "incident": "1", "why": "同じ感染の通信"})
    fields = {"action": "detach", "group": str(doubt.pk), "reason": "検査会社の端末だった"}
    analyst.post(f"/desk/incidents/{doubt.tenant_id}/1/tidy/", fields)
    assert stored(doubt).soc_state == "judged"


@pytest.mark.parametrize(("verdict", "again"), [("dealt_with", True), ("false_positive", False)])
def test_more_of_what_was_dealt_with_is_new_again(cast: Cast, analyst: Client, verdict: str, again: bool) -> None:
    sender = Sender(cast.sakura_box)
    hour = (datetime.now(UTC) - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    sender.batch([alert_line(hour)])
    ingest_all(cast.sakura_box)
    (pk,) = shown(analyst)
    analyst.post(f"/desk/alerts/{cast.sakura_dental.pk}/{pk}/", {"choice": f"{verdict}:", "reason": "消したと聞いた"})
    with tenant_scope(cast.sakura_dental.pk):
        AlertGroup.objects.update(soc_since=hour + timedelta(minutes=1))
    sender.batch([alert_line(hour + timedelta(minutes=2))])
    ingest_all(cast.sakura_box)
    assert shown(analyst) == ({pk} if again else set())


def test_a_judged_one_whose_importance_rises_is_new_again(cast: Cast, analyst: Client) -> None:
    sender = Sender(cast.sakura_box)
    hour = (datetime.now(UTC) - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    sender.batch([alert_line(hour)])
    ingest_all(cast.sakura_box)
    (pk,) = shown(analyst)
    analyst.post(f"/desk/alerts/{cast.sakura_dental.pk}/{pk}/", {"choice": "false_positive:business"})
    assert shown(analyst) == set()
    sender.batch([alert_line(hour + timedelta(minutes=minute)) for minute in range(1, 6)])
    ingest_all(cast.sakura_box)
    assert shown(analyst) == {pk}, "five callbacks within the hour are ★★★"


def test_the_list_is_searched_by_machine_site_signature_and_firm(cast: Cast, analyst: Client) -> None:
    site = scenes.group_make(cast.sakura_box.sensor, "web-guard", peer="login.bank-example.test")
    call = scenes.group_make(cast.yamada_box.sensor, "outbound-malware")
    for words, found in (
        ("bank-example", {site.pk}),
        ("203.0.113.77", {call.pk}),
        ("192.168.1.3", {site.pk}),
        ("02-00-5E-00-53-17", {site.pk, call.pk}),
        ("trojan", {call.pk}),
        ("9100012", {site.pk}),
        ("何もない", set()),
    ):
        assert shown(analyst, f"?q={words}") == found, words
    assert shown(analyst, f"?q=trojan&firm={cast.sakura_dental.pk}") == set()


def test_words_are_looked_for_in_one_place_only(cast: Cast, analyst: Client) -> None:
    """192.0.2.7 is a machine here and the other end there; 9100012 a signature here and part of a site's name there."""
    here = scenes.group_make(cast.sakura_box.sensor, "web-guard", peer="bank.test", asset_ip="192.0.2.7")
    there = scenes.group_make(
        cast.yamada_box.sensor, "outbound-malware", peer="192.0.2.7", asset_ip="192.168.1.9", signature_id=2900012
    )
    named = scenes.group_make(
        cast.yamada_box.sensor, "web-guard", peer="x9100012.test", asset_ip="192.168.1.8", signature_id=77
    )
    for words, where, found in (
        ("192.0.2.7", "machine", {here.pk}),
        ("192.0.2.7", "peer", {there.pk}),
        ("192.0.2.7", "mark", set()),
        ("9100012", "mark", {here.pk}),
        ("9100012", "peer", {named.pk}),
        ("bank", "peer", {here.pk}),
        ("bank", "machine", set()),
        ("phishing", "mark", {here.pk, named.pk}),
        ("phishing", "peer", set()),
        ("bank", "nonsense", {here.pk}),
    ):
        assert shown(analyst, f"?q={words}&where={where}") == found, (words, where)


def test_a_machine_is_found_by_the_name_its_firm_gave_it(
    cast: Cast, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = scenes.group_make(cast.sakura_box.sensor, "outbound-malware")
    scenes.group_make(cast.yamada_box.sensor, "web-guard", peer="prize.test")
    scenes.machine_make(group, given_name="経理のパソコン")
    for words, found in (("経理", {group.pk}), ("経理のﾊﾟｿｺﾝ", {group.pk}), ("経理&where=machine", {group.pk})):
        assert shown(analyst, f"?q={words}") == found, words
    assert shown(analyst, "?q=経理&where=peer") == set()
    monkeypatch.setattr(work_list, "FEW_FIRMS", 1)
    assert shown(analyst, "?q=経理") == set(), "among many firms names are not looked through"
    assert shown(analyst, f"?q=経理&firm={cast.sakura_dental.pk}") == {group.pk}


def test_a_search_reads_a_bounded_part_says_so_and_goes_on(
    cast: Cast, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_list, "MOST_SEARCHED", 3)
    now = timezone.now()
    old = scenes.group_make(cast.sakura_box.sensor, "outbound-malware", at=now - timedelta(hours=9))
    for n in range(4):
        scenes.group_make(cast.yamada_box.sensor, "web-guard", at=now - timedelta(hours=n), family=f"f{n}")
    page = analyst.get("/soc/alerts/?q=trojan").content.decode()
    assert "言葉で探したのは、この条件の新しい3件" in text_of(page)
    assert f"group-{old.pk}" not in page
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    assert shown(analyst, older.group(1).replace("&amp;", "&")) == {old.pk}


def test_the_page_shows_the_machines_other_detections_and_the_same_at_other_firms(
    cast: Cast, analyst: Client, doubt: AlertGroup
) -> None:
    now = timezone.now()
    near = scenes.group_make(
        cast.sakura_box.sensor, "web-guard", at=now - timedelta(hours=2), asset_ip="192.168.1.23", peer="near.test"
    )
    scenes.group_make(
        cast.sakura_box.sensor,
        "web-guard",
        at=now - timedelta(hours=40),
        asset_ip="192.168.1.23",
        family="old",
        peer="long-ago.test",
    )
    scenes.group_make(cast.sakura_box.sensor, "web-guard", family="other", peer="other-machine.test")
    same = scenes.group_make(cast.yamada_box.sensor, "outbound-malware", family=doubt.family)
    page = analyst.get(where(doubt)).content.decode()
    assert "near.test" in page
    assert f'href="{where(near)}"' in page
    assert "long-ago.test" not in page
    assert "other-machine.test" not in page
    assert "ほかの1社で1件あります" in text_of(page)
    assert f'href="{where(same)}"' in page
    assert "山田製作所" in page
    assert {line["tenant"] for line in audit_trail("alerts.viewed")} == {cast.yamada_works.pk}, "its trail says so"


def test_firms_out_of_reach_are_neither_counted_nor_named(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    from tests.factories import box_make

    stranger = organisation_make("よその会社")
    grant_make(organisation_make("よその監視", Kind.SOC), stranger, "watch")
    scenes.group_make(box_make(stranger).sensor, "outbound-malware", family=doubt.family)
    page = text_of(analyst.get(where(doubt)).content.decode())
    assert "見守っているほかの会社では検知していません" in page
    assert "よその会社" not in page


def _event_page(analyst: Client, group_page: str) -> Any:
    link = re.search(r'href="(/soc/alerts/\d+/\d+/events/\d+/\d+/)"', analyst.get(group_page).content.decode())
    assert link
    return analyst.get(link.group(1))


def test_the_record_the_box_sent_is_read_back_with_its_rule(cast: Cast, analyst: Client) -> None:
    rule = 'alert http any any -> any any (msg:"Loader check-in request"; content:"/gate"; sid:2000001; rev:3;)'
    bundle_store(rules=f'alert tcp any any -> any any (msg:"x"; sid:12000001;)\n{rule}\n', rule_count=2, source="t")
    Sender(cast.sakura_box).batch([alert_line(http={"hostname": "c2.example.net", "http_user_agent": "a\u202eb"})])
    ingest_all(cast.sakura_box)
    (pk,) = shown(analyst)
    page = _event_page(analyst, f"/desk/alerts/{cast.sakura_dental.pk}/{pk}/").content.decode()
    text = text_of(page)
    for words in (
        "Web(HTTP)",
        "hostnamec2.example.net",
        "metadata.confidenceHigh",
        "接続(flow)",
        '"flow_id": 1234567890',
    ):
        assert words in text, words
    assert "a[U+202E]b" in text, "what turns text around is named"
    assert rule in text
    assert "sid:12000001" not in text
    assert [line["tenant"] for line in audit_trail("alert.record_viewed")] == [cast.sakura_dental.pk]


def test_a_record_that_retention_dropped_is_said_to_be_gone(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    page = text_of(_event_page(analyst, where(doubt)).content.decode())
    assert "元の記録は、もう保管していません" in page
    assert "この番号のルールはありません" in page


def test_the_record_is_the_socs_and_belongs_to_its_group(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    path = re.search(r'href="(/soc/alerts/\d+/\d+/events/\d+/\d+/)"', analyst.get(where(doubt)).content.decode())
    assert path
    assert "/events/" not in logged_in(cast.agent).get(where(doubt)).content.decode()
    for person in (cast.agent, cast.hanako, cast.clerk):
        assert logged_in(person).get(path.group(1)).status_code == 404
    other = scenes.group_make(cast.sakura_box.sensor, "web-guard")
    assert analyst.get(path.group(1).replace(f"/{doubt.pk}/", f"/{other.pk}/")).status_code == 404


def test_many_rows_around_cost_no_more_queries(cast: Cast, analyst: Client, doubt: AlertGroup) -> None:
    def around(number: int) -> None:
        scenes.group_make(cast.sakura_box.sensor, "web-guard", asset_ip="192.168.1.23", family=f"n{number}")
        at = timezone.now() - timedelta(hours=2 + number)
        scenes.group_make(cast.yamada_box.sensor, "outbound-malware", family=doubt.family, at=at)
        logged_in(cast.analyst).post(where(doubt), {"action": "note", "note": f"メモ{number}"})

    around(0)
    before = len(queries(analyst, where(doubt)))
    for number in range(1, 4):
        around(number)
    assert len(queries(analyst, where(doubt))) == before


def test_nobody_takes_what_it_does_not_watch(cast: Cast, doubt: AlertGroup) -> None:
    for person, organisation in ((cast.agent, cast.desk), (cast.hanako, cast.sakura_dental)):
        with person_scope(person.pk, organisation.pk), pytest.raises((MoveRefused, ProgrammingError)):
            group_take(group=doubt, by=person, now=timezone.now())
    assert stored(doubt).soc_state == "new"
