"""The delivery record: which day is asked, which row is ours, and that no more is said than it proves."""

from datetime import datetime, timedelta

import pytest

from element.queries import Delivery
from tests import wire
from ui import record, workspace
from ui.numbers import recipients
from ui.plan import Outcome, Plan, carry_out

NUMBER = "13812345678"
AT = datetime(2026, 3, 1, 12, 0, tzinfo=record.BEIJING)
UTC_EVENING = datetime.fromisoformat("2026-03-01T16:05:00+00:00")


def sent(biz_id="", at=AT, live=False, numbers=(NUMBER,)):
    plan = Plan("SMS.Codes", live, recipients(numbers), "s", "SMS_1", "", ())
    return Outcome(plan, "accepted" if biz_id else "unknown", at, 1, "test-1", {"BizId": biz_id})


def row(out_id="", time="2026-03-01 12:00:05", code="SMS_1", state="delivered"):
    return Delivery(NUMBER, state, "", code, out_id, time, "", "")


DAYS = {
    # when it was sent, when the record is asked, which days it can stand under
    "at noon": (AT, AT + timedelta(hours=1), ["20260301"]),
    "asked days later": (AT, AT + timedelta(days=3), ["20260301"]),
    "before midnight, asked at once": (AT.replace(hour=23, minute=55), AT.replace(hour=23, minute=55), ["20260301"]),
    "before midnight, asked later": (
        AT.replace(hour=23, minute=55),
        AT + timedelta(days=1),
        ["20260301", "20260302"],
    ),
    "after midnight": (AT.replace(hour=0, minute=5), AT, ["20260228", "20260301"]),
    "in Beijing's day, not in UTC's": (UTC_EVENING, UTC_EVENING, ["20260301", "20260302"]),
}


@pytest.mark.parametrize(("at", "now", "days"), DAYS.values(), ids=DAYS)
def test_the_days_are_those_of_beijing_around_the_send(at, now, days):
    assert record.days(at, now) == days


MATCHES = {
    # the rows, the BizId that they were asked for by, whether one is ours for certain (None: none is)
    "its OutId": ([row("test-1")], "", True),
    "its OutId, before one that looks alike": ([row(), row("test-1", "2026-03-01 12:00:09")], "", True),
    "its BizId": ([row()], "7^0", True),
    "template and time": ([row()], "", False),
    "another's OutId": ([row("theirs")], "", None),
    "another template": ([row(code="SMS_2")], "", None),
    "another hour": ([row(time="2026-03-01 11:00:00")], "", None),
    "no time to tell": ([row(time="")], "", None),
    "nothing": ([], "", None),
}


@pytest.mark.parametrize(("rows", "biz_id", "certain"), MATCHES.values(), ids=MATCHES)
def test_a_row_is_ours_by_its_mark_or_probably_by_template_and_time(rows, biz_id, certain):
    found = record.match(rows, sent(biz_id))
    assert (found and found[1]) is certain
    if certain and len(rows) > 1:
        assert found[0].out_id == "test-1"


@pytest.fixture
def simulated(app_folder, monkeypatch):
    """`simulated(number)`: a send to the sandbox that has ended."""
    monkeypatch.setenv("SMS_APP", str(app_folder))
    workspace.sandbox().inbox.delete()

    def run(*numbers):
        return carry_out(Plan("SMS.Codes", False, recipients(numbers), "s", "SMS_1", "", (("code", "1"),)))

    yield run
    workspace.sandbox().clock.reset()


RECORDED = {
    # the magic number, the outcome, seconds later, what the record says, which code
    "at once": ("10000000000", "accepted", 0, "waiting", ""),
    "a little later": ("10000000000", "accepted", 4, "delivered", "DELIVERED"),
    "no receipt": ("10000000002", "accepted", 60, "waiting", ""),
    "not delivered": ("10000000201", "accepted", 4, "failed", "MOBILE_NOT_ON_SERVICE"),
    "taken, the answer lost": ("10000000401", "unknown", 4, "delivered", "DELIVERED"),
    "nothing taken": ("10000000306", "unknown", 4, "none", ""),
}


