"""Frequency control: Alibaba's numbers on natural minutes and hours, and on the last 24 hours."""

from datetime import datetime

import pytest

from element.sandbox.clock import BEIJING, DAY, HOUR, MINUTE
from element.sandbox.frequency import Delivery, Frequency
from element.sandbox.refusals import Refusal
from tests.sandbox.caller import Caller


@pytest.fixture
def limited(caller) -> Caller:
    caller.sandbox.frequency.on = True
    return caller


def at(caller, time):
    hour, minute, second = map(int, time.split(":"))
    caller.sandbox.clock.set(datetime(2026, 1, 1, hour, minute, second, tzinfo=BEIJING))


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("14:03:05", "14:03:50", "isv.BUSINESS_LIMIT_CONTROL"),
        ("14:03:50", "14:04:05", "OK"),  # fifteen seconds later, but in another minute
        ("14:59:50", "15:00:05", "OK"),
    ],
)
def test_a_minute_is_a_minute_of_the_clock(limited, code_to, first, second, code):
    at(limited, first)
    assert limited.call("SendSms", **code_to).code == "OK"
    at(limited, second)
    assert limited.call("SendSms", **code_to).code == code


def sent(caller, send, count, apart):
    """The message of the first refusal within `count` sends, `apart` seconds from each other."""
    for _ in range(count):
        reply = caller.call("SendSms", **send)
        if reply.code != "OK":
            return reply.body["Message"]
        caller.sandbox.clock.advance(apart)
    return "OK"


@pytest.mark.parametrize(
    ("changes", "count", "apart", "message"),
    [
        ({}, 2, 1, "触发分钟级流控Permits:1"),
        ({}, 5, MINUTE, "OK"),
        ({}, 6, MINUTE, "触发小时级流控Permits:5"),
        ({}, 10, HOUR, "OK"),
        ({}, 11, HOUR, "触发天级流控Permits:10"),
        ({"TemplateCode": "SMS_100000003"}, 50, 1, "OK"),
        ({"TemplateCode": "SMS_100000003"}, 51, 1, "触发天级流控Permits:50"),
        ({"PhoneNumbers": "85200001234", "TemplateCode": "SMS_100000004"}, 60, 1, "OK"),
        ({"PhoneNumbers": "10000000000"}, 20, 1, "OK"),
    ],
)
def test_a_number_takes_so_many_messages(limited, code_to, changes, count, apart, message):
    at(limited, "00:00:05")
    assert sent(limited, code_to | changes, count, apart) == message


@pytest.mark.parametrize(("sixth", "message"), [("14:58:05", "触发小时级流控Permits:5"), ("15:00:05", "OK")])
def test_an_hour_is_an_hour_of_the_clock(limited, code_to, sixth, message):
    at(limited, "14:50:05")
    assert sent(limited, code_to, 5, MINUTE) == "OK"
    at(limited, sixth)
    assert sent(limited, code_to, 1, 0) == message


def test_a_clock_that_is_set_back_forgets_what_lies_ahead(limited, code_to):
    at(limited, "14:03:50")
    assert sent(limited, code_to, 1, 0) == "OK"
    at(limited, "14:03:05")
    assert sent(limited, code_to, 1, 0) == "OK"


def test_abroad_nothing_is_limited_whatever_the_template(limited, code_to):
    limited.sandbox.add_template("SMS_1", None, "verification")
    send = code_to | {"PhoneNumbers": "85200001234", "TemplateCode": "SMS_1"}
    assert sent(limited, send, 3, 0) == "OK"


def test_a_day_is_the_last_twenty_four_hours(limited, code_to):
    at(limited, "00:00:05")
    assert sent(limited, code_to, 10, HOUR) == "OK"
    limited.sandbox.clock.advance(14 * HOUR - 1)
    assert sent(limited, code_to, 1, 0) == "触发天级流控Permits:10"
    limited.sandbox.clock.advance(2)
    assert sent(limited, code_to, 1, 0) == "OK"


def test_a_number_takes_forty_codes_a_day_from_all_signatures_together(limited, code_to):
    at(limited, "00:00:05")
    for count in range(4):
        limited.sandbox.add_sign(f"签名{count}")
        assert sent(limited, code_to | {"SignName": f"签名{count}"}, 10, HOUR / 2) == "OK"
    assert sent(limited, code_to, 1, 0) == "触发号码天级流控Permits:40"


@pytest.mark.parametrize("other", [{"PhoneNumbers": "13900000001"}, {"SignName": "沙箱验证"}])
def test_another_number_or_signature_has_its_own_minute(limited, code_to, other):
    assert limited.call("SendSms", **code_to).code == "OK"
    assert limited.call("SendSms", **code_to | other).code == "OK"


def test_a_refused_send_is_not_counted_and_sends_nothing(limited, code_to):
    assert limited.call("SendSms", **code_to).code == "OK"
    both = code_to | {"PhoneNumbers": "13900000001,13900000000"}
    assert limited.call("SendSms", **both).code == "isv.BUSINESS_LIMIT_CONTROL"
    assert len(limited.sandbox.messages()) == 1
    assert limited.call("SendSms", **code_to | {"PhoneNumbers": "13900000001"}).code == "OK"


def test_without_frequency_control_nothing_is_limited(caller, code_to):
    assert sent(caller, code_to, 60, 0) == "OK"


def test_the_counters_are_bounded():
    frequency = Frequency(on=True, most=100)
    for count in range(1000):
        frequency.count(Delivery("verification", "签名", "SMS_1", str(count)), now=DAY)
    assert len(frequency) == 100
    with pytest.raises(Refusal):
        frequency.check(Delivery("verification", "签名", "SMS_1", "999"), now=DAY)
