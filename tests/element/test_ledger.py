"""The ledger: what a send leaves in it, what it must not, how it is read, how it stays small."""

import asyncio
import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from element import App, SmsError
from element.errors import ElementError, MissingParameter, RequestFailed
from element.ledger import DAY, KEYS_KEPT, ROWS_KEPT, Ledger, LedgerError, Result, Sent
from element.recording import Recorder
from tests import wire
from tests.conftest import refused

ROOT = Path(__file__).parents[2]
NUMBER, VALUE = "13812345678", "value-246810"
ACCEPTED = Result("accepted", request_id="R-1", biz_id="B^0")


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


def sent(*numbers, element="SMS.Codes", template="SMS_1", params=None):
    messages = [(number, params or {"code": VALUE}) for number in numbers or (NUMBER,)]
    return Sent(element, template, "https://dysmsapi.aliyuncs.com", messages, out_id="mine", parts=2)


def files(ledger):
    return b"".join(path.read_bytes() for path in ledger.path.parent.iterdir())


def backdate(ledger, seconds):
    with ledger.transaction() as db:
        db.execute("UPDATE calls SET time = time - ?", (seconds,))


def test_a_send_leaves_one_row_a_recipient_with_all_that_is_known(ledger):
    ledger.record(sent(NUMBER, "13900139000"), ACCEPTED, 12.5)
    first, second = ledger.rows()
    assert (first.number, second.number) == ("138****5678", "139****9000")
    assert (first.element, first.template, first.gateway) == ("SMS.Codes", "SMS_1", "https://dysmsapi.aliyuncs.com")
    assert (first.outcome, first.code, first.reason) == ("accepted", None, "")
    assert (first.request_id, first.biz_id, first.out_id) == ("R-1", "B^0", "mine")
    assert (first.parts, first.milliseconds, first.job, first.row) == (2, 12.5, None, None)
    assert first.time.utcoffset().total_seconds() == 8 * 3600


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (SimpleNamespace(request_id="R-1", biz_id="B^0"), ACCEPTED),
        (refused("isv.X", "no", "R-2"), Result("refused", 46002, "isv.X", "R-2")),
        (refused("isp.SYSTEM_ERROR", "?", "R-3"), Result("unknown", 46002, "isp.SYSTEM_ERROR", "R-3")),
        (RequestFailed.before_leaving("dns", "host"), Result("refused", 46003, "dns")),
        (RequestFailed.without_answer("reset", "host"), Result("unknown", 46003, "reset")),
        (MissingParameter("no_numbers", {"parameter": "phoneList"}), Result("refused", 46001, "no_numbers")),
    ],
)
def test_what_a_send_returned_or_raised_becomes_a_result(answer, result):
    assert Result.of(answer) == result


def test_neither_number_nor_value_is_in_any_file(ledger):
    ledger.record(sent(), ACCEPTED, 1)
    assert NUMBER.encode() not in files(ledger)
    assert VALUE.encode() not in files(ledger)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_every_file_is_its_owners_alone(ledger):
    ledger.path.parent.mkdir()
    ledger.path.touch(0o644)
    ledger.record(sent(), ACCEPTED, 1)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in ledger.path.parent.iterdir() if path.stat().st_size
    }
    assert set(modes) >= {"sms.db", "sms.db-wal", "sms.key"}
    assert set(modes.values()) == {0o600}


def test_a_link_is_not_followed(ledger, tmp_path):
    ledger.path.parent.mkdir()
    ledger.path.symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(ElementError, match="is a link"):
        ledger.record(sent(), ACCEPTED, 1)
    assert not (tmp_path / "elsewhere.db").exists()


class TestReading:
    @pytest.fixture(autouse=True)
    def _history(self, ledger):
        ledger.record(sent("13000000001", "13000000002"), ACCEPTED, 1)
        backdate(ledger, DAY)
        ledger.record(sent("13000000003", template="SMS_2"), Result("refused", 46002, "isv.X"), 1)
        ledger.record(sent("13000000004", element="SMS.Other"), Result("unknown", 46003, "reset"), 1)

    @pytest.mark.parametrize(
        ("filters", "last_digits"),
        [
            ({}, "4312"),
            ({"element": "SMS.Codes"}, "312"),
            ({"template": "SMS_2"}, "3"),
            ({"outcome": "accepted"}, "12"),
            ({"reason": "reset"}, "4"),
            ({"outcome": "refused", "element": "SMS.Other"}, ""),
            ({"gateway": "http://127.0.0.1"}, ""),
            ({"limit": 2}, "43"),
            ({"limit": 2, "offset": 1}, "31"),
        ],
    )
    def test_rows_come_newest_first_and_filtered(self, ledger, filters, last_digits):
        assert "".join(row.number[-1] for row in ledger.rows(**filters)) == last_digits

    def test_rows_of_a_time(self, ledger):
        today = ledger.rows()[0].time.timestamp() - DAY / 2
        assert len(ledger.rows(since=today)) == 2
        assert len(ledger.rows(until=today)) == 2

    def test_counts_are_by_day_outcome_and_reason(self, ledger):
        found = [(count.outcome, count.reason, count.messages) for count in ledger.counts()]
        assert found == [("accepted", "", 2), ("refused", "isv.X", 1), ("unknown", "reset", 1)]
        days = [count.day for count in ledger.counts()]
        assert days[0] < days[1] == days[2] == f"{ledger.rows()[0].time:%Y-%m-%d}"

    def test_totals(self, ledger):
        assert (ledger.total(), ledger.total(outcome="accepted"), ledger.total(template="none")) == (4, 2, 0)


