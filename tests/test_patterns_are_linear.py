"""No text of a stranger holds a worker: every pattern on the way of events and mails is fed its worst text.

Patterns are found in the source, so that a new one is tried too. A pattern that is not linear over any text may stand
only where the code cuts the text first; `CUT` says to what length, and the pattern is tried at that length.
"""

from __future__ import annotations

import ast
import gc
import importlib
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from alerts import eve
from alerts.eve_repair import Unreadable
from alerts.family import message_family
from tests.alerts.eve_lines import alert, line

ROOT = Path(__file__).parent.parent
# The rooms a stranger's text goes through: a box's lines, the desk's mail, and what both are shown as.
ROOMS = ("alerts", "sensors", "notifications", "incidents/mail_intake", "incidents/knowledge", "incidents/desk")
LONG = 16_000
TIMES = 32
MOST_SECONDS = 5.0  # of the processor; a linear pattern takes some thousandths
ENOUGH_SECONDS = 0.02
FUNCTIONS = {"compile", "match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn"}

# Pattern → the longest text its code gives it, with the place that cuts.
CUT: dict[str, int] = {
    r"[\s(#\[-]{1,9}(?:m|group|variant|set|sig|id|v|rev)?\s?\.?\d{1,3}[)\]]?$": 40,  # alerts.family: the end only
}


@dataclass(frozen=True)
class Pattern:
    """A pattern in the source and how it is used."""

    where: str
    compiled: re.Pattern[Any]
    anchored: bool  # asked at the text's beginning only

    def run(self, text: str) -> None:
        subject: Any = text if isinstance(self.compiled.pattern, str) else text.encode("utf-8", "replace")
        if self.anchored:
            self.compiled.match(subject)
            self.compiled.fullmatch(subject)
        else:
            for _ in self.compiled.finditer(subject):
                pass


class TooLong(Exception):
    """The processor time of a try is over."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Processor time, not the clock's: a busy machine changes nothing. `re` looks at signals while it runs."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _spent(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began


def _least_spent(work: Callable[[str], object], text: str) -> float:
    """The least of many tries, for what else a machine does only ever adds. The collector waits: what it spends on all
    that other tests left in the process is not the work's."""
    gc.disable()
    try:
        tries = [_spent(work, text)]
        while sum(tries) < ENOUGH_SECONDS or len(tries) < 3:
            tries.append(_spent(work, text))
    finally:
        gc.enable()
    return min(tries)


