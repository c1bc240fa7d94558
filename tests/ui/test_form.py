"""Every kind of property: drawn, shown, read back; and what a form must never do."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.kinds import KINDS, kind_name

SECRET = "canary-Secret-7f3aQ9"


def form_page(schema, stored):
    import streamlit as st

    from schemas.validate import problems
    from ui import form

    document = form.document(schema, stored, "form")
    form.draw(schema, stored, "form", problems(schema, document))
    st.session_state["document"] = document


def drawn(prop, stored=None, required=False):
    schema = {"type": "object", "properties": {"field": prop}, "required": ["field"] if required else []}
    document = {} if stored is None else {"field": stored}
    page = AppTest.from_function(form_page, args=(schema, document), default_timeout=20)
    page.context = {"locale": "en-US"}
    page.run()
    assert not page.exception
    return page


def typed(page, kind, value):
    getattr(page, kind)(key="form.field").set_value(value).run()
    assert not page.exception
    return page.session_state["document"].get("field")


TEXT, WHOLE, LIST = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}

READ_BACK = {
    # name: (property, stored, widget, what is typed, what the document then holds)
    "a text": (TEXT, None, "text_input", "Codes", "Codes"),
    "a text between blanks": (TEXT, "old", "text_input", "  Codes ", "Codes"),
    "a text taken away": (TEXT, "old", "text_input", "   ", None),
    "a text instead of a number": (TEXT, 5, "text_input", "6", "6"),
    "a choice": ({"enum": ["a", "b"]}, "a", "selectbox", "b", "b"),
    "a choice instead of a value not offered": ({"enum": ["a", "b"]}, "c", "selectbox", "b", "b"),
    "a whole number": (WHOLE, 3, "number_input", 4, 4),
    "a whole number taken away": (WHOLE, 3, "number_input", None, None),
    "a number": ({"type": "number"}, 3, "number_input", 2.5, 2.5),
    "yes": ({"type": "boolean"}, None, "segmented_control", True, True),
    "no": ({"type": "boolean"}, True, "segmented_control", False, False),
    "neither": ({"type": "boolean"}, True, "segmented_control", None, None),
    "lines": (LIST, ["a"], "text_area", "a\n\n b \n", ["a", "b"]),
    "no lines": (LIST, ["a"], "text_area", "\n", None),
    "an object": ({"type": "object"}, {"a": 1}, "text_area", '{"b": 2}', {"b": 2}),
    "a list of objects": ({"type": "array", "items": {"type": "object"}}, None, "text_area", '[{"b": 2}]', [{"b": 2}]),
    "what is no JSON": ({"type": "object"}, {"a": 1}, "text_area", "{oops", "{oops"),
    "a secret": ({"type": "string", "writeOnly": True}, "old", "text_input", " new ", "new"),
    "a secret left empty": ({"type": "string", "writeOnly": True}, "old", "text_input", "  ", "old"),
}


@pytest.mark.parametrize(("prop", "stored", "widget", "value", "expected"), READ_BACK.values(), ids=READ_BACK)
def test_what_is_typed_is_what_the_document_holds(prop, stored, widget, value, expected):
    assert typed(drawn(prop, stored), widget, value) == expected


UNTOUCHED = {
    "a text with blanks around": (TEXT, " Codes "),
    "an empty text": (TEXT, ""),
    "a number where a text belongs": (TEXT, 5),
    "a value that is not offered": ({"enum": ["a", "b"]}, "c"),
    "a text where a number belongs": (WHOLE, "three"),
    "a fraction where a whole number belongs": (WHOLE, 3.5),
    "a text where a flag belongs": ({"type": "boolean"}, "yes"),
    "an entry with a line break": (LIST, ["a\nb"]),
    "a text where a list belongs": (LIST, "a"),
    "a secret that is a number": ({"type": "string", "writeOnly": True}, 123456),
    "a kind without a widget": ({"type": "null"}, "kept"),
}


@pytest.mark.parametrize(("prop", "stored"), UNTOUCHED.values(), ids=UNTOUCHED)
def test_an_untouched_field_keeps_its_value_whatever_it_is(prop, stored):
    assert drawn(prop, stored).session_state["document"] == {"field": stored}


def test_an_untouched_empty_form_makes_an_empty_document():
    for kind in ("string", "integer", "number", "boolean", "array", "object"):
        assert drawn({"type": kind}).session_state["document"] == {}


def test_a_constant_is_shown_and_written_but_cannot_be_edited():
    page = drawn({"const": "SMS.Aliyun", "title": "Type"}, stored="SMS.Other")
    assert "SMS.Aliyun" in page.markdown[0].value
    assert "“SMS.Other”" in page.markdown[1].value
    assert not page.text_input
    assert page.session_state["document"] == {"field": "SMS.Aliyun"}


def test_a_stored_secret_reaches_no_widget_and_no_session():
    page = drawn({"type": "string", "writeOnly": True, "title": "Secret"}, SECRET)
    assert page.text_input(key="form.field").value == ""
    assert page.text_input(key="form.field").placeholder == "stored – leave empty to keep"
    assert "set · 20 characters" in page.markdown[0].value
    assert SECRET not in "".join(str(node.proto) for node in page.main)


@pytest.mark.parametrize(
    ("prop", "kind"),
    [
        ({"type": "null"}, "null"),
        ({"type": ["string", "null"]}, "['string', 'null']"),
        ({"type": "object", "writeOnly": True}, "writeOnly object"),
        ({"type": "object", "properties": {"key": {"type": "string", "writeOnly": True}}}, "writeOnly object"),
    ],
)
def test_a_kind_without_a_widget_is_told_by_its_name(prop, kind):
    page = drawn(prop)
    assert kind_name(prop) == kind
    assert kind.replace("[", "\\[").replace("]", "\\]") in page.error[0].value


def test_a_required_field_is_marked_and_its_title_shown_as_written():
    page = drawn({"type": "string", "title": "a*b*[c]"}, required=True)
    assert page.text_input(key="form.field").label == "a\\*b\\*\\[c\\] *"


def test_a_problem_stands_in_place_of_the_key():
    page = drawn({"type": "string", "title": "Name", "minLength": 3}, "ab")
    assert "Name" in page.markdown[0].value
    assert ":red[" in page.markdown[0].value
    page.text_input(key="form.field").set_value("abc").run()
    assert page.markdown[0].value == ":small[:gray[field]]"


def test_labels_and_help_follow_the_language():
    prop = {
        "type": "string",
        "title": "Name",
        "description": "Who",
        "x-i18n": {"zh": {"title": "名称", "description": "谁"}},
    }
    page = drawn(prop)
    assert (page.text_input(key="form.field").label, page.text_input(key="form.field").help) == ("Name", "Who")
    page.session_state["lang"] = "zh"
    page.run()
    assert (page.text_input(key="form.field").label, page.text_input(key="form.field").help) == ("名称", "谁")


def test_unknown_keys_and_the_order_are_kept():
    schema = {"type": "object", "properties": {"new": {"type": "string"}, "old": {"type": "string"}}}
    page = AppTest.from_function(form_page, args=(schema, {"extra": [1], "old": "a", "more": None})).run()
    page.text_input(key="form.new").set_value("b").run()
    assert list(page.session_state["document"].items()) == [("extra", [1]), ("old", "a"), ("more", None), ("new", "b")]


def test_every_kind_is_tried_here():
    tried = {kind_name(prop) for prop, *_ in (*READ_BACK.values(), *UNTOUCHED.values())}
    assert KINDS.keys() - tried == {"const"}
