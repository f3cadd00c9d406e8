"""The help chain as people live it: from a box's alert to a paid claim, each person in a browser of their own.

Nothing is prepared but who exists: the box sends a signed batch, the worker grades it, opens the incident and sends
the mails; everything after that is pressed and typed on pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from alerts.models import AlertGroup
from tenants.tenancy.scope import tenant_scope
from tests.e2e.town import Town, town
from tests.factories import Cast
from web.jst import JST

REGISTRATION = "T7000012050002"
# OSK 表4-33: the day, where, what, minutes.
FIRST_DAY = (("聴取", 40, "14:00"), ("下調べ", 50, "15:00"))
SECOND_DAY = (("作業", 80, "09:00"), ("完了報告", 30, "11:00"), ("その他", 35, "11:40"))


@pytest.fixture
def place(chromium: Browser, cast: Cast, tmp_path: Path) -> Iterator[Town]:
    with town(cast, chromium, tmp_path) as made:
        yield made


def test_from_a_boxs_alert_to_a_paid_claim_through_five_peoples_logins(place: Town) -> None:
    told_by_mail_what_happened(place)
    the_desk_takes_the_task_and_the_call(place)
    the_firm_chooses_remote_help_on_the_phone(place)
    three_days_pass(place)
    the_vendor_takes_the_job_and_works_remotely(place)
    the_firm_chooses_a_visit_because_it_was_not_enough(place)
    the_vendor_works_on_site_and_reports(place)
    the_firm_reads_the_report_and_signs_it(place)
    the_vendor_bills(place)
    the_desk_claims_in_one_step(place)
    the_insurer_asks_and_the_desk_answers(place)
    the_insurer_pays(place)
    the_firm_sees_that_it_pays_nothing(place)
    the_office_counts_it(place)


def told_by_mail_what_happened(place: Town) -> None:
    place.callbacks()
    mail = place.letter("owner@sakura.invalid", "重要度 高(★★★)")
    page = place.open("firm", _link(mail.text(), "/incidents/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("ウイルスに感染したおそれがあります")
    expect(page.get_by_text("今年度の残り: 1回・50,000円")).to_be_visible()
    place.seen("firm", "incident")


def the_desk_takes_the_task_and_the_call(place: Town) -> None:
    page = place.open("desk", "/desk/")
    place.seen("desk", "queue")
    page.get_by_role("link", name="さくら歯科").first.click()
    page.get_by_role("button", name="担当する").click()
    place.seen("desk", "task")
    # The firm rings as the mail told it to.
    page.goto(f"{place.address}/desk/call/?number=0742000000")
    expect(page.get_by_text("さくら歯科からの電話です。")).to_be_visible()
    page.get_by_role("button", name="この会社で通話を始める").click()
    page.get_by_label("お名前").fill("桜井 花子")
    page.get_by_label("件名").fill("重要度 高(★★★)のメールについて")
    page.get_by_label("種類").select_option(label="感染したかもしれない")
    page.get_by_label("内部メモ").fill("受付のパソコンのLANケーブルを抜いてもらった。")
    place.seen("desk", "call")
    page.get_by_role("button", name="通話を終わる").click()
    expect(page.get_by_text("通話を終わりました。")).to_be_visible()
    # What was typed while they spoke is still there.
    page.get_by_role("button", name="相談に記録する").click()
    expect(page.get_by_text("相談に記録しました。")).to_be_visible()
    expect(page.get_by_text("受付のパソコンのLANケーブルを抜いてもらった。")).to_be_visible()
    page.get_by_label("インシデント").select_option(index=1)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("記録しました。", exact=True)).to_be_visible()
    place.seen("desk", "case")
    page.get_by_role("button", name="解決にする").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("受付一覧")
    page.goto(f"{place.address}/desk/")
    page.get_by_role("link", name="さくら歯科").first.click()
    page.get_by_label("結果").fill("電話で話した。LANケーブルを抜いてもらい、遠隔での対応を希望された。")
    page.get_by_role("button", name="完了にする").click()
    expect(page.get_by_text("完了にしました。")).to_be_visible()


def the_firm_chooses_remote_help_on_the_phone(place: Town) -> None:
    page = place.open("desk", f"/desk/incidents/{place.cast.sakura_dental.pk}/1/")
    expect(page.get_by_text("今年度の残り: 1回・50,000円")).to_be_visible()
    place.seen("desk", "incident")
    page.get_by_role("link", name="遠隔と訪問を読み上げ、会社の決定を記録する").click()
    place.seen("desk", "decision")
    page.get_by_label("遠隔").check()
    page.get_by_label("電話で決めた方の名前").fill("桜井 花子")
    page.get_by_label("事業者への希望").fill("昼休みのあとにお願いします")
    page.get_by_role("button", name="この方法に決める").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("どの事業者に頼みますか")
    place.seen("desk", "vendors")
    card = page.get_by_role("listitem").filter(has_text="川辺システム").filter(has=page.get_by_role("button"))
    expect(card.get_by_text("登録事業者", exact=True)).to_be_visible()
    card.get_by_role("button", name="この事業者に頼む").click()
    expect(page.get_by_text("川辺システムの返事を待っています。")).to_be_visible()
    place.seen("desk", "job-offered")


def three_days_pass(place: Town) -> None:
    """The two days of work that follow lie behind the alert."""
    with tenant_scope(place.cast.sakura_dental.pk):
        AlertGroup.objects.update(first_at=F("first_at") - timedelta(days=3))


def the_vendor_takes_the_job_and_works_remotely(place: Town) -> None:
    mail = place.letter("desk@vendor.invalid", "")
    assert "さくら歯科" not in mail.subject + mail.text()
    page = place.open("vendor", _link(mail.text(), "/vendor/offers/"))
    expect(page.get_by_text("奈良県奈良市")).to_be_visible()
    assert "さくら歯科" not in page.content()
    place.seen("vendor", "offer")
    page.get_by_role("button", name="引き受ける").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("さくら歯科")
    place.seen("vendor", "job")
    page.get_by_role("link", name="作業を記録する").click()
    for entry in FIRST_DAY:
        _time(page, entry, days_ago=2, way="遠隔")
    page.get_by_label("したこと").fill("画面を共有して調べたが、駆除の途中で再起動がくり返され、遠隔では進められない。")
    page.locator("#steps").get_by_role("button", name="書く").click()
    expect(page.locator("#steps").get_by_text("遠隔では進められない").last).to_be_visible()
    expect(page.locator(".sums__total dd")).to_have_text("90分")
    place.seen("vendor", "sheet-first-day")


def the_firm_chooses_a_visit_because_it_was_not_enough(place: Town) -> None:
    page = place.open("firm", "/incidents/1/")
    page.get_by_role("link", name="進み具合を見る").first.click()
    place.seen("firm", "job-working")
    page.get_by_role("link", name="遠隔と訪問を選び直す").click()
    place.seen("firm", "decision")
    page.get_by_label("訪問").check()
    page.get_by_role("button", name="この方法に決める").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("訪問")
    vendor = place.open("vendor", "/vendor/")
    vendor.get_by_role("link", name="連絡先と日時").first.click()
    vendor.get_by_text("別の日時の候補を出す").click()
    day = (timezone.localtime() + timedelta(days=3)).date()
    vendor.get_by_label("日にち").fill(day.isoformat())
    vendor.get_by_label("時刻").fill("09:00")
    vendor.get_by_role("button", name="候補を送る").click()
    expect(vendor.get_by_text("候補を送りました。")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="この日時に決定").click()
    expect(page.get_by_text("先に「訪問前の確認」にお答えください")).to_be_visible()
    page.get_by_role("link", name="どの機器か、1つずつ確かめる").click()
    page.get_by_role("button", name="ある", exact=True).click()
    expect(page.get_by_role("heading", name="だれが使っていますか。")).to_be_visible()
    page.get_by_role("link", name="作業のページに戻る").first.click()
    page.get_by_role("button", name="この日時に決定").click()
    expect(page.get_by_text("日時が決まりました。会社と事業者にお知らせしました。")).to_be_visible()
    place.seen("firm", "job-visit")


def the_vendor_works_on_site_and_reports(place: Town) -> None:
    page = place.open("vendor", "/vendor/")
    place.seen("vendor", "home")
    page.get_by_role("link", name="作業を記録する").first.click()
    for entry in SECOND_DAY:
        _time(page, entry, days_ago=1, way="訪問")
    expect(page.locator(".sums__total dd")).to_have_text("235分")
    page.get_by_text("見つかったものを書く").click()
    page.locator("#finding_device").fill("受付のパソコン")
    page.locator("#finding_name").fill("Trojan:Win32/Emotet")
    page.locator("#results").get_by_role("button", name="書く").first.click()
    expect(page.get_by_text("Trojan:Win32/Emotet").last).to_be_visible()
    place.seen("vendor", "sheet-second-day")
    page.get_by_role("link", name="報告を書く").click()
    expect(page.get_by_text("時間(235分)")).to_be_visible()
    page.get_by_label("したこと").fill("1日目は遠隔、2日目は訪問で、受付のパソコンを調べました。")
    page.get_by_label("結果").fill("ウイルスを見つけ、取り除きました。")
    page.get_by_label("これからお願いすること").fill("1週間は、おかしな動きがないか見てください。")
    place.seen("vendor", "report-form")
    page.get_by_role("button", name="報告する").click()
    expect(page.get_by_text("会社の方の確認を待っています")).to_be_visible()
    place.seen("vendor", "report")


def the_firm_reads_the_report_and_signs_it(place: Town) -> None:
    mail = place.letter("owner@sakura.invalid", "報告")
    page = place.open("firm", _link(mail.text(), "/jobs/"))
    expect(
        page.get_by_text("聴取 40分 + 下調べ 50分 + 作業 80分 + 完了報告 30分 + その他 35分 = 235分")
    ).to_be_visible()
    expect(page.get_by_text("ウイルスを見つけ、取り除きました。")).to_be_visible()
    place.seen("firm", "report")
    _draw(page)
    page.get_by_label("お名前").fill("桜井 花子")
    page.get_by_label("報告の内容を読み、確認しました").check()
    page.get_by_role("button", name="確認しました").click()
    expect(page.get_by_role("img", name="桜井 花子さんが書いたしるし")).to_be_visible()
    place.seen("firm", "report-signed")
    for words in ("報告書(PDF)", "記録用(PDF)"):
        paper = _pdf(page, words)
        assert "235分" in paper
        assert "さくら歯科" in paper


def the_vendor_bills(place: Town) -> None:
    page = place.open("vendor", "/vendor/")
    page.get_by_role("link", name="報告と請求書").first.click()
    page.get_by_role("link", name="請求書").last.click()
    expect(page.get_by_text("作業の時間は合わせて235分です。")).to_be_visible()
    page.get_by_label("登録番号").fill(REGISTRATION)
    page.get_by_label("単価(円)").first.fill("48000")
    place.seen("vendor", "invoice-form")
    page.get_by_role("button", name="請求書を出す").click()
    expect(page.get_by_text("請求書を出しました。")).to_be_visible()
    expect(page.get_by_text("48,000円").first).to_be_visible()
    place.seen("vendor", "invoice")
    assert "48,000" in _pdf(page, "請求書(PDF)")
    _account(place, "vendor", bank="ナント", number="1234567", holder="カワベシステム")


def the_desk_claims_in_one_step(place: Town) -> None:
    page = place.open("desk", "/insurance/claims/")
    expect(page.get_by_text("インシデント1番・川辺システム")).to_be_visible()
    place.seen("desk", "claims-billable")
    page.get_by_role("button", name="請求を作る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("さくら歯科: 保険への請求 48,000円")
    _stats(page, "48,000円", "48,000円", "0円")
    place.seen("desk", "claim-draft")
    page.get_by_role("button", name="保険会社へ送る").click()
    expect(page.get_by_text("保険会社へ送りました。")).to_be_visible()
    expect(page.get_by_text("作業の記録があります(235分)")).to_be_visible()
    place.seen("desk", "claim-submitted")


def the_insurer_asks_and_the_desk_answers(place: Town) -> None:
    insurer = place.open("insurer", "/insurance/claims/")
    place.seen("insurer", "claims")
    insurer.get_by_role("link", name="さくら歯科").click()
    expect(insurer.get_by_text("確認できません")).to_have_count(0)
    place.seen("insurer", "claim")
    insurer.get_by_label("質問・理由").fill("2日目の35分の内訳を教えてください。")
    insurer.get_by_role("button", name="質問して差し戻す").click()
    expect(insurer.get_by_text("質問を付けて差し戻しました。")).to_be_visible()
    place.scheduled("incidents.tasks.open_desk_tasks")
    page = place.open("desk", "/desk/")
    expect(page.get_by_text("保険会社からの質問に答える")).to_be_visible(timeout=30_000)
    page.get_by_role("row").filter(has_text="保険会社からの質問に答える").get_by_role("link").first.click()
    place.seen("desk", "task-question")
    page.get_by_role("link", name="請求を開いて答える").click()
    expect(page.get_by_text("2日目の35分の内訳を教えてください。").first).to_be_visible()
    place.seen("desk", "claim-question")
    page.get_by_label("質問への答え").fill("再発を防ぐ設定と、社内への説明の時間です。")
    page.get_by_role("button", name="答えを付けて送る").click()
    expect(page.get_by_text("保険会社が再確認中").first).to_be_visible()
    insurer.goto(f"{place.address}/insurance/claims/")
    insurer.get_by_role("link", name="さくら歯科").click()
    expect(insurer.get_by_text("再発を防ぐ設定と、社内への説明の時間です。")).to_be_visible()
    place.seen("insurer", "claim-answered")


def the_insurer_pays(place: Town) -> None:
    page = place.page("insurer")
    page.get_by_role("button", name="支払いを承認する").click()
    expect(page.get_by_text("支払いを決めました。振込データに入ります。")).to_be_visible()
    _account(place, "insurer", bank="ミドリ", number="7654321", holder="ミドリソンガイホケン", client="1234567890")
    page.goto(f"{place.address}/insurance/payments/")
    expect(page.get_by_text("支払いが決まった請求は1件、合わせて48,000円です。")).to_be_visible()
    place.seen("insurer", "payments")
    with page.expect_download() as started:
        page.get_by_role("button", name="全銀形式の振込データを作る").click()
    header, payment, total, end, *_rest = Path(started.value.path()).read_bytes().decode("cp932").split("\r\n")
    assert header[0] + payment[0] + total[0] + end[0] == "1289"
    assert {len(line) for line in (header, payment, total, end)} == {120}
    assert payment[43:80] == "1234567" + "ｶﾜﾍﾞｼｽﾃﾑ".ljust(30)
    assert payment[80:90] == "0000048000"
    assert total[1:19] == "000001" + "000000048000"
    page.reload()
    page.get_by_role("link", name="さくら歯科").click()
    page.get_by_role("button", name="支払い済みにする").click()
    expect(page.get_by_text("支払い済みにしました。")).to_be_visible()
    _stats(page, "48,000円", "48,000円", "0円")
    place.seen("insurer", "claim-paid")
    page.goto(f"{place.address}/insurance/statistics/")
    place.seen("insurer", "statistics")


def the_firm_sees_that_it_pays_nothing(place: Town) -> None:
    page = place.open("firm", "/")
    expect(page.get_by_text("専門家の作業が終わりました。").first).to_be_visible()
    place.seen("firm", "home-after")
    page.get_by_role("link", name="この件を見る").click()
    expect(page.get_by_text("保険会社から事業者へ支払われました。")).to_be_visible()
    expect(page.get_by_text("今年度の残り: 0回")).to_be_visible()
    place.seen("firm", "incident-paid")
    page.get_by_role("link", name="請求1番を見る").click()
    _stats(page, "48,000円", "48,000円", "0円")
    place.seen("firm", "claim-paid")


def the_office_counts_it(place: Town) -> None:
    page = place.open("office", "/office/invoices/")
    # The insurer has paid the vendor: the office must not do it again.
    expect(page.get_by_text("精算を待っている請求書はありません。")).to_be_visible()
    expect(page.get_by_text("保険会社が事業者へ支払いました。")).to_be_visible()
    place.seen("office", "invoices")
    page.goto(f"{place.address}/office/figures/")
    place.seen("office", "figures")
    assert _line(page, "calls", "入電件数")[-1] == "1"
    assert _line(page, "calls", "応答件数")[-1] == "1"
    assert _line(page, "solutions", "セキュリティ関連") == ["1(100%)", "0(0%)", "0(0%)", "0(0%)", "1"]
    assert _line(page, "minutes", "合計")[0] == "235"
    assert _line(page, "pay", "川辺システム")[:3] == ["1", "235", "48,000"]
    assert _line(page, "summary", "うち、訪問によるインシデント対応(駆付け)") == ["1"]
    page.goto(f"{place.address}/insurance/statistics/")
    expect(page.get_by_role("row").filter(has_text="みどり地域お助け隊").first).to_contain_text("48,000円")
    place.seen("office", "statistics")


def _link(text: str, path: str) -> str:
    """The address in a mail that leads to such a page."""
    link = re.search(rf"http\S*{re.escape(path)}\S*", text)
    assert link, text
    return link[0]


def _time(page: Page, entry: tuple[str, int, str], *, days_ago: int, way: str) -> None:
    """A vendor who forgot to press a timer types start and minutes."""
    kind, minutes, clock = entry
    day = timezone.localtime().date() - timedelta(days=days_ago)
    at = datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), JST)  # noqa: DTZ007 (only the time of day)
    page.wait_for_selector("[data-jobsheet][data-ready]", state="attached")
    page.get_by_text("時間を手で入れる").click()
    page.locator("#time_kind").select_option(label=kind)
    page.locator("#time_way").select_option(label=way)
    page.locator("#time_started_at").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.locator("#time_minutes").fill(str(minutes))
    total = page.locator(".sums__total dd")
    so_far = int(total.inner_text().removesuffix("分"))
    page.get_by_role("button", name="入れる").click()
    expect(total).to_have_text(f"{so_far + minutes}分", timeout=15_000)


def _draw(page: Page) -> None:
    """A mark with the finger."""
    page.locator("[data-mark-canvas]").scroll_into_view_if_needed()
    box = page.locator("[data-mark-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    page.mouse.up()


def _pdf(page: Page, words: str) -> str:
    """What the paper behind a link says."""
    address = page.get_by_role("link", name=words).first.get_attribute("href")
    answer = page.request.get(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + str(address))
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(part.extract_text() for part in PdfReader(BytesIO(answer.body())).pages)


def _account(place: Town, who: str, *, bank: str, number: str, holder: str, client: str = "") -> None:
    """The organisation's owner enters where it is paid, or from where it pays."""
    page = place.open(who, "/insurance/account/")
    fields = {"銀行番号": "0162", "銀行名(カナ)": bank, "支店番号": "001", "支店名(カナ)": "ホンテン"}
    for label, value in (fields | {"口座番号": number, "口座名義(カナ)": holder}).items():
        page.get_by_label(label).fill(value)
    if client:
        page.get_by_label("振込依頼人コード").fill(client)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("振込口座を保存しました。")).to_be_visible()
    place.seen(who, "account")


def _stats(page: Page, billed: str, insurer: str, own: str) -> None:
    """The three figures of a claim."""
    shown = ["".join(text.split()) for text in page.locator(".stats > *").all_inner_texts()]
    assert len(shown) == 3
    for text, words, value in zip(shown, ("請求書の額", "保険", "会社の負担"), (billed, insurer, own), strict=True):
        assert text.startswith(words), text
        assert text.endswith(value), text


def _line(page: Page, table: str, label: str) -> list[str]:
    """The cells of a line of the office's figures."""
    row = page.locator(f"#{table}").get_by_role("row").filter(has=page.get_by_role("rowheader", name=label, exact=True))
    return [text.strip() for text in row.get_by_role("cell").all_inner_texts()]
