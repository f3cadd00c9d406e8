"""What the desk has learnt is found again, in Japanese as people type it, and suggested for the case at hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from base.moves import MoveRefused, Party, ReasonMissing, require_move
from incidents.knowledge import selectors, services, tokens
from incidents.knowledge.rules import PlaceUnknown, bare, bare_name, filled, traces
from incidents.knowledge.services import SecondLook, Words
from incidents.models import Article, ReadyAnswer
from incidents.states.article import ARTICLE_MOVES, ArticleState
from tenants.models import Organisation, User
from tenants.tenancy.scope import person_scope
from tests import factories
from tests.factories import Cast

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
EMOTET = Words(
    "Emotetに感染したときの駆除",
    "添付ファイルを開いたパソコンを、まずネットワークから外してください。",
    "メールソフトのパスワードを変える。\n全体スキャンを2回行う。",
    signatures=("ET MALWARE W32/Emotet CnC Beacon 3",),
    families=("malware:emotet",),
    words=("エモテット",),
)
ROUTER = Words(
    "箱の置き場所とルーターのつなぎ方", "ルーターと箱を、図のとおりLANケーブルでつなぎます。", "PPPoEの下に置く。"
)
PRINTER = Words("複合機で印刷できないとき", "複合機の電源を入れ直してください。", "IPアドレスを確かめる。")


@pytest.fixture
def second(cast: Cast) -> User:
    return factories.user_make("second@desk.invalid", cast.desk)


@pytest.fixture
def stranger(cast: Cast) -> User:
    """Of the desk of another programme."""
    return factories.user_make(
        "agent@other.invalid", factories.organisation_make("よその窓口", factories.Kind.CALL_CENTRE)
    )


@pytest.fixture
def shelf(cast: Cast, second: User) -> Iterator[dict[str, int]]:
    """Three articles, published."""
    with person_scope(cast.agent.pk, cast.desk.pk):
        made = {words.title: publish(cast, words, second).pk for words in (EMOTET, ROUTER, PRINTER)}
        yield made


def publish(cast: Cast, words: Words, second: User, replaces: Article | None = None) -> Article:
    article = services.article_write(
        programme_id=cast.programme.pk, words=words, by=cast.agent, now=NOW, replaces=replaces
    )
    move(article, ArticleState.WAITING, cast.agent)
    return move(article, ArticleState.PUBLISHED, second)


def move(article: Article, to: ArticleState, by: User, remark: str = "") -> Article:
    return services.article_move(article_id=article.pk, to=to, party=Party.DESK, by=by, now=NOW, remark=remark)


def titles(typed: str) -> list[str]:
    return [article.title for article in selectors.articles_matching(typed)]


@pytest.mark.parametrize(
    "typed",
    ["ルーター", "るーたー", "ﾙｰﾀｰ", "つなぎ方", "ｌａｎケーブル", "ルーター 置き場所", "箱", "pppoe", "PPPo"],
)
def test_a_word_is_found_however_it_is_typed(shelf: dict[str, int], typed: str) -> None:
    assert titles(typed) == [ROUTER.title]


def test_a_word_is_found_where_it_stands_and_not_from_its_pieces(shelf: dict[str, int]) -> None:
    """「印刷」 and 「複合機」 are there; 「合印」, made of the same signs, is not."""
    assert titles("複合機") == [PRINTER.title]
    assert titles("機複") == []
    assert titles("感染 複合機") == []


def test_nothing_typed_shows_all_and_signs_of_the_query_language_do_no_harm(shelf: dict[str, int]) -> None:
    assert len(titles("")) == 3
    assert titles("' & ! | <-> :* \\ 印刷") == [PRINTER.title]


@given(st.text(max_size=60), st.text(max_size=12))
def test_whatever_is_written_makes_a_vector_and_a_query(text: str, typed: str) -> None:
    vector = tokens.vector([("A", text)])
    assert all(part.count("'") == 2 for part in vector.split())
    assert tokens.query_typed(typed).count("'") % 2 == 0


@given(st.text(alphabet="感染疑複合機ルーター箱つなぐab1 、", max_size=40), st.data())
def test_every_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    """Any piece of a run of letters is a row of pairs of that run: what PostgreSQL compares."""
    for run in tokens.runs(text):
        if run.isascii():
            continue
        start = data.draw(st.integers(0, len(run) - 1))
        end = data.draw(st.integers(start + 1, len(run)))
        pairs, wanted = tokens.grams(run), tokens.grams(run[start:end])[:-1]
        if wanted:
            assert any(pairs[place : place + len(wanted)] == wanted for place in range(len(pairs)))
        else:
            assert any(pair.startswith(run[start]) for pair in pairs)


def test_the_same_detection_comes_first_then_the_same_kind_then_words(cast: Cast, shelf: dict[str, int]) -> None:
    def suggested(**about: object) -> list[tuple[str, str]]:
        rows = selectors.suggestions(programme_id=cast.programme.pk, **about)  # type: ignore[arg-type]
        return [(suggestion.article.title, suggestion.because) for suggestion in rows]

    assert suggested(signatures=EMOTET.signatures) == [(EMOTET.title, "signature")]
    assert suggested(families=EMOTET.families, text="複合機で印刷できません") == [
        (EMOTET.title, "family"),
        (PRINTER.title, "words"),
    ]
    assert suggested(text="お世話になります。よろしくお願いします。") == []
    assert suggested() == []


def test_articles_of_another_programme_are_not_suggested(cast: Cast, shelf: dict[str, int]) -> None:
    assert selectors.suggestions(programme_id=cast.programme.pk + 1, signatures=EMOTET.signatures) == []


def test_nobody_publishes_what_they_wrote(cast: Cast, second: User) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        article = services.article_write(programme_id=cast.programme.pk, words=ROUTER, by=cast.agent, now=NOW)
        move(article, ArticleState.WAITING, cast.agent)
        with pytest.raises(SecondLook):
            move(article, ArticleState.PUBLISHED, cast.agent)
        # Not even by the database.
        with pytest.raises(DatabaseError), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(state="published", checked_by=cast.agent)
        assert titles("") == []
        assert move(article, ArticleState.PUBLISHED, second).checked_by == second


def test_an_office_or_an_analyst_can_be_the_second_look(cast: Cast) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        article = services.article_write(programme_id=cast.programme.pk, words=ROUTER, by=cast.agent, now=NOW)
        move(article, ArticleState.WAITING, cast.agent)
    with person_scope(cast.clerk.pk, cast.office.pk):
        services.article_move(
            article_id=article.pk, to=ArticleState.PUBLISHED, party=Party.OFFICE, by=cast.clerk, now=NOW
        )
        assert titles("ルーター") == [ROUTER.title]


def test_what_is_sent_back_says_why(cast: Cast, second: User) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        article = services.article_write(programme_id=cast.programme.pk, words=ROUTER, by=cast.agent, now=NOW)
        move(article, ArticleState.WAITING, cast.agent)
        with pytest.raises(ReasonMissing):
            move(article, ArticleState.DRAFT, second)
        assert move(article, ArticleState.DRAFT, second, "会社名が入っています").remark == "会社名が入っています"


def test_a_change_is_read_again_before_it_takes_the_place(cast: Cast, shelf: dict[str, int], second: User) -> None:
    old = Article.objects.get(pk=shelf[ROUTER.title])
    with pytest.raises(MoveRefused):
        services.article_change(article_id=old.pk, words=PRINTER, by=cast.agent, now=NOW)
    newer = Words("箱の置き場所 (新しいルーター)", ROUTER.answer, ROUTER.steps)
    draft = services.article_write(programme_id=cast.programme.pk, words=newer, by=cast.agent, now=NOW, replaces=old)
    again = services.article_write(programme_id=cast.programme.pk, words=newer, by=cast.agent, now=NOW, replaces=old)
    assert again.pk == draft.pk
    assert titles("ルーター") == [ROUTER.title]
    move(draft, ArticleState.WAITING, cast.agent)
    move(draft, ArticleState.PUBLISHED, second)
    assert titles("ルーター") == [newer.title]
    old.refresh_from_db()
    assert old.state == "retired"


def test_vendors_read_what_is_published_and_change_nothing(cast: Cast, shelf: dict[str, int]) -> None:
    with person_scope(cast.agent.pk, cast.desk.pk):
        services.article_write(programme_id=cast.programme.pk, words=Words("下書き", "x", "y"), by=cast.agent, now=NOW)
    with person_scope(cast.engineer.pk, cast.vendor.pk):
        assert {article.title for article in Article.objects.all()} == {EMOTET.title, ROUTER.title, PRINTER.title}
        assert [article.title for article in selectors.malware_articles()] == [EMOTET.title]
        assert Article.objects.update(state="retired") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            services.article_write(programme_id=cast.programme.pk, words=ROUTER, by=cast.engineer, now=NOW)
        assert ReadyAnswer.objects.count() == 0
    with person_scope(cast.hanako.pk, cast.sakura_dental.pk):
        assert Article.objects.count() == 0


def test_a_desk_of_another_programme_reads_nothing(cast: Cast, stranger: User, shelf: dict[str, int]) -> None:
    with person_scope(stranger.pk, Organisation.objects.get(name="よその窓口").pk):
        assert Article.objects.count() == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            services.article_write(programme_id=cast.programme.pk, words=ROUTER, by=stranger, now=NOW)


FIRMS = [("株式会社さくら歯科", "みどり県みどり市1-2-3"), ("山田製作所", ""), ("", "")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("さくら歯科では", "firm"),
        ("サクラ歯科では", "firm"),
        ("㈱山田 製作所の例", "firm"),
        ("みどり県みどり市１−２−３の会社", "address"),
        ("owner@sakura.invalid へ", "mail"),
        ("電話は06-1234-5678です", "phone"),
        ("〒530-0001", "postal"),
        ("192.168.1.20 のパソコン", "private_address"),
        ("02:00:5e:00:53:01", "mac"),
    ],
)
def test_what_tells_who_it_was_is_named_to_the_writer(text: str, kind: str) -> None:
    assert kind in {trace.kind for trace in traces(text, FIRMS)}


@pytest.mark.parametrize(
    "text",
    [
        "攻撃者のサーバー 203.0.113.9",
        "2026-11-20 14:05:30",
        "桜の季節",
        "版 10.4",
        "ET MALWARE 2034567-1",
        "1-2-3の順に",
    ],
)
def test_what_could_be_anybody_warns_of_nothing(text: str) -> None:
    assert traces(text, FIRMS) == []


NAMES = (
    "株式会社さくら歯科",
    "㈱ヤマダ　製作所",
    "(有)エービーシー",
    "有限会社 髙﨑ﾌﾟﾚｽ",
    "Ａ－Ｂ―Ｃ商会",
    "医療法人みどり会",
    "東京都千代田区丸の内１丁目２−３ ○○ビル",
    "",
    "松",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_written_the_same_in_both_languages(cast: Cast, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sec.bare_words(%s), sec.bare_name(%s)", [name, name])
        assert cursor.fetchone() == (bare(name), bare_name(name))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("昨日さくら歯科では受付の端末が、", ["株式会社さくら歯科"]),
        ("㈱サクラ 歯科と山田工業所", ["株式会社さくら歯科", "山田工業所"]),
        ("みどり県みどり市１−２−３の会社", ["みどり県みどり市1-2-3"]),
        ("桜の季節の歯科", []),
    ],
)
def test_the_database_finds_the_firms_in_reach_that_a_text_names(cast: Cast, text: str, named: list[str]) -> None:
    firms = Organisation.objects.using(factories.OWNER)
    firms.filter(pk=cast.sakura_dental.pk).update(name="株式会社さくら歯科", address="みどり県みどり市1-2-3")
    firms.filter(pk=cast.yamada_works.pk).update(name="山田工業所", address="")
    factories.organisation_make("桜の季節")  # nobody's
    with person_scope(cast.agent.pk, cast.desk.pk):
        assert [trace.words for trace in selectors.traces_in(text)] == named


def test_a_long_text_asks_one_question_whatever_the_number_of_firms(cast: Cast) -> None:
    text = "感染した端末の切り離しと証跡の保全について、" * 300 + "さくら歯科"
    with person_scope(cast.agent.pk, cast.desk.pk), CaptureQueriesContext(connection) as captured:
        selectors.traces_in(text)
    assert len(captured) <= 2, "the firms it names, and their names"


def test_a_ready_answer_is_filled_in_and_never_sent_with_a_hole(cast: Cast) -> None:
    text = "{会社名} {担当者名}様\n{窓口電話}へお電話ください。"
    assert filled(text, {"会社名": "さくら歯科", "担当者名": "", "窓口電話": "0120-000-000"}) == (
        "さくら歯科 {担当者名}様\n0120-000-000へお電話ください。"
    )
    with person_scope(cast.agent.pk, cast.desk.pk):
        services.ready_answer_write(programme_id=cast.programme.pk, title="案内", text=text, by=cast.agent, now=NOW)
        with pytest.raises(PlaceUnknown, match="社長の誕生日"):
            services.ready_answer_write(
                programme_id=cast.programme.pk, title="x", text="{社長の誕生日}", by=cast.agent, now=NOW
            )
        assert [answer.title for answer in selectors.ready_answers(cast.programme.pk)] == ["案内"]


class ArticleLife(RuleBasedStateMachine):
    """No order of steps of any party leads out of the four states, or past the second look."""

    @initialize()
    def begin(self) -> None:
        self.state, self.waited = ArticleState.DRAFT, False

    @rule(to=st.sampled_from(ArticleState), party=st.sampled_from(Party), reason=st.sampled_from(["", "x"]))
    def step(self, to: ArticleState, party: Party, reason: str) -> None:
        try:
            require_move(ARTICLE_MOVES, self.state, to, party=party, reason=reason)
        except MoveRefused:
            return
        assert to != ArticleState.PUBLISHED or self.state == ArticleState.WAITING
        assert self.state != ArticleState.RETIRED
        assert party in {Party.DESK, Party.OFFICE, Party.ANALYST, Party.RULE}
        self.state = to


TestArticleLife = ArticleLife.TestCase
