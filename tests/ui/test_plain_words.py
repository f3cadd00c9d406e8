"""Technical words have a plain form in both languages, and pages can be checked for words left unexplained."""

import pytest
from django.utils import translation

from web.plain_words import BY_KEY, WORDS, plain, technical, unexplained
from web.templatetags.formats import plain_word


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.key)
def test_every_word_is_told_plainly_in_both_languages(word: object) -> None:
    entry = BY_KEY[getattr(word, "key", "")]
    for language in ("ja", "en"):
        assert entry.plain[language].strip()
        assert entry.about[language].strip()
    assert entry.plain["en"].isascii()
    assert not entry.plain["ja"].isascii()


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.key)
def test_plain_forms_use_no_technical_word_themselves(word: object) -> None:
    entry = BY_KEY[getattr(word, "key", "")]
    assert technical(entry.plain["ja"]) == []
    assert technical(entry.plain["en"]) == []


def test_keys_and_terms_are_unique() -> None:
    terms = [term.lower() for word in WORDS for term in word.terms]
    assert len(BY_KEY) == len(WORDS)
    assert len(terms) == len(set(terms))


def test_a_page_with_an_unexplained_word_is_found() -> None:
    assert [word.key for word in unexplained("社内からC&Cサーバーへの通信を止めました。", "ja")] == ["c2"]
    assert unexplained("攻撃者の指令サーバー(C&Cサーバー)への通信を止めました。", "ja") == []


def test_words_inside_other_words_do_not_count() -> None:
    assert technical("Windowsの設定をご確認ください。receiveの一覧") == []
    assert [word.key for word in technical("Dos攻撃ではなくDNSの設定です")] == ["dos", "dns"]


def test_the_plain_form_follows_the_language_of_the_page() -> None:
    assert plain("c&cサーバー", "ja") == "攻撃者の指令サーバー"
    assert plain("知らない言葉", "ja") == "知らない言葉"
    with translation.override("en"):
        assert plain_word("マルウェア") == "harmful software (viruses and the like)"
