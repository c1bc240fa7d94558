"""Bulk jobs against the sandbox: who gets what in how many calls, and what happens when something goes wrong."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from element import App, SmsError
from element.bulk import recipients
from element.bulk.bulk import Bulk
from element.bulk.delivery_record import days, look_up
from element.bulk.jobs import BulkError, Call
from element.bulk.planning import BadRows
from element.bulk.recipients import RowProblem
from element.bulk.run import Pace
from element.errors import Refused
from element.ledger import BEIJING, DAY, Ledger, Result, Sent
from element.queries import Delivery
from element.sandbox import Sandbox, serve
from element.sandbox.faults import Rule
from tests.conftest import SMS, refused

TEXT = "Dear ${name}"
BAD, LIMITED, NO_MONEY = "10000000110", "10000000101", "10000000120"
AT_ONCE = Pace(patience=0.0, pause=0.0)
PATIENT = Pace(patience=600.0, pause=0.0)


@pytest.fixture
def sandbox():
    sandbox = Sandbox()
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template("SMS_1", TEXT)
    sandbox.add_template("SMS_2", TEXT)
    return sandbox


@pytest.fixture
def url(sandbox):
    with serve(sandbox) as serving:
        yield serving.url


@pytest.fixture
def ledger(app_folder):
    ledger = Ledger(app_folder)
    yield ledger
    ledger.close()


@pytest.fixture
def element(app_folder, url):
    element = App(app_folder, endpoint=url, record=False).getElement("SMS.Codes")
    yield element
    element.close()


@pytest.fixture
def bulk(ledger, element, url):
    return Bulk(ledger, element, gateway=url)


def number(place):
    return str(13_000_000_000 + place)


def people(count, start=0):
    """Everybody gets a text of his own."""
    return list(recipients.listed((number(place), {"name": f"客户{place}"}) for place in range(start, start + count)))


def public(*numbers):
    """Everybody gets the same text."""
    return list(recipients.listed(numbers, shared={"name": "all"}))


def finished(job, pace=PATIENT):
    *_, last = job.run(pace)
    return last


def sent(bulk, entries, pace=PATIENT, template="SMS_1", **options):
    with bulk.plan(entries, template, **options) as job:
        return finished(job, pace)


def received(sandbox):
    return Counter(message.number for message in sandbox.messages())


def calls(sandbox):
    return len({message.biz_id for message in sandbox.messages()})


def outcomes(ledger):
    return {row.row: (row.outcome, row.reason) for row in ledger.rows(1000)}


def files(ledger):
    return b"".join(path.read_bytes() for path in ledger.path.parent.iterdir())


class PowerCut(BaseException):
    """Ends a worker as a kill would: nothing is noted any more."""


class Cut:
    """An element whose process dies in the given call, before or after it is made."""

    def __init__(self, element, at, after):
        self.fullName = element.fullName
        self.querySendDetails = element.querySendDetails
        self._element, self._at, self._after = element, at, after

    def sendBatch(self, *arguments, **options):
        self._at -= 1
        if self._at == 0 and not self._after:
            raise PowerCut
        answer = self._element.sendBatch(*arguments, **options)
        if self._at == 0:
            raise PowerCut
        return answer


class TestPlan:
    @pytest.mark.parametrize(
        ("entries", "most"),
        [
            (people(250), 3),
            (public(*map(number, range(1500))), 2),
            (people(30) + public(*map(number, range(100, 160))), 1),
        ],
    )
    def test_the_calls_are_few_and_everybody_is_reached_once(self, bulk, sandbox, entries, most):
        last = sent(bulk, entries)
        assert (last.phase, last.accepted) == ("settled", len(entries))
        assert calls(sandbox) == most
        assert set(received(sandbox).values()) == {1}

    def test_it_says_what_will_happen_before_it_does(self, bulk, sandbox):
        entries = [*people(2), *recipients.listed([(number(9), {"name": "长" * 80})])]
        with bulk.plan(entries, "SMS_1", text=TEXT, sign=SMS["verifySign"]) as job:
            assert (job.plan.recipients, job.plan.calls, job.plan.parts) == (3, 1, 4)
        assert not sandbox.messages()

    def test_without_the_text_the_parts_are_not_known(self, bulk):
        with bulk.plan(people(2), "SMS_1") as job:
            assert job.plan.parts is None

    def test_the_same_number_with_the_same_text_is_merged(self, bulk, sandbox):
        entries = recipients.listed([(each, {"name": "a"}) for each in ("13000000001", "+86 130 0000 0001", number(2))])
        with bulk.plan(entries, "SMS_1") as job:
            assert (job.plan.recipients, job.plan.merged) == (2, 1)
            finished(job)
        assert set(received(sandbox).values()) == {1}

    def test_the_same_number_with_another_text_gets_both_in_different_calls(self, bulk, sandbox):
        entries = recipients.listed([(number(1), {"name": "a"}), (number(1), {"name": "b"})])
        assert sent(bulk, entries).accepted == 2
        assert calls(sandbox) == 2

    def test_repeats_are_merged_however_far_apart(self, bulk):
        with bulk.plan([*people(25_000), *people(3)], "SMS_1") as job:
            assert (job.plan.recipients, job.plan.merged) == (25_000, 3)

    def test_rows_that_cannot_be_sent_to_stop_everything(self, bulk, ledger):
        entries = list(recipients.listed([number(1), "siemens", ""]))
        with pytest.raises(BadRows, match="Rows that cannot be sent to: 2.") as refusal:
            bulk.plan(entries, "SMS_1")
        assert refusal.value.problems == [RowProblem(2, "not_a_number"), RowProblem(3, "no_number")]
        assert ledger.select("SELECT count(*) FROM jobs") == [(0,)]

    def test_unless_they_are_to_be_skipped(self, bulk):
        with bulk.plan([*people(1), RowProblem(2, "no_number")], "SMS_1", skip_problems=True) as job:
            assert (job.plan.recipients, job.plan.skipped, job.problems) == (1, 1, [RowProblem(2, "no_number")])

    def test_a_plan_that_is_never_run_leaves_nothing(self, bulk, ledger):
        with bulk.plan(people(3), "SMS_1"):
            assert number(1).encode() in files(ledger)
        assert number(1).encode() not in files(ledger)
        assert ledger.rows() == []


class TestHoldingBack:
    def test_a_number_that_got_this_text_is_held_back(self, bulk, ledger, sandbox):
        sent(bulk, people(3))
        with bulk.plan(people(5), "SMS_1") as job:
            assert (job.plan.recipients, job.plan.held) == (2, 3)
            assert finished(job).phase == "settled"
        assert set(received(sandbox).values()) == {1}
        assert sorted(row.row for row in ledger.rows(reason="held_back")) == [1, 2, 3]

    @pytest.mark.parametrize(
        ("options", "held"),
        [
            ({"again": True}, 0),
            ({"template": "SMS_2"}, 0),
            ({"window": DAY / 2}, 0),
            ({"window": 2 * DAY}, 1),
        ],
    )
    def test_what_counts_as_the_same_and_as_lately(self, bulk, ledger, options, held):
        sent(bulk, people(1))
        with ledger.transaction() as db:
            db.execute("UPDATE calls SET time = time - ?", (DAY,))
        options = {"template_code": options.pop("template", "SMS_1"), **options}
        with bulk.plan(people(1), **options) as job:
            assert job.plan.held == held

    @pytest.mark.parametrize(("outcome", "held"), [("accepted", 1), ("unknown", 1), ("refused", 0)])
    def test_a_single_send_counts_too_unless_it_was_refused(self, bulk, ledger, url, outcome, held):
        ledger.record(Sent("SMS.Codes", "SMS_1", url, [(number(0), {"name": "客户0"})]), Result(outcome), 1)
        with bulk.plan(people(1), "SMS_1") as job:
            assert job.plan.held == held

    def test_a_plan_that_was_overtaken_is_not_run(self, bulk, sandbox):
        with bulk.plan(people(3), "SMS_1") as first, bulk.plan(people(3), "SMS_1") as second:
            finished(first)
            with pytest.raises(BulkError, match="were sent in another way"):
                second.run()
        assert set(received(sandbox).values()) == {1}


class TestRefusals:
    @pytest.mark.parametrize("magic", [BAD, LIMITED])
    @pytest.mark.parametrize("entries", [people(40), public(*map(number, range(40)))])
    def test_one_recipient_does_not_lose_the_others(self, bulk, ledger, sandbox, magic, entries):
        odd = recipients.Recipient(99, magic, entries[0].params)
        last = sent(bulk, [*entries[:17], odd, *entries[17:]])
        assert (last.phase, last.accepted, last.refused) == ("settled", 40, 1)
        assert set(received(sandbox).values()) == {1}
        code = {BAD: "isv.MOBILE_NUMBER_ILLEGAL", LIMITED: "isv.BUSINESS_LIMIT_CONTROL"}[magic]
        assert outcomes(ledger)[99] == ("refused", code)

    def test_a_text_that_is_refused_is_not_tried_with_each_number(self, bulk, ledger):
        last = sent(bulk, list(recipients.listed([number(1), number(2)], shared={"name": "http://a.cn/b"})))
        assert (last.phase, last.refused) == ("settled", 2)
        assert ledger.select("SELECT count(*), sum(attempt) FROM calls") == [(1, 1)]

    def test_what_every_call_would_meet_halts_the_job_at_the_first(self, bulk, ledger, sandbox):
        sandbox.add_template("SMS_1", TEXT, status="rejected")
        with bulk.plan(people(1000), "SMS_1", most_per_call=10) as job:
            last = finished(job)
        assert (last.phase, last.waiting) == ("halted", 1000)
        assert last.trouble.result_code == "isv.SMS_TEMPLATE_ILLEGAL"
        assert ledger.select("SELECT sum(attempt) FROM calls") == [(1,)]

    def test_a_job_halted_for_want_of_money_goes_on_after_the_top_up(self, bulk, sandbox):
        account = sandbox.catalog.accounts[SMS["accessKey"]]
        account.balance = 25
        with bulk.plan(people(50), "SMS_1", most_per_call=10) as job:
            last = finished(job)
        assert (last.phase, last.accepted, last.waiting) == ("halted", 20, 30)
        account.balance = None
        with bulk.resume("SMS_1") as job:
            assert finished(job).accepted == 50
        assert set(received(sandbox).values()) == {1}

    def test_throttling_is_waited_out(self, bulk, sandbox):
        sandbox.faults.add(Rule("throttled", "SendBatchSms", 0.5, seed=1))
        assert sent(bulk, people(50), most_per_call=5).accepted == 50
        assert set(received(sandbox).values()) == {1}

    def test_requests_that_do_not_leave_halt_the_job_unsent(self, ledger, app_folder):
        url = "http://127.0.0.1:9"
        dead = Bulk(ledger, App(app_folder, endpoint=url, record=False).getElement("SMS.Codes"), gateway=url)
        last = sent(dead, people(3))
        assert (last.phase, last.waiting, last.trouble.sent) == ("halted", 3, False)


class TestUnknownOutcomes:
    @pytest.mark.parametrize("fault", ["lost", "unavailable-after"])
    def test_what_the_record_holds_was_accepted_and_is_not_sent_again(self, bulk, sandbox, fault):
        sandbox.faults.add(Rule(fault, "SendBatchSms"))
        last = sent(bulk, people(25), most_per_call=5)
        assert (last.phase, last.accepted) == ("settled", 25)
        assert set(received(sandbox).values()) == {1}

    @pytest.mark.parametrize("fault", ["reset", "unavailable", "html", "system-error"])
    def test_what_the_record_lacks_waits_and_is_sent_when_patience_ends(self, bulk, sandbox, fault):
        sandbox.faults.add(Rule(fault, "SendBatchSms"))
        last = sent(bulk, people(3))
        assert (last.phase, last.unknown) == ("unsettled", 3)
        sandbox.faults.clear()
        with bulk.resume("SMS_1") as job:
            assert finished(job).unknown == 3
        assert not sandbox.messages()
        with bulk.resume("SMS_1") as job:
            assert finished(job, AT_ONCE).accepted == 3

    def test_a_run_that_stays_waits_for_it(self, bulk, sandbox):
        sandbox.faults.add(Rule("reset", "SendBatchSms"))
        with bulk.plan(people(3), "SMS_1") as job:
            phases = []
            for progress in job.run(Pace(patience=0.6, stay=True, pause=0.0)):
                phases.append(progress.phase)
                if progress.phase == "waiting":
                    sandbox.faults.clear()
        assert phases[-1] == "settled"
        assert "waiting" in phases
        assert set(received(sandbox).values()) == {1}

    def test_a_run_that_stays_asks_a_record_again_that_did_not_answer(self, bulk, sandbox):
        sandbox.faults.add(Rule("lost", "SendBatchSms"))
        sandbox.faults.add(Rule("html", "QuerySendDetails", 0.5, seed=3))
        last = sent(bulk, people(4), Pace(pause=0.001, stay=True))
        assert (last.phase, last.accepted, last.trouble) == ("settled", 4, None)

    def test_outcomes_that_stay_unknown_one_after_the_other_halt_the_job(self, bulk, sandbox):
        sandbox.faults.add(Rule("lost", "SendSms"))
        with bulk.plan(people(50), "SMS_1", most_per_call=1) as job:
            last = finished(job)
        assert (last.phase, last.unknown, last.waiting) == ("halted", 8, 42)

    def test_they_stay_unknown_and_listed_while_the_record_may_not_be_asked(self, bulk, ledger, sandbox):
        sandbox.add_account(SMS["accessKey"], SMS["accessSecret"], permissions=("SendBatchSms",))
        sandbox.faults.add(Rule("lost", "SendBatchSms"))
        last = sent(bulk, people(3), AT_ONCE)
        assert (last.phase, last.unknown, last.trouble.result_code) == ("unsettled", 3, "Forbidden.RAM")
        assert [row.row for row in ledger.rows(outcome="unknown")] == [1, 2, 3]
        assert set(received(sandbox).values()) == {1}

    def test_part_of_a_call_in_the_record_parts_the_call(self, bulk, ledger, sandbox):
        sandbox.faults.add(Rule("lost", "SendBatchSms"))
        with bulk.plan(people(5), "SMS_1") as job:
            steps = job.run(AT_ONCE)
            while next(steps).unknown == 0:
                pass
            sandbox.delete(number(1))
            sandbox.delete(number(3))
            sandbox.faults.clear()
            *_, last = steps
        assert (last.phase, last.accepted) == ("settled", 5)
        assert received(sandbox) == Counter(map(number, range(5)))
        assert sorted(ledger.select("SELECT size FROM calls")) == [(2,), (3,)]
        assert sorted(row.row for row in ledger.rows()) == [1, 2, 3, 4, 5]


class TestStoppingAndGoingOn:
    def test_leaving_the_loop_stops_between_calls(self, bulk, sandbox):
        with bulk.plan(people(50), "SMS_1", most_per_call=5) as job:
            for progress in job.run():
                if progress.accepted >= 10:
                    break
        reached = len(sandbox.messages())
        assert 10 <= reached < 50
        with bulk.resume("SMS_1") as job:
            assert job.tally["accepted"] == reached
            assert finished(job).accepted == 50
        assert set(received(sandbox).values()) == {1}

    def test_stop_can_come_from_anywhere(self, bulk):
        with bulk.plan(people(50), "SMS_1", most_per_call=5) as job:
            steps = job.run()
            next(steps)
            job.stop()
            *_, last = steps
            assert (last.phase, last.unknown) == ("stopped", 0)
            assert finished(job).phase == "settled"

    @pytest.mark.parametrize("call", [1, 3])
    @pytest.mark.parametrize("after", [False, True])
    def test_a_power_cut_around_a_call_loses_and_repeats_nobody(self, ledger, element, url, sandbox, call, after):
        bulk = Bulk(ledger, Cut(element, call, after), gateway=url)
        with pytest.raises(PowerCut), bulk.plan(people(20), "SMS_1", most_per_call=5) as job:
            finished(job, Pace(concurrency=1))
        with Bulk(ledger, element, gateway=url).resume("SMS_1") as job:
            assert finished(job, AT_ONCE).accepted == 20
        assert received(sandbox) == Counter(map(number, range(20)))

    def test_only_one_works_on_a_job(self, bulk):
        with bulk.plan(people(5), "SMS_1") as job:
            next(job.run())
            with pytest.raises(BulkError, match="Another process is working"):
                bulk.resume("SMS_1")

    def test_a_second_job_of_its_kind_has_to_wait(self, bulk, sandbox):
        with bulk.plan(people(5), "SMS_1") as job:
            next(job.run())
        with bulk.plan(people(5, start=9), "SMS_1") as job, pytest.raises(BulkError, match="is not finished"):
            job.run()
        assert sent(bulk, people(5, start=9), template="SMS_2").accepted == 5

    @pytest.mark.parametrize(
        ("template", "source", "text"),
        [("SMS_2", "", "no unfinished bulk job"), ("SMS_1", "another", "another list of recipients")],
    )
    def test_what_is_resumed_must_be_there(self, bulk, template, source, text):
        with bulk.plan(people(5), "SMS_1", source="list") as job:
            next(job.run())
        with pytest.raises(BulkError, match=text):
            bulk.resume(template, source=source)
        bulk.resume("SMS_1", source="list").close()

    def test_an_abandoned_job_sends_nothing_more_and_keeps_no_number(self, bulk, ledger, sandbox):
        sandbox.faults.add(Rule("reset", "SendSms"))
        with bulk.plan(people(20), "SMS_1", most_per_call=1) as job:
            finished(job)
        with bulk.resume("SMS_1") as job:
            job.abandon()
        assert Counter(row.outcome for row in ledger.rows()) == {"unknown": 8, "refused": 12}
        assert not sandbox.messages()
        assert not any(number(place).encode() in files(ledger) for place in range(20))

    def test_a_rehearsal_that_was_cut_off_is_cleared_away_by_the_next_plan(self, ledger, element, url, bulk):
        rehearsal = Bulk(ledger, element, gateway="http://127.0.0.1:1", rehearsal=True)
        with rehearsal.plan(people(3), "SMS_1") as job:
            next(job.run(Pace(rate=0.001)))
        with bulk.plan(people(3), "SMS_2"):
            assert ledger.select("SELECT state FROM jobs WHERE rehearsal") == [("settled",)]

    def test_a_rate_is_kept(self, bulk):
        started = time.monotonic()
        sent(bulk, people(30), Pace(rate=50), most_per_call=5)
        assert time.monotonic() - started >= 25 / 50


class TestPrivacy:
    def test_full_numbers_and_values_are_there_only_while_a_job_is_open(self, bulk, ledger, sandbox):
        sandbox.faults.add(Rule("lost", "SendBatchSms", 0.3, seed=2))
        entries = [*people(300), recipients.Recipient(999, BAD, {"name": "客户999"})]
        with bulk.plan(entries, "SMS_1", most_per_call=20) as job:
            assert number(7).encode() in files(ledger)
            finished(job)
        left = files(ledger)
        assert not any(number(place).encode() in left for place in range(300))
        assert BAD.encode() not in left
        assert "客户".encode() not in left

    def test_nothing_shows_a_number_or_a_value(self, bulk):
        with bulk.plan(people(2), "SMS_1") as job:
            call = job._rows.take(1)[0]
            shown = f"{job.plan} {call} {next(job.run())}"
        assert number(0) not in shown
        assert "客户0" not in shown


class Record:
    """A delivery record with the given rows: (OutId, template, time) each."""

    def __init__(self, *rows):
        self.rows = rows
        self.asked = []

    def querySendDetails(self, phone, date, *, page=1):
        self.asked.append((date, page))
        return [
            Delivery(phone, "waiting", "", template, out_id, sent, "", "")
            for out_id, template, sent in self.rows[50 * (page - 1) : 50 * page]
        ]


MOMENT = datetime(2025, 6, 1, 12, 0, 0, tzinfo=BEIJING)
NOON = "2025-06-01 12:00:30"


class Refusing(Record):
    """One that answers with a code."""

    def querySendDetails(self, phone, date, *, page=1):
        raise refused(self.rows[0], "no", "R-1")


class TestDeliveryRecord:
    @pytest.fixture(autouse=True)
    def _on_that_day(self, monkeypatch):
        monkeypatch.setattr(time, "time", lambda: MOMENT.timestamp() + DAY)

    def look_up(self, record, moment=MOMENT, patience=600.0):
        call = Call(1, True, 1, moment.timestamp(), "job-1-1", ["13000000001"], {})
        with ThreadPoolExecutor(1) as pool:
            found = look_up(record, "SMS_1", call, patience, pool)
        return "found" if found.found else "absent" if found.absent else "open"

    @pytest.mark.parametrize(
        ("rows", "verdict"),
        [
            ([], "absent"),
            ([("job-1-1", "SMS_1", NOON)], "found"),
            ([("job-1-2", "SMS_1", NOON), ("job-11-1", "SMS_1", NOON)], "absent"),
            ([("", "SMS_1", NOON)], "open"),
            ([("", "", NOON)], "open"),
            ([("", "SMS_1", "?")], "open"),
            ([("", "SMS_2", NOON)], "absent"),
            ([("", "SMS_1", "2025-06-01 11:40:00")], "absent"),
            ([("", "SMS_1", "2025-06-01 12:20:00")], "absent"),
            ([("other", "SMS_1", NOON)] * 70 + [("job-1-1", "SMS_1", NOON)], "found"),
        ],
    )
    def test_a_message_is_told_by_its_out_id(self, rows, verdict):
        assert self.look_up(Record(*rows)) == verdict

    @pytest.mark.parametrize(("seconds", "verdict"), [(599, "open"), (600, "absent"), (29 * DAY + 1, "open")])
    def test_what_is_not_there_is_open_until_patience_ends_and_when_the_record_does(self, seconds, verdict):
        moment = datetime.fromtimestamp(time.time() - seconds, BEIJING)
        assert self.look_up(Record(), moment) == verdict

    def test_a_number_that_the_record_does_not_take_stays_open(self):
        assert self.look_up(Refusing("isv.MOBILE_NUMBER_ILLEGAL")) == "open"

    @pytest.mark.parametrize("code", ["isp.RAM_PERMISSION_DENY", "Forbidden.RAM", "SomethingNew"])
    def test_a_record_that_may_not_be_asked_is_an_error(self, code):
        with pytest.raises(Refused):
            self.look_up(Refusing(code))

    @pytest.mark.parametrize(
        ("clock", "expected"),
        [
            ("12:00:00", ["20250601"]),
            ("00:16:39", ["20250531", "20250601"]),
            ("00:16:40", ["20250601"]),
            ("23:43:19", ["20250601"]),
            ("23:43:20", ["20250601", "20250602"]),
        ],
    )
    def test_around_midnight_in_beijing_both_days_are_asked(self, clock, expected):
        moment = datetime.fromisoformat(f"2025-06-01T{clock}+08:00").timestamp()
        assert days(moment) == expected


def test_an_error_of_a_job_speaks_both_languages(bulk):
    with pytest.raises(BulkError) as refusal:
        bulk.resume("SMS_1")
    assert not isinstance(refusal.value, SmsError)
    assert "SMS.Codes" in refusal.value.in_language("en")
    assert "没有 SMS.Codes 使用 SMS_1 的未完成批量任务" in refusal.value.in_language("zh")
