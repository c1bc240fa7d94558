"""A glance never takes a document for valid that is not, and needs no second look at one that plainly is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from element.glance import glance
from schemas.validate import problems, schemas_of
from tests.conftest import SMS, E

TEXT = {"type": "string"}
SCHEMAS = {
    "e.json": schemas_of("SMS.Aliyun")["e"],
    "sms.json": schemas_of("SMS.Aliyun")["sms"],
    "limits": {"type": "object", "properties": {"title": {**TEXT, "minLength": 2, "maxLength": 3}}},
    "choice": {"type": "object", "properties": {"title": {**TEXT, "enum": ["a", "b"]}}, "required": ["title"]},
    "number": {"type": "object", "properties": {"title": {"type": "number"}}},
    "pattern": {"type": "object", "properties": {"title": {**TEXT, "pattern": "^a"}}},
    "nested": {"type": "object", "properties": {"title": {"type": "object", "properties": {"a": TEXT}}}},
    "closed": {"type": "object", "properties": {"title": TEXT}, "additionalProperties": False},
    "anything": {},
}
values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.just("SMS.Aliyun"), st.just("."))
documents = st.dictionaries(st.sampled_from([*E, *SMS, "extra"]), values)


@given(name=st.sampled_from([*SCHEMAS]), document=documents)
def test_what_it_takes_for_valid_is_valid(name, document):
    assert not glance(SCHEMAS[name])(document) or problems(SCHEMAS[name], document) == []


@pytest.mark.parametrize(
    ("name", "document"), [("e.json", E), ("sms.json", SMS), ("limits", {"title": "abc"}), ("choice", {"title": "b"})]
)
def test_a_plain_document_is_taken_for_valid(name, document):
    assert glance(SCHEMAS[name])(document)