@pytest.mark.parametrize(("number", "kind", "later", "state", "code"), RECORDED.values(), ids=RECORDED)
def test_the_record_tells_what_the_answer_could_not(simulated, number, kind, later, state, code):
    outcome = simulated(number)
    assert outcome.kind == kind
    workspace.sandbox().clock.advance(later)
    (found,) = record.ask(outcome).findings
    assert (found.state, found.code) == (state, code)
    assert found.certain is (state != "none")


def test_every_number_of_a_send_is_asked_about_up_to_a_limit(simulated):
    outcome = simulated(*(f"139000000{row:02}" for row in range(25)))
    report = record.ask(outcome)
    assert [finding.number for finding in report.findings] == [f"139000000{row:02}" for row in range(20)]
    assert {finding.state for finding in report.findings} == {"waiting"}


def test_an_earlier_message_just_like_it_is_not_taken_for_it(simulated):
    simulated("10000000000")
    (found,) = record.ask(simulated("10000000306")).findings
    assert found.number == "10000000306"
    lost = sent()
    assert record.match([row("test-0")], lost) is None


REFUSING = wire.answering(wire.http("403 Forbidden", '{"Code":"Forbidden.RAM","Message":"no","RequestId":"R"}'))
UNANSWERED = {
    # what the address answers, what is said in English, in Chinese
    "not permitted": (REFUSING, "dysms:QuerySendDetails", "dysms:QuerySendDetails"),
    "no answer": (wire.resetting, "no usable answer", "查询没有得到"),
}


@pytest.fixture
def shown(designer, app_folder, monkeypatch):
    """`shown(outcome)`: what stands on the send tab after the record was asked about it."""

    def run(outcome, locale="en-US"):
        page = designer(app_folder, locale)
        page.session_state["tab"] = {"en-US": "Send test", "zh-CN": "发送测试"}[locale]
        page.session_state["outcome SMS.Codes"] = outcome
        page.run()
        page.button(key="check_record").click().run()
        assert not page.exception
        return "\n".join(element.value for part in (page.markdown, page.caption) for element in part)

    return run


@pytest.mark.parametrize(("behaviour", "en", "zh"), UNANSWERED.values(), ids=UNANSWERED)
def test_a_question_without_an_answer_is_told_and_proves_nothing(shown, monkeypatch, behaviour, en, zh):
    with wire.serving(behaviour) as server:
        monkeypatch.setenv("DYSMSAPI_ENDPOINT", server.url)
        for locale, words, heading in (("en-US", en, "could not be asked"), ("zh-CN", zh, "未能查到")):
            page = shown(sent(live=True, at=datetime.now().astimezone()), locale)
            assert heading in page
            assert words in page.replace("\\", "")
            assert "· :orange" in page


SAID = {
    # the magic number, seconds later, what is said, what is not
    "delivered": ("10000000401", 4, "delivered, ", "does not prove"),
    "waiting": ("10000000401", 0, "may be a second message", ":green[:material/check_circle:] delivered"),
    "failed": ("10000000201", 4, "MOBILE", "does not prove"),
    "none": ("10000000306", 4, "does not prove that nothing went out", "delivered, "),
}


@pytest.mark.parametrize(("number", "later", "said", "unsaid"), SAID.values(), ids=SAID)
def test_the_card_says_what_the_record_proves_and_no_more(simulated, shown, number, later, said, unsaid):
    outcome = simulated(number)
    workspace.sandbox().clock.advance(later)
    page = shown(outcome)
    assert said in page
    assert unsaid not in page
    assert number not in page


def test_a_refused_send_has_no_record_to_ask_for(simulated, designer, app_folder):
    page = designer(app_folder)
    page.session_state["tab"] = "Send test"
    page.session_state["outcome SMS.Codes"] = simulated("10000000121")
    page.run()
    assert "check_record" not in [button.key for button in page.button]


def test_what_the_record_said_of_one_send_is_not_shown_for_the_next(simulated, designer, app_folder):
    page = designer(app_folder)
    page.session_state["tab"] = "Send test"
    page.session_state["outcome SMS.Codes"] = simulated("10000000000")
    page.run()
    page.button(key="check_record").click().run()
    assert any("Delivery record" in each.value for each in page.markdown)
    page.session_state["outcome SMS.Codes"] = simulated("10000000000")
    page.run()
    assert not any("Delivery record" in each.value for each in page.markdown)