class TestKeys:
    def test_a_key_stands_for_place_number_and_text(self, ledger):
        key_of = ledger.keys("gateway", "SMS.Codes", "SMS_1")
        key = key_of(NUMBER, "a\0001")
        assert key == ledger.keys("gateway", "SMS.Codes", "SMS_1")(NUMBER, "a\0001")
        others = [
            key_of(NUMBER, "a\0002"),
            key_of("13900139000", "a\0001"),
            ledger.keys("elsewhere", "SMS.Codes", "SMS_1")(NUMBER, "a\0001"),
            ledger.keys("gateway", "SMS.Codes", "SMS_2")(NUMBER, "a\0001"),
        ]
        assert len({key, *others}) == 5

    def test_another_app_has_other_keys(self, ledger, tmp_path_factory):
        other = Ledger(tmp_path_factory.mktemp("other"))
        assert ledger.keys("g", "e", "t")(NUMBER, "") != other.keys("g", "e", "t")(NUMBER, "")
        other.close()

    def test_keys_are_dropped_after_a_week(self, ledger):
        ledger.record(sent(), ACCEPTED, 1)
        backdate(ledger, KEYS_KEPT + 1)
        ledger.record(sent(), ACCEPTED, 1)
        ledger.prune()
        assert ledger.select("SELECT count(*), count(key) FROM messages") == [(2, 1)]


class TestStayingSmall:
    def test_old_rows_go(self, ledger):
        ledger.record(sent("13000000001"), ACCEPTED, 1)
        backdate(ledger, ROWS_KEPT + 1)
        ledger.record(sent("13000000002"), ACCEPTED, 1)
        ledger.prune()
        assert [row.number for row in ledger.rows()] == ["130****0002"]
        assert ledger.select("SELECT count(*) FROM messages") == [(1,)]

    def test_the_oldest_go_when_there_are_too_many(self, ledger):
        for place in range(5):
            ledger.record(sent(f"1300000000{place}", f"1310000000{place}"), ACCEPTED, 1)
        backdate(ledger, 2 * DAY)
        ledger.prune(most_rows=5)
        assert [row.number[-1] for row in ledger.rows()] == ["4", "4", "3", "3"]

    def test_what_was_sent_today_stays_however_much_it_is(self, ledger):
        for place in range(5):
            ledger.record(sent(f"1300000000{place}"), ACCEPTED, 1)
        ledger.prune(most_rows=1)
        assert len(ledger.rows()) == 5


