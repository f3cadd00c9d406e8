"""Broken, torn, run together, too long or odd: every whole record that can be found is found, and every alert goes."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import eve
from sensor_agent.records import Event, Unreadable, records
from sensor_agent.shorten import MAX_SHIPPED_BYTES, REPAIRED, text_cut
from sensor_agent.tail import LONG_START_BYTES, Line
from tests.alerts.eve_lines import alert
from tests.test_patterns_are_linear import grows_with_its_square

WHOLE = json.dumps(alert(), separators=(",", ":")).encode()
# Windows paths as they are typed, names in CP932 whose last byte is a backslash, a tab and a bell as they are.
BAD_ESCAPES = (
    rb"C:\Users\x",
    rb"\\server\share\x",
    rb"\u12",
    rb"a\x00b",
    b"a\tb\x07",
    "予定表.xls".encode("cp932"),
    "予定表".encode("cp932"),
    "ソ能表".encode("cp932"),
)


def read_records(raw: bytes) -> tuple[list[bytes], list[str]]:
    """(what would be shipped, why the rest would not)."""
    events, reasons = [], []
    for record in records(Line(raw, len(raw))):
        if isinstance(record, Event):
            events.append(record.encoded())
        else:
            reasons.append(record.reason)
    return events, reasons


def graded(raw: bytes) -> eve.Event:
    """What the platform reads of the one event that was shipped."""
    ((body,), _) = read_records(raw)
    assert len(body) <= MAX_SHIPPED_BYTES
    event = eve.decode(body)
    assert event.alert is not None
    assert event.alert.signature_id == alert()["alert"]["signature_id"]
    assert (event.src_ip, event.dest_ip) == (alert()["src_ip"], alert()["dest_ip"])
    return event


@pytest.mark.parametrize("at", range(1, len(WHOLE), 7))
def test_a_record_torn_anywhere_does_not_take_the_next_one_with_it(at: int) -> None:
    events, reasons = read_records(WHOLE[:at] + WHOLE)
    assert events[-1] == WHOLE
    assert len(events) + len(reasons) == 2, "the torn one is counted, or its alert was whole"


def test_records_without_a_line_feed_between_them_are_all_found() -> None:
    for between in (b"", b"\r", b"\r\r", b" ", b"\xef\xbb\xbf", b"\x1e"):
        events, _ = read_records(between.join([WHOLE] * 5))
        assert events == [WHOLE] * 5, between
    assert read_records(b"\xef\xbb\xbf" + WHOLE) == ([WHOLE], [])


def test_an_alert_whose_end_was_torn_off_still_counts_when_the_alert_itself_is_whole() -> None:
    line = json.dumps(alert(http={"hostname": "a.example"})).encode()
    graded(line[: line.index(b'"a.example"')])


def test_one_wrong_byte_in_a_file_name_costs_that_byte() -> None:
    line = alert(files=[{"filename": "NAME.zip"}])
    raw = json.dumps(line).encode().replace(b"NAME", "請求書".encode("cp932"))
    event = graded(raw)
    assert event.files
    assert "\ufffd" in str(event.files[0].filename)
    assert str(event.files[0].filename).endswith(".zip")


LONG: list[dict[str, Any]] = [
    {"http": {"url": "\x01" * 11_000}},
    {"http": {"url": "/" + "a" * 3_000_000, "hostname": "b" * 70_000}},
    {"http": {"request_headers_x": [{"name": "n" * 50, "value": "v" * 500}] * 5_000}},
    {"files": [{"filename": "請求書" * 100, "sha256": "0" * 64}] * 3_000},
    {"payload_x": "A" * 1_000_000},
    {"metadata": {"flowvars": [{f"k{n}": "v" * 100} for n in range(5_000)]}},
    {"email": {"attachment": ["😀" * 200] * 2_000, "subject": "\u0000" * 60_000}},
    {f"k{n}": n for n in range(20_000)},
    {"x" * 100_000: 1},
    {"tls": {"subject": "\\" * 70_000, "sni": '"' * 70_000}},
    {"deep": json.loads("[" * 200 + "]" * 200)},
    {"wide": json.loads("[" * 20 + ",".join(["[1,2,3,4]"] * 30_000) + "]" * 20)},
]


@pytest.mark.parametrize("more", LONG, ids=lambda more: next(iter(more))[:12])
def test_no_fields_length_hides_an_alert_and_the_cut_is_marked(more: dict[str, Any]) -> None:
    first = {**more, **alert()}  # the long field stands before the alert
    for line in (first, alert(**more)):
        body = read_records(json.dumps(line).encode())[0][0]
        assert "cut" in json.loads(body)[REPAIRED]
        graded(json.dumps(line).encode())


def test_a_rules_long_metadata_and_signature_leave_what_grading_reads() -> None:
    line = alert()
    line["alert"]["metadata"] = {
        **{f"m{n}": ["x" * 300] * 10 for n in range(500)},
        "signature_severity": ["Major"],
    }
    line["alert"]["signature"] = "s" * 80_000
    event = graded(json.dumps(line).encode())
    assert event.alert is not None
    assert event.alert.metadata["signature_severity"] == ["Major"]


def test_a_line_longer_than_the_agent_keeps_gives_its_alert_from_its_beginning() -> None:
    raw = json.dumps(alert(http={"url": "a" * LONG_START_BYTES})).encode()
    (record,) = records(Line(None, 100_000_000, "0" * 64, raw[:LONG_START_BYTES]))
    assert isinstance(record, Event)
    assert eve.decode(record.encoded()).alert is not None
    (record,) = records(Line(None, 100_000_000, "0" * 64, b"x" * 1000))
    assert isinstance(record, Unreadable)
    assert record.reason == "too_long"


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "1e999", "9" * 5_000, "1." + "3" * 5_000])
def test_an_odd_number_costs_that_number(odd: str) -> None:
    text = json.dumps(alert(flow_x={"n": 0})).replace('"n": 0', f'"n": {odd}')
    graded(text.encode())
    stripped = json.dumps(alert(payload="x", flow_x={"n": 0})).replace('"n": 0', f'"n": {odd}')
    graded(stripped.encode())


@pytest.mark.parametrize("name", BAD_ESCAPES)
def test_a_backslash_that_escapes_nothing_and_a_raw_control_character_cost_no_alert(name: bytes) -> None:
    line = WHOLE[:-1] + b',"fileinfo":{"filename":"' + name + b'"}}'
    graded(line)
    assert (len(read_records(line + WHOLE)[0]), read_records(line + WHOLE)[1]) == (2, [])
    assert eve.decode(line).alert is not None, "and the platform reads it where no agent was in between"


def test_a_key_that_stands_twice_and_a_lone_surrogate_do_no_harm() -> None:
    graded(WHOLE[:-1] + b',"event_type":"alert","http":{"url":"\\ud800","url":"\\udfff\\ud800"}}')


def test_searching_a_broken_line_takes_no_longer_than_reading_it_some_times() -> None:
    """Many beginnings of records none of which ends: each would be read to the end of the line."""
    hostile = b'{"timestamp":[' * 900 + b"1," * 500_000
    events, reasons = read_records(hostile + WHOLE)
    assert (len(events) <= 1, reasons[:1]) == (True, ["not_json"])


@pytest.mark.parametrize("piece", ['{"timestamp":"\\x', '{"timestamp":"\x95\\', '{"timestamp":"\x01', '{"timestamp":x'])
def test_a_line_of_many_torn_records_costs_no_more_than_its_length(piece: str) -> None:
    """Each failure of the decoder counts the line feeds from the line's beginning."""

    def make(size: int) -> str:
        return piece * (size // len(piece))

    assert not grows_with_its_square(lambda text: read_records(text.encode("latin-1")), make, 400_000)


@given(st.text(), st.integers(0, 200))
def test_a_text_is_cut_to_what_it_takes_as_json(text: str, most: int) -> None:
    short = text_cut(text, most)
    assert text.startswith(short)
    assert len(json.dumps(short)) - 2 <= most or len(text) * 12 <= most


def test_pieces_of_records_in_any_order_end_nothing() -> None:
    dice = random.Random(5)
    for _ in range(300):
        pieces = [WHOLE[dice.randrange(len(WHOLE)) :][: dice.randrange(len(WHOLE))] for _ in range(dice.randrange(6))]
        events, _ = read_records(b"".join(pieces) + WHOLE + b"".join(pieces[:1]))
        assert WHOLE in events or any(piece.endswith(b'"') for piece in pieces)