def grows_with_its_square(work: Callable[[str], object], make: Callable[[int], str], longest: int = LONG) -> bool:
    """Whether `TIMES` the text is nearer to `TIMES`² the work than to `TIMES` the work, or never ends.

    The two lie a factor of 32 apart and the limit in their middle, so that a busy machine cannot make one of the other.
    """
    try:
        with _at_most(MOST_SECONDS):
            large = _least_spent(work, make(longest))
            small = _least_spent(work, make(longest // TIMES))
    except TooLong:
        return True
    return large > 0.02 and large > TIMES**1.5 * small


def _modules() -> Iterator[tuple[str, Path, ModuleType]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                yield name, path, importlib.import_module(name)


def _compiled_inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict | list | tuple | set | frozenset):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _compiled_inside(item, depth + 1)
    elif depth < 3 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for field in value.__dataclass_fields__:
            yield from _compiled_inside(getattr(value, field, None), depth + 1)


def _used_anchored(tree: ast.Module, name: str) -> bool:
    """Whether the module asks the pattern of this name at the beginning of texts only."""
    uses = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    ]
    return bool(uses) and set(uses) <= {"match", "fullmatch", "pattern"}


def _inline(tree: ast.Module, module: ModuleType) -> Iterator[tuple[re.Pattern[Any], bool]]:
    """Patterns written where they are used."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        flags = next((key.value for key in node.keywords if key.arg == "flags"), None)
        if node.func.attr == "compile" and len(node.args) > 1:
            flags = node.args[1]
        names = {**vars(module), "re": re}
        try:
            pattern = eval(compile(ast.Expression(node.args[0]), "pattern", "eval"), names)
            number = eval(compile(ast.Expression(flags), "flags", "eval"), names) if flags is not None else 0
        except NameError:
            continue  # a parameter: what it was called with is found in the module's values
        yield re.compile(pattern, number), node.func.attr in {"match", "fullmatch"}


def patterns() -> list[Pattern]:
    """Every pattern of the rooms, once."""
    by_pattern: dict[Any, Pattern] = {}
    for name, path, module in _modules():
        tree = ast.parse(path.read_text())
        named = [
            (compiled, _used_anchored(tree, attribute))
            for attribute, value in vars(module).items()
            if not attribute.startswith("__")
            for compiled in _compiled_inside(value)
        ]
        anchored_of = {compiled.pattern: anchored for compiled, anchored in named}
        for compiled, anchored in [*named, *_inline(tree, module)]:
            anchored = anchored_of.get(compiled.pattern, anchored)
            key = (compiled.pattern, compiled.flags)
            before = by_pattern.get(key)
            if before is None or (before.anchored and not anchored):
                by_pattern[key] = Pattern(name, compiled, anchored)
    return list(by_pattern.values())


def _letters(pattern: str | bytes) -> list[str]:
    """Letters that mean something to the pattern: those written in it, and one of each class."""
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    written = re.sub(r"\\[a-zA-Z]|[?*+{}|^$]", " ", text)
    chosen = list(dict.fromkeys([*'a1 .-"\\\n[(<@:', *written]))
    return chosen[:26]


def _texts(pattern: str | bytes) -> Iterator[Callable[[int], str]]:
    letters = _letters(pattern)
    for letter in letters:
        for before, after in (("", ""), ("", "\x00"), ("a", "!"), ('"', ""), ("<", "\n")):
            yield lambda size, b=before, u=letter, a=after: b + u * size + a  # type: ignore[misc]
    for pair in product(letters, repeat=2):
        unit = "".join(pair)
        yield lambda size, u=unit: u * (size // 2) + "\x00"  # type: ignore[misc]
    words = re.findall(r"[a-z]{2,}", pattern if isinstance(pattern, str) else pattern.decode("latin-1"))[:8]
    for word in words:
        yield lambda size, u=word: u * (size // len(u)) + "!"  # type: ignore[misc]
        yield lambda size, u=word: (u + " ") * (size // (len(u) + 1)) + "!"  # type: ignore[misc]


PATTERNS = patterns()


def test_all_patterns_of_the_rooms_are_among_those_tried() -> None:
    tried = {pattern.compiled.pattern for pattern in PATTERNS}
    assert {eve._STRINGS.pattern, *CUT} <= tried
    assert len(tried) > 40


@pytest.mark.parametrize("pattern", PATTERNS, ids=[f"{each.where}-{n}" for n, each in enumerate(PATTERNS)])
def test_the_worst_text_of_a_pattern_is_no_more_work_than_its_length(pattern: Pattern) -> None:
    longest = CUT.get(str(pattern.compiled.pattern), LONG)
    for make in _texts(pattern.compiled.pattern):
        # One quick look; only a text that takes long is looked at more closely.
        try:
            with _at_most(MOST_SECONDS):
                quick = _spent(pattern.run, make(longest))
        except TooLong:
            quick = MOST_SECONDS
        if quick > 0.02:
            assert not grows_with_its_square(pattern.run, make, longest), (pattern.where, make(12))


def test_the_harness_sees_a_pattern_that_is_not_linear() -> None:
    bad = Pattern("here", re.compile(r"[\s(#\[-]+\d{1,3}$"), anchored=False)
    assert any(grows_with_its_square(bad.run, make) for make in _texts(bad.compiled.pattern))


BRACKETS = {
    "opening brackets": lambda size: "[" * size,
    "closed brackets": lambda size: "[x]" * (size // 3),
    "spaces": lambda size: " " * size + "!",
    "numbers in brackets": lambda size: "(#1" * (size // 3),
    "letters that grow when normalised": lambda size: "ﷺ" * size,
    "vendor words": lambda size: "et malware " * (size // 11),
}


@pytest.mark.parametrize("kind", BRACKETS)
def test_the_family_of_a_message_of_sixty_thousand_letters_is_read_at_once(kind: str) -> None:
    assert not grows_with_its_square(message_family, BRACKETS[kind], 60_000)


LINES: dict[str, Callable[[int], str]] = {
    "brackets in the message": lambda size: line(alert(message="[" * size)).decode(),
    "brackets in a text that never ends": lambda size: '{"a":"' + '\\"[' * (size // 3),
    "brackets outside texts": lambda size: "[" * size,
    "quotes": lambda size: '"' * size + "[" * 100,
    "a number of many digits": lambda size: '{"event_type":"alert","flow_id":' + "9" * size + "}",
    "a fraction of many digits": lambda size: '{"event_type":"alert","flow_id":0.' + "9" * size + "}",
    "many keys": lambda size: "{" + ",".join(f'"{n}":1' for n in range(size // 10)) + "}",
    "a key again and again": lambda size: "{" + ",".join(['"event_type":"alert"'] * (size // 20)) + "}",
    "an address of many letters": lambda size: line(alert(opener="1" * size)).decode(),
    "an address of many colons": lambda size: line(alert(opener=":" * size)).decode(),
    "metadata of many values": lambda size: line(alert(metadata={"tag": ["x"] * (size // 5)})).decode(),
    "a time of many digits": lambda size: line(alert(time="2026-11-20T01:00:00." + "0" * size)).decode(),
    "letters PostgreSQL refuses": lambda size: line(alert(message="\x00" * (size // 6))).decode(),
}


def _read(text: str) -> None:
    with suppress(Unreadable):
        eve.decode(text.encode())


@pytest.mark.parametrize("kind", LINES)
def test_a_line_of_sixty_thousand_letters_is_read_at_once(kind: str) -> None:
    assert not grows_with_its_square(_read, LINES[kind], 60_000)