class TestFile:
    def test_a_ledger_of_a_newer_version_is_left_alone(self, ledger):
        ledger.record(sent(), ACCEPTED, 1)
        with ledger.transaction() as db:
            db.execute("PRAGMA user_version = 99")
        ledger.close()
        with pytest.raises(LedgerError, match="newer version"):
            ledger.rows()

    def test_an_empty_file_becomes_a_ledger_and_a_ledger_stays_one(self, ledger):
        ledger.path.parent.mkdir()
        ledger.path.touch()
        ledger.record(sent(), ACCEPTED, 1)
        ledger.close()
        assert len(Ledger(ledger.path.parent.parent).rows()) == 1

    def test_what_is_no_ledger_is_said_so(self, ledger):
        ledger.path.parent.mkdir()
        ledger.path.write_bytes(b"no database" * 100)
        with pytest.raises(LedgerError, match=r"sms\.db cannot be used: file is not a database"):
            ledger.rows()

    @pytest.mark.parametrize("inside", [False, True])
    def test_a_transaction_that_fails_leaves_nothing(self, ledger, inside):
        def fail():
            with ledger.transaction() as outer:
                with ledger.transaction() if inside else nullcontext(outer) as db:
                    db.execute("DELETE FROM messages")
                outer.execute("SELECT nonsense")

        ledger.record(sent(), ACCEPTED, 1)
        with pytest.raises(LedgerError):
            fail()
        assert len(ledger.rows()) == 1

    def test_threads_may_share_it(self, ledger):
        threads = [
            threading.Thread(target=lambda: [ledger.record(sent(), ACCEPTED, 1) for _ in range(10)]) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ledger.total() == 80

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
    def test_a_forked_child_opens_its_own(self, ledger):
        ledger.record(sent(), ACCEPTED, 1)
        child = os.fork()
        if child == 0:
            ledger.record(sent(), ACCEPTED, 1)
            ledger.close()
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        ledger.record(sent(), ACCEPTED, 1)
        assert ledger.total() == 3

    def test_it_can_be_read_while_another_process_writes(self, ledger):
        ledger.record(sent(), ACCEPTED, 1)
        writer = sqlite3.connect(ledger.path, isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        assert len(ledger.rows()) == 1
        writer.close()


@pytest.mark.parametrize(
    ("behaviour", "row"),
    [
        (wire.answering(wire.OK), ("accepted", None, "", "F655A8D5")),
        (wire.answering(wire.http("200 OK", '{"Code":"isv.X","RequestId":"R-1"}')), ("refused", 46002, "isv.X", "R-1")),
        (wire.closing, ("unknown", 46003, "reset", "")),
    ],
)
@pytest.mark.parametrize("synchronous", [True, False])
def test_every_send_of_an_app_leaves_its_row(app_folder, behaviour, row, synchronous):
    call = ([NUMBER], {"code": VALUE}, "SMS_1")
    with wire.serving(behaviour) as server, closing(App(app_folder, endpoint=server.url)) as app:
        element = app.getElement("SMS.Codes")
        with suppress(SmsError):
            element.sendMessage(*call) if synchronous else asyncio.run(element.sendMessageAsync(*call))
    with closing(Ledger(app_folder)) as ledger:
        (found,) = ledger.rows()
    assert (found.outcome, found.code, found.reason, found.request_id) == row
    assert (found.element, found.template, found.number) == ("SMS.Codes", "SMS_1", "138****5678")


def test_a_ledger_that_cannot_be_written_fails_no_send(app_folder, caplog):
    (app_folder / "appData").write_text("in the way")
    with wire.serving(wire.answering(wire.OK)) as server, closing(App(app_folder, endpoint=server.url)) as app:
        assert app.getElement("SMS.Codes").sendMessage([NUMBER], {}, "SMS_1").code == "OK"
    assert "SMS.Codes is not in the ledger" in caplog.text


def test_sends_of_many_threads_all_leave_their_rows(app_folder):
    with wire.serving(wire.answering(wire.OK)) as server, closing(App(app_folder, endpoint=server.url)) as app:
        element = app.getElement("SMS.Codes")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: element.sendMessage([str(13_000_000_000 + number)], {}, "SMS_1"), range(200)))
    with closing(Ledger(app_folder)) as ledger:
        assert ledger.total() == 200


def test_the_end_of_the_program_writes_what_waits(app_folder):
    program = """
import sys
from element import App
App(sys.argv[1], endpoint=sys.argv[2]).getElement("SMS.Codes").sendMessage(["13812345678"], {}, "SMS_1")
"""
    with wire.serving(wire.answering(wire.OK)) as server:
        subprocess.run([sys.executable, "-c", program, app_folder, server.url], cwd=ROOT, check=True)
    with closing(Ledger(app_folder)) as ledger:
        assert ledger.total() == 1


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
def test_a_forked_worker_writes_its_rows_before_it_ends(app_folder):
    with wire.serving(wire.answering(wire.OK)) as server:
        worker = multiprocessing.get_context("fork").Process(target=_send_once, args=(app_folder, server.url))
        worker.start()
        worker.join()
    assert worker.exitcode == 0
    with closing(Ledger(app_folder)) as ledger:
        assert ledger.total() == 1


def _send_once(folder, url):
    App(folder, endpoint=url).getElement("SMS.Codes").sendMessage([NUMBER], {}, "SMS_1")


def test_an_app_data_that_is_a_link_fails_no_send_and_no_later_row(app_folder, tmp_path, caplog):
    (tmp_path / "elsewhere").mkdir()
    (app_folder / "appData").symlink_to(tmp_path / "elsewhere")
    with wire.serving(wire.answering(wire.OK)) as server, closing(App(app_folder, endpoint=server.url)) as app:
        element = app.getElement("SMS.Codes")
        element.sendMessage([NUMBER], {}, "SMS_1")
        time.sleep(0.3)
        (app_folder / "appData").unlink()
        element.sendMessage([NUMBER], {}, "SMS_1")
    assert "SMS.Codes is not in the ledger" in caplog.text
    with closing(Ledger(app_folder)) as ledger:
        assert ledger.total() == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_lock_held_while_the_process_forks_does_not_stop_the_child(app_folder):
    recorder = Recorder(app_folder)
    with recorder._starting:
        child = os.fork()
        if child == 0:
            os._exit(0 if recorder._starting.acquire(timeout=2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
