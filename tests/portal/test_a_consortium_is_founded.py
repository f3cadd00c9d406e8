"""A consortium is founded from a file, all or nothing, and the same file again changes nothing."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from incidents.dispatch.profiles import listed
from incidents.models import VendorProfile
from insurance.models import PolicyVersion
from notifications.channels import programme_hours
from tenants.models import Invitation, Membership, Organisation, Programme, ProgrammePartner, User
from tests.portal.consortium import PROGRAMME, example, init
from tests.tenants.people import mails_of


def _counts() -> dict[str, int]:
    models = (Organisation, Invitation, Membership, Programme, ProgrammePartner, PolicyVersion, VendorProfile, User)
    return {model.__name__: model._base_manager.using("owner").count() for model in models}


def test_the_example_makes_every_partner_with_its_rights_and_invites_its_first_person(
    database: None, tmp_path: Path
) -> None:
    init(tmp_path, example())
    kinds = Counter(Organisation.objects.using("owner").values_list("kind", flat=True))
    assert kinds == {"office": 1, "call_centre": 1, "soc": 2, "vendor": 9, "insurer": 1, "outreach": 3}
    programme = Programme.objects.get()
    assert (programme.name, programme.desk_phone) == (PROGRAMME, "0120-000-900")
    assert programme_hours(programme_id=programme.pk, channel="phone", at=timezone.now()).words == "月-金 9:00-18:00"
    assert len(listed(programme_id=programme.pk, on_day=timezone.localdate())) == 9
    assert PolicyVersion.objects.get().premium_yen == 500
    assert set(ProgrammePartner.objects.exclude(branch="").values_list("branch", flat=True)) == {"bank"}
    invited = Invitation.objects.using("owner")
    assert invited.count() == 17
    assert set(invited.values_list("role", flat=True)) == {"owner"}
    assert not User.objects.exists(), "nobody has an account before they chose a password"
    assert [mail.to for mail in mails_of(programme.office_id, "invitation")] == ["ayumu@mihon.invalid"]


def test_the_same_file_twice_changes_nothing_and_says_so(database: None, tmp_path: Path) -> None:
    init(tmp_path, example())
    before = _counts()
    words = init(tmp_path, example())
    assert _counts() == before
    assert "何も変えていません" in words
    assert "作りました" not in words


def test_an_organisation_added_to_the_file_is_added_and_what_differs_is_named_and_left(
    database: None, tmp_path: Path
) -> None:
    init(tmp_path, example())
    more = example().replace("0120-000-900", "0120-000-901")
    more += '\n[[outreach]]\nname = "みほん電力"\nbranch = "utility"\n'
    words = init(tmp_path, more)
    assert "作りました: 地域展開窓口 みほん電力" in words
    assert "違い: [desk] desk_phone: いまは「0120-000-900」" in words
    assert Programme.objects.get().desk_phone == "0120-000-900"


BROKEN = {
    'phone = "0120-000-900"': ('phone = "12"', "desk.phone"),
    'email = "ayumu@mihon.invalid"': ('email = "ayumu"', "office.person.email"),
    'prefectures = ["大阪府", "滋賀県"]': ('prefectures = ["大坂府"]', "socs[1].prefectures"),
    'kinds = ["installation"]\nareas = ["奈良県"]': ('kinds = ["cleaning"]\nareas = ["奈良県"]', "vendors[4].kinds"),
    'municipalities = ["御坊市", "田辺市", "新宮市"]': (
        'municipalities = ["御坊村"]',
        "vendors[7].areas[1].municipalities",
    ),
    "premium_yen = 500": ('premium_yen = "500"', "insurers[1].premium_yen"),
    "callback_count = 5": ("callback_count = 1", "settings.callback_count"),
    'hours = "毎日 9:00-17:00"': ('hours = "朝から晩まで"', "vendors[5].hours"),
    "[programme]": ("[programme]\nmotto = 1", "programme.motto"),
}


def test_every_mistake_is_named_with_its_line_before_anything_is_written(database: None, tmp_path: Path) -> None:
    text = example()
    for right, (wrong, _path) in BROKEN.items():
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    file, printed = tmp_path / "broken.toml", StringIO()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=f"{len(BROKEN)}件を直してください"):
        call_command("consortium", "init", str(file), stderr=printed)
    lines = text.splitlines()
    for _wrong, path in BROKEN.values():
        line = next(row for row in printed.getvalue().splitlines() if f" {path}:" in row)
        number = int(line.partition("行目")[0])
        # The standard reader knows no lines within a field: of an area its field's.
        field = "areas" if "areas" in path else path.rpartition(".")[2]
        assert field in lines[number - 1], line
    assert not Organisation.objects.using("owner").exists()


def test_a_file_that_is_no_toml_is_named_with_its_line(database: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^2行目: "):
        init(tmp_path, '[programme]\nname = "閉じていない\n')


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ('hours = "月-金 9:00-18:00"\n\n[[desks]]', "受付時間がありません"),
        ("[[socs]]", "見守るSOCがありません"),
        ('person = { name = "見本 歩"', "事務局に最初の担当者がいません"),
    ],
)
def test_it_does_not_open_while_something_grave_is_missing(
    database: None, tmp_path: Path, cut: str, words: str
) -> None:
    if cut == "[[socs]]":
        first, _, rest = example().partition("[[socs]]")
        text = first + rest[rest.index("[[vendors]]") :]
    elif cut.startswith("hours"):
        text = example().replace(cut, "[[desks]]")
    else:
        text = "\n".join(line for line in example().splitlines() if not line.startswith(cut))
    out = StringIO()
    file = tmp_path / "lacking.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="始められません"):
        call_command("consortium", "init", str(file), stdout=out)
    assert words in out.getvalue()
    assert not Programme.objects.exists()


def test_without_insurer_and_vendors_it_opens_and_says_what_stays_off(database: None, tmp_path: Path) -> None:
    text = example()
    text = text[: text.index("[[vendors]]")]
    words = init(tmp_path, text)
    assert "保険の請求は使えません" in words
    assert "初動対応に行く事業者がいません" in words
    assert not PolicyVersion.objects.exists()
    out = StringIO()
    call_command("consortium", "check", stdout=out)
    assert "保険の請求は使えません" in out.getvalue()


def test_a_dry_run_writes_nothing(database: None, tmp_path: Path) -> None:
    assert "何も書き込んでいません" in init(tmp_path, example(), "--check")
    assert set(_counts().values()) == {0}


def test_nothing_stays_of_a_founding_that_fails_halfway(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_values: object) -> None:
        raise RuntimeError("the insurer's terms cannot be stored")

    monkeypatch.setattr("portal.consortium.entering.policy_agree", fails)
    with pytest.raises(RuntimeError):
        init(tmp_path, example())
    assert set(_counts().values()) == {0}


def test_a_complete_programme_lacks_nothing(database: None, tmp_path: Path) -> None:
    init(tmp_path, example())
    out = StringIO()
    call_command("consortium", "check", stdout=out)
    assert "足りないものはありません" in out.getvalue()


def test_two_programmes_stand_side_by_side(database: None, tmp_path: Path) -> None:
    init(tmp_path, example())
    other = example().replace(PROGRAMME, "となりのお助け隊").replace("0120-000-900", "0120-000-902")
    init(tmp_path, other)
    assert sorted(Programme.objects.values_list("name", "desk_phone")) == [
        ("となりのお助け隊", "0120-000-902"),
        (PROGRAMME, "0120-000-900"),
    ]
    assert Organisation.objects.using("owner").filter(kind="soc").count() == 2, "the same SOCs work for both"
