"""Arming: who may get real messages, how many, for how long, and who never."""

import time

import pytest

from ui.arming import SECONDS, USUAL_MESSAGES, Arming, Person, is_sample

NUMBER = "13812345678"
HOLDS = Arming((Person("Lin", NUMBER),), cap=10, left=3, until=1000.0)

ENDS = {
    # messages left, seconds since 1970, why it is over
    "while it holds": (3, 999.9, None),
    "its time is up": (3, 1000.0, "time"),
    "its messages are used up": (0, 999.9, "cap"),
    "both": (0, 1000.0, "time"),
}


@pytest.mark.parametrize(("left", "now", "why"), ENDS.values(), ids=ENDS)
def test_an_arming_is_over_by_time_or_by_messages(left, now, why):
    assert Arming(HOLDS.people, 10, left, 1000.0).over(now) == why


def test_only_the_named_are_no_strangers():
    assert HOLDS.strangers([NUMBER, "13987654321"]) == ["13987654321"]


@pytest.mark.parametrize(
    ("number", "sample"),
    [("13800138000", True), ("13900139000", True), ("13700137000", True), ("10000000401", True), (NUMBER, False)],
)
def test_numbers_out_of_documentation_and_of_the_sandbox_are_there_to_be_shown(number, sample):
    assert is_sample(number) is sample


@pytest.fixture
def live(designer, app_folder):
    """The page in Live, not armed; `live(people)` fills in names and numbers and presses the button."""

    def run(people=(), most=None):
        page = designer(app_folder)
        page.segmented_control(key="mode").set_value("live").run()
        for row, (name, number) in enumerate(people):
            page.text_input(key=f"arming.name.{row}").set_value(name)
            page.text_input(key=f"arming.number.{row}").set_value(number).run()
        if most:
            page.number_input(key="arming.cap").set_value(most)
        page.button(key="arm").click().run()
        assert not page.exception
        return page

    return run


def texts(page):
    return "\n".join(element.value for part in (page.markdown, page.info) for element in part)


def frame(page):
    return [node.proto.body for node in page.get("html") if "outline: 5px" in node.proto.body]


def held(page):
    state = page.session_state
    if "arming_held" not in state:
        return None
    return state["arming_held"]


NOT_ARMED = {
    # names and numbers, what is said
    "nobody": ([], "at least one name"),
    "a number without a name": ([("", NUMBER)], "Every number needs a name"),
    "a name without a number": ([("Lin", "")], "Every name needs a phone number"),
    "no number": ([("Lin", "soon")], "Every name needs a phone number"),
    "too short": ([("Lin", "10086")], "Every name needs a phone number"),
    "out of documentation": ([("Lin", "+86 138 0013 8000")], "out of documentation"),
    "out of documentation, among others": ([("Lin", NUMBER), ("Wang", "13900139000")], "out of documentation"),
    "a magic number": ([("Lin", "10000000000")], "out of documentation"),
    "a number twice": ([("Lin", NUMBER), ("Wang", "+8613812345678")], "there twice"),
}


@pytest.mark.parametrize(("people", "said"), NOT_ARMED.values(), ids=NOT_ARMED)
def test_what_cannot_be_armed_is_told(live, people, said):
    page = live(people)
    assert said in texts(page)
    assert held(page) is None
    assert frame(page) == []


def test_armed_means_these_people_ten_messages_and_a_quarter_of_an_hour(live):
    page = live([("Lin", "+86 138 1234 5678"), ("Wang", "13987654321")])
    armed = held(page)
    assert armed.people == (Person("Lin", NUMBER), Person("Wang", "13987654321"))
    assert (armed.cap, armed.left) == (USUAL_MESSAGES, 10)
    assert SECONDS == 900
    assert 890 < armed.until - time.time() <= 900
    assert len(frame(page)) == 1
    assert "Lin 138" in texts(page)
    assert NUMBER not in texts(page)


def test_no_more_than_five_people_have_a_place(live):
    page = live([(f"Person {row}", f"1381234567{row}") for row in range(4)])
    assert len(held(page).people) == 4
    page = page.button(key="disarm").click().run()
    page.segmented_control(key="mode").set_value("live").run()
    page.text_input(key="arming.name.4").set_value("Last").run()
    assert "arming.name.5" not in [widget.key for widget in page.text_input]


def test_the_cap_can_be_lower(live):
    assert held(live([("Lin", NUMBER)], most=2)).left == 2


@pytest.mark.parametrize("leave", [("button", "disarm"), ("segmented_control", "mode")])
def test_leaving_live_disarms_and_the_names_stay(live, leave):
    page = live([("Lin", NUMBER)])
    kind, key = leave
    widget = getattr(page, kind)(key=key)
    (widget.click() if kind == "button" else widget.set_value("simulate")).run()
    assert held(page) is None
    assert frame(page) == []
    assert page.session_state["mode"] == "simulate"
    page.segmented_control(key="mode").set_value("live").run()
    assert page.text_input(key="arming.name.0").value == "Lin"


def test_it_goes_off_by_itself_and_says_so_until_live_is_armed_again(live):
    page = live([("Lin", NUMBER)])
    page.session_state["arming_held"] = Arming((Person("Lin", NUMBER),), 10, 10, time.time() - 1)
    page.run()
    assert page.session_state["mode"] == "simulate"
    assert "its time was up" in texts(page)
    page.segmented_control(key="mode").set_value("live").run()
    page.button(key="arm").click().run()
    page.button(key="disarm").click().run()
    assert "its time was up" not in texts(page)
