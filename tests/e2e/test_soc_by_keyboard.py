"""An analyst works through what was detected without the mouse."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from alerts.models import AlertGroup, Tuning
from incidents.models import Incident
from tenants.tenancy.scope import person_scope, tenant_scope
from tests.alerts.tunings import four_eyes
from tests.e2e.browser import DESK
from tests.e2e.conftest import Site
from tests.portal import scenes


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, text: str) -> None:
        """A sentence; every letter counts as two, as it is typed in Japanese."""
        self.page.keyboard.type(text)
        self.pressed += 2 * len(text)


def _new_groups(site: Site, count: int) -> list[AlertGroup]:
    now = timezone.now()
    boxes = (site.cast.sakura_box.sensor, site.cast.yamada_box.sensor)
    return [
        scenes.group_make(boxes[n % 2], "outbound-malware", at=now - timedelta(seconds=n), family=f"doubt/{n}")
        for n in range(count)
    ]


def _selected(page: Page) -> str | None:
    return page.locator('[data-queue-row][aria-selected="true"] [data-queue-open]').get_attribute("id")


def test_ten_are_judged_and_the_eleventh_is_promoted_in_under_sixty_keys(site: Site) -> None:
    groups = _new_groups(site, 11)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    keys = Keys(page)
    for number, group in enumerate(groups[:10]):
        assert _selected(page) == f"group-{group.pk}", "the next one has taken the place"
        keys.press("Enter")
        page.wait_for_url(f"**/desk/alerts/{group.tenant_id}/{group.pk}/")
        keys.press("tfu"[number % 3], "1")
        page.wait_for_url("**/soc/alerts/")
    keys.press("p")
    page.wait_for_url("**/#promotion")
    keys.press("p")
    expect(page.get_by_label("上げる理由")).to_be_focused()
    keys.write("通信が規則的")
    keys.press("Tab", "Enter")
    page.wait_for_url(lambda url: f"/desk/incidents/{groups[10].tenant_id}/" in url)
    assert keys.pressed < 60
    states = []
    for group in groups:
        with tenant_scope(group.tenant_id):
            states.append(AlertGroup.objects.values_list("soc_state", "soc_verdict").get(pk=group.pk))
    verdicts = ["true_positive", "false_positive", "unsure"]
    assert states == [*(("judged", verdicts[n % 3]) for n in range(10)), ("escalated", "")]
    with tenant_scope(groups[10].tenant_id):
        assert Incident.objects.get(incidentgroup__group=groups[10]).opened_reason == "通信が規則的"


def test_ten_are_judged_a_change_is_proposed_and_one_is_promoted_in_under_sixty_keys(site: Site) -> None:
    groups = _new_groups(site, 12)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    keys = Keys(page)
    for number, group in enumerate(groups[:10]):
        assert _selected(page) == f"group-{group.pk}"
        keys.press("Enter")
        page.wait_for_url(f"**/desk/alerts/{group.tenant_id}/{group.pk}/")
        keys.press("tfu"[number % 3], "1")
        page.wait_for_url("**/soc/alerts/")
    keys.press("s")
    page.wait_for_url(f"**/soc/alerts/{groups[10].tenant_id}/{groups[10].pk}/tuning/")
    keys.press("4")
    page.wait_for_url("**/soc/tunings/*/")
    with person_scope(site.cast.analyst.pk, site.cast.soc.pk):
        tuning = Tuning.objects.get()
    assert (tuning.firm_id, tuning.basis, tuning.state) == (groups[10].tenant_id, "wide_rule", "proposed")
    keys.press("l")
    page.wait_for_url("**/soc/alerts/")
    keys.press("j", "p")
    page.wait_for_url("**/#promotion")
    keys.press("p")
    keys.write("通信が規則的")
    keys.press("Tab", "Enter")
    page.wait_for_url(lambda url: f"/desk/incidents/{groups[11].tenant_id}/" in url)
    assert keys.pressed < 60


def test_a_colleague_decides_about_a_change_without_the_mouse(site: Site) -> None:
    [group] = _new_groups(site, 1)
    eyes = four_eyes(site.cast)
    tuning = eyes.tried(eyes.propose(group))
    page = site.visit("second@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/tunings/")
    keys = Keys(page)
    keys.press("Enter")
    page.wait_for_url(f"**/soc/tunings/{tuning.pk}/")
    keys.press("y")
    expect(page.get_by_text("承認しました。いまから届く検知に効きます。")).to_be_visible()
    assert eyes.stored(tuning).state == "in_force"
    keys.press("d")
    page.keyboard.type("本物が混ざったため")
    keys.press("Enter")
    expect(page.get_by_text("元の決まりで判定します。")).to_be_visible()


def test_rows_are_ticked_and_judged_together_without_opening_them(site: Site) -> None:
    groups = _new_groups(site, 4)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    keys = Keys(page)
    keys.press("x", "j", "x", "j", "f", "3")
    expect(page.get_by_text("2件を「誤った検知」と記録しました")).to_be_visible()
    first = _selected(page)
    keys.press("k", "k", "a")
    expect(page.get_by_text("1件の検知の担当になりました。")).to_be_visible()
    assert first is not None
    with tenant_scope(groups[2].tenant_id):
        assert AlertGroup.objects.get(pk=groups[2].pk).soc_person_id == site.cast.analyst.pk, "the selected row"


def test_the_list_stays_as_it_is_while_rows_are_ticked(site: Site) -> None:
    _new_groups(site, 2)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "hx-request" in request.headers else None)
    page.keyboard.press("x")
    page.evaluate("htmx.ajax('GET', location.href, {source: '#alerts', target: '#alerts', swap: 'outerHTML'})")
    page.wait_for_timeout(500)
    assert asked == []
    page.keyboard.press("x")
    page.evaluate("htmx.ajax('GET', location.href, {source: '#alerts', target: '#alerts', swap: 'outerHTML'})")
    page.wait_for_timeout(500)
    assert len(asked) == 1, "without ticks it is read again"


def test_the_help_names_the_keys_and_they_can_be_switched_off(site: Site) -> None:
    _new_groups(site, 1)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    page.keyboard.press("?")
    lines = page.locator("#keyboard-help tr:visible").all_inner_texts()
    listed = {line.split()[0]: " ".join(line.split()[1:]) for line in lines}
    assert {"j", "k", "Enter", "x", "/", "?", "a", "t", "f", "u", "p"} <= set(listed)
    assert listed["t"] == "本物の検知"
    assert "1" not in listed, "a reason has its key once its verdict is open"
    page.get_by_label("1文字のキー操作を使う").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert page.locator("details[open]").count() == 0
    page.keyboard.press("/")
    assert page.locator("#filter_q:focus").count() == 0


def test_search_is_reached_by_its_key(site: Site) -> None:
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/soc/alerts/")
    page.keyboard.press("/")
    page.keyboard.type("shop3.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=shop3.example**")
    expect(page.locator("[data-queue-row]")).to_have_count(1)


def test_a_detection_is_put_into_an_open_incident_and_taken_out_without_the_mouse(site: Site) -> None:
    group, other = _new_groups(site, 4)[::2]
    incident = scenes.incident_make(other, number=41)
    page = site.visit("analyst@soc.invalid", DESK)
    page.goto(f"{site.address}/desk/alerts/{group.tenant_id}/{group.pk}/")
    keys = Keys(page)
    keys.press("b")
    expect(page.get_by_label("どのインシデントの検知か")).to_be_focused()
    page.get_by_label("どのインシデントの検知か").select_option("41")
    keys.press("Tab")
    keys.write("同じ感染の通信")
    keys.press("Enter")
    expect(page.get_by_text("インシデント 41番の検知にしました。")).to_be_visible()
    keys.press("d")
    keys.write("来客の端末")
    keys.press("Enter")
    expect(page.get_by_text("インシデント 41番から外しました。")).to_be_visible()
    with tenant_scope(group.tenant_id):
        assert [held.pk for held in incident.groups.all()] == [other.pk]


def test_what_is_done_with_chosen_rows_leaves_the_list_most_of_the_window(site: Site) -> None:
    _new_groups(site, 30)
    page = site.visit("analyst@soc.invalid", DESK)
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(f"{site.address}/soc/alerts/")
    bar = page.locator(".act-bar")
    together = bar.locator(".choice")
    assert bar.bounding_box()["height"] < 300  # type: ignore[index]
    assert together.bounding_box()["height"] < 60, "a line, not a letter a line"  # type: ignore[index]
