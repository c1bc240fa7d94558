"""What is said about a document: every rule in both languages, and never a value."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas.sentences import GENERAL, SENTENCES
from schemas.sentences import TYPES as TYPE_WORDS
from schemas.validate import Problem, problems, schemas_of, translated

SMS = schemas_of("SMS.Aliyun")["sms"]
DECLARATION = schemas_of("SMS.Aliyun")["e"]
SEND = schemas_of("SMS.Aliyun")["sendMessage"]
KEYS = {"accessKey": "k", "accessSecret": "s", "verifySign": "v"}


def told(schema, document, language="en") -> list[str]:
    return [problem.sentence(language) for problem in problems(schema, document)]


def named(schema, document) -> list[tuple[str, str]]:
    return [(problem.json_path, problem.keyword) for problem in problems(schema, document)]


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        (SMS, KEYS),
        (SMS, KEYS | {"accessKey": "{{KEY}}"}),
        (DECLARATION, {"title": "t", "type": "SMS.Aliyun", "backendBundleEntry": "."}),
        (SEND, {"phoneList": ["13800138000"], "params": {}, "verifyTemplateCode": "SMS_1"}),
        (SEND, {"phoneList": ["1", "1"], "params": {"any": {"thing": [1]}}, "verifyTemplateCode": "SMS_1"}),
    ],
)
def test_a_good_document_has_no_problem(schema, document):
    assert problems(schema, document) == []


@pytest.mark.parametrize(
    ("schema", "document", "sentences"),
    [
        (
            SMS,
            {},
            [
                "AccessKey ID (accessKey) is missing. Fill it in.",
                "AccessKey Secret (accessSecret) is missing. Fill it in.",
                "SMS signature (verifySign) is missing. Fill it in.",
            ],
        ),
        (SMS, KEYS | {"accessSecret": ""}, ["AccessKey Secret (accessSecret) is empty. Fill it in."]),
        (SMS, KEYS | {"verifySign": 5}, ["SMS signature (verifySign) must be text in double quotes."]),
        (SMS, KEYS | {"verifySign": None}, ["SMS signature (verifySign) must be text in double quotes."]),
        (SMS, KEYS | {"verifySign": True}, ["SMS signature (verifySign) must be text in double quotes."]),
        (SMS, [], ["Business configuration (sms.json) must be an object, written { … }."]),
        (SMS, None, ["Business configuration (sms.json) must be an object, written { … }."]),
        (SMS, 5, ["Business configuration (sms.json) must be an object, written { … }."]),
        (
            DECLARATION,
            {"title": "", "type": "SMS.Twilio", "backendBundleEntry": 1},
            [
                "Element title (title) is empty. Fill it in.",
                'Type (type) must be "SMS.Aliyun".',
                'Backend entry (backendBundleEntry) must be ".".',
            ],
        ),
        (
            SEND,
            {"phoneList": [], "params": [], "verifyTemplateCode": ""},
            [
                "Recipients (phoneList) is empty. Fill it in.",
                "Template parameters (params) must be an object, written { … }.",
                "Template code (verifyTemplateCode) is empty. Fill it in.",
            ],
        ),
        (
            SEND,
            {"phoneList": ["", 13800138000], "params": {}, "verifyTemplateCode": "x"},
            [
                "Entry 1 of Recipients (phoneList) is empty. Fill it in.",
                "Entry 2 of Recipients (phoneList) must be text in double quotes.",
            ],
        ),
    ],
)
def test_a_bad_document_is_told_in_sentences(schema, document, sentences):
    assert told(schema, document) == sentences


@pytest.mark.parametrize(
    ("schema", "document", "sentences"),
    [
        (SMS, KEYS | {"accessKey": ""}, ["AccessKey ID（accessKey）为空，请填写。"]),
        (SMS, KEYS | {"verifySign": 5}, ["短信签名（verifySign）必须是带双引号的文本。"]),
        (SMS, [], ["业务配置（sms.json）必须是对象，写作 { … }。"]),
        (DECLARATION, {"title": "t", "type": "x", "backendBundleEntry": "."}, ['类型（type）必须是 "SMS.Aliyun"。']),
        (
            SEND,
            {"phoneList": [5], "params": {}},
            ["手机号码（phoneList）的第 1 项必须是带双引号的文本。", "模板 CODE（verifyTemplateCode）缺失，请填写。"],
        ),
    ],
)
def test_a_bad_document_is_told_in_chinese(schema, document, sentences):
    assert told(schema, document, "zh") == sentences


# rule of one field · a value that breaks it · what is said, the field aside
EACH_KEYWORD = [
    ({"type": "string"}, 1, "must be text in double quotes.", "必须是带双引号的文本。"),
    ({"type": "integer"}, 1.5, "must be a whole number.", "必须是整数。"),
    ({"type": "integer"}, True, "must be a whole number.", "必须是整数。"),
    ({"type": "number"}, "1", "must be a number.", "必须是数字。"),
    ({"type": "boolean"}, 1, "must be true or false.", "必须是 true 或 false。"),
    ({"type": "array"}, {}, "must be a list, written [ … ].", "必须是列表，写作 [ … ]。"),
    ({"type": "object"}, [], "must be an object, written { … }.", "必须是对象，写作 { … }。"),
    ({"type": "null"}, 0, "must be null.", "必须是 null。"),
    ({"type": ["integer", "null"]}, "", "must be a whole number or null.", "必须是整数或 null。"),
    ({"const": "左"}, "right", 'must be "左".', '必须是 "左"。'),
    ({"const": 1}, True, "must be 1.", "必须是 1。"),
    ({"enum": ["a", 1]}, "b", 'must be one of "a", 1.', '必须是下列值之一："a", 1。'),
    ({"minLength": 1}, "", "is empty. Fill it in.", "为空，请填写。"),
    ({"minItems": 1}, [], "is empty. Fill it in.", "为空，请填写。"),
    ({"minProperties": 1}, {}, "is empty. Fill it in.", "为空，请填写。"),
    ({"minLength": 2}, "a", "is too short. Its length must be at least 2.", "太短，至少需要 2 个字符。"),
    ({"maxLength": 1}, "ab", "is too long. Its length must not exceed 1.", "太长，请缩短到 1 个字符以内。"),
    ({"pattern": "^a+$"}, "b", "does not have the required form. It must match ^a+$.", "的格式不对，必须匹配 ^a+$。"),
    (
        {"format": "email"},
        "b",
        "is not well formed. It must be of the format email.",
        "的格式不对，必须符合 email 格式。",
    ),
    ({"minimum": 2}, 1, "is too small. It must be 2 or more.", "太小，必须大于或等于 2。"),
    ({"maximum": 2}, 3, "is too large. It must be 2 or less.", "太大，必须小于或等于 2。"),
    ({"exclusiveMinimum": 2}, 2, "is too small. It must be more than 2.", "太小，必须大于 2。"),
    ({"exclusiveMaximum": 2}, 2, "is too large. It must be less than 2.", "太大，必须小于 2。"),
    ({"multipleOf": 2}, 3, "must be a multiple of 2.", "必须是 2 的倍数。"),
    ({"minItems": 2}, [1], "has too few entries. It needs at least 2.", "的条目太少，至少需要 2 个。"),
    ({"maxItems": 1}, [1, 2], "has too many entries. Keep 1 or fewer.", "的条目太多，最多保留 1 个。"),
    (
        {"uniqueItems": True},
        [1, 1],
        "has the same entry more than once. Remove the repeats.",
        "中有重复的条目，请去掉重复项。",
    ),
    ({"minProperties": 2}, {"a": 1}, "has too few fields. It needs at least 2.", "的字段太少，至少需要 2 个。"),
    ({"maxProperties": 1}, {"a": 1, "b": 1}, "has too many fields. Keep 1 or fewer.", "的字段太多，最多保留 1 个。"),
    (
        {"not": {}},
        1,
        "breaks the rule “not” of its schema. Correct it.",
        "不符合其 Schema 的“not”规则，请修正。",
    ),
    (
        {"oneOf": [{}, {}]},
        1,
        "breaks the rule “oneOf” of its schema. Correct it.",
        "不符合其 Schema 的“oneOf”规则，请修正。",
    ),
]


@pytest.mark.parametrize(("rule", "value", "english", "chinese"), EACH_KEYWORD)
def test_every_keyword_has_a_sentence(rule, value, english, chinese):
    (problem,) = problems({"properties": {"size": rule}}, {"size": value})
    assert problem.sentence("en") == f"“size” {english}"
    assert problem.sentence("zh") == f"“size”{chinese}"


def test_the_sentences_not_shown_above_are_those_about_fields_rather_than_values():
    shown = {next(iter(rule)) for rule, *_ in EACH_KEYWORD} | {"empty", GENERAL}
    assert SENTENCES.keys() - shown == {
        "required",
        "dependentRequired",
        "additionalProperties",
        "unknown",
        "unreadable",
    }
    assert {kind for rule, *_ in EACH_KEYWORD if isinstance(kind := rule.get("type"), str)} == set(TYPE_WORDS)


def test_a_field_that_may_never_be_there_breaks_a_rule_too():
    assert [problem.keyword for problem in problems({"properties": {"a": False}}, {"a": 1})] == ["false"]


def test_a_field_needed_together_with_another_is_missing_where_it_belongs():
    schema = {"dependentRequired": {"user": ["password"]}}
    (problem,) = problems(schema, {"user": "u"})
    assert (problem.path, problem.params) == (("password",), {"property": "password", "because": "user"})
    assert problem.sentence("en") == "“password” is missing. It is needed together with user."
    assert problem.sentence("zh") == "“password”缺失，填写了 user 时也必须填写它。"


def test_fields_that_a_schema_forbids_are_named_one_by_one():
    schema = {"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False}
    assert told(schema, {"b": 1, "a": 2, "x-y": 3, "c": 4}) == [
        "“b” is not allowed here. Remove it.",
        "“c” is not allowed here. Remove it.",
    ]
    assert told(schema, {"b": 1}, "zh") == ["“b”不允许出现在这里，请删除。"]


@pytest.mark.parametrize(
    ("document", "english", "chinese"),
    [
        (
            {"accesKey": "k", "accessSecret": "s", "verifySign": "v"},
            "“accesKey” is not a known field. It is kept as it is. Did you mean accessKey?",
            "“accesKey”不是已知字段，将原样保留。是不是想写 accessKey？",
        ),
        (
            {"accessKey": "k", "ACCESSSECRET": "s", "verifySign": "v"},
            "“ACCESSSECRET” is not a known field. It is kept as it is. Did you mean accessSecret?",
            "“ACCESSSECRET”不是已知字段，将原样保留。是不是想写 accessSecret？",
        ),
        (
            KEYS | {"accessKeys": "k"},
            "“accessKeys” is not a known field. It is kept as it is.",
            "“accessKeys”不是已知字段，将原样保留。",
        ),
        (
            KEYS | {"region": {"deep": 1}},
            "“region” is not a known field. It is kept as it is.",
            "“region”不是已知字段，将原样保留。",
        ),
    ],
)
def test_an_unknown_key_is_a_note_that_may_know_what_was_meant(document, english, chinese):
    note = problems(SMS, document)[-1]
    assert (note.note, note.keyword) == (True, "unknown")
    assert (note.sentence("en"), note.sentence("zh")) == (english, chinese)


def test_only_notes_leave_a_document_valid():
    assert [problem.note for problem in problems(SMS, {"accesKey": "k", "verifySign": "v"})] == [False, False, True]
    assert [problem.note for problem in problems(SMS, KEYS | {"region": "x"})] == [True]


def test_keys_are_free_where_a_schema_names_none_or_speaks_of_more():
    free = {"type": "object"}
    more = {"properties": {"a": {}}, "additionalProperties": {"type": "string"}}
    assert problems({"properties": {"params": free}}, {"params": {"x": 1}}) == []
    assert problems(more, {"b": "text"}) == []
    assert named(more, {"b": 1}) == [("$.b", "type")]


@pytest.mark.parametrize("schema", [SMS, DECLARATION])
def test_the_key_by_which_editors_find_the_schema_is_known_everywhere(schema):
    document = {"$schema": "../../../schemas/SMS.Aliyun/sms.schema.json"}
    assert [problem for problem in problems(schema, document) if "$schema" in problem.path] == []
    nested = {"properties": {"a": {"properties": {"b": True}}}}
    assert problems(nested, {"a": {"$schema": "x"}}) == []


def test_notes_reach_into_objects_and_lists():
    server = {"type": "object", "properties": {"host": {"type": "string"}}}
    schema = {"properties": {"servers": {"type": "array", "items": server}, "main": server, "any": True}}
    document = {"main": {"hots": 1}, "servers": [{"host": "h"}, {"port": 1}], "any": {"x": 1}}
    assert named(schema, document) == [("$.main.hots", "unknown"), ("$.servers[1].port", "unknown")]


def test_errors_come_in_the_order_of_the_document_and_what_is_missing_last():
    document = {"region": 1, "verifySign": "", "accessKey": ""}
    assert named(SMS, document) == [
        ("$.verifySign", "minLength"),
        ("$.accessKey", "minLength"),
        ("$.accessSecret", "required"),
        ("$.region", "unknown"),
    ]


def test_fields_are_named_by_title_and_by_where_they_are():
    host = {"type": "string", "title": "Host", "x-i18n": {"zh": {"title": "主机"}}}
    servers = {"type": "array", "title": "Servers", "items": {"properties": {"host": host}, "required": ["host"]}}
    schema = {"properties": {"servers": servers, "grid": {"items": {"items": {"type": "number"}}}}}
    document = {"servers": [{"host": 1}, {}], "grid": [[1, "x"]]}
    assert told(schema, document) == [
        "Host (servers[0].host) must be text in double quotes.",
        "Host (servers[1].host) is missing. Fill it in.",
        "Entry 2 of Entry 1 of “grid” must be a number.",
    ]
    assert told(schema, document, "zh")[0] == "主机（servers[0].host）必须是带双引号的文本。"
    assert told({"items": {"type": "number"}}, ["x"]) == ["Entry 1 must be a number."]
    assert told({"type": "object"}, []) == ["The document must be an object, written { … }."]
    assert told({"type": "object"}, [], "zh") == ["整个文档必须是对象，写作 { … }。"]


def test_a_title_may_be_given_instead_of_the_schemas():
    (problem,) = problems(SMS, KEYS | {"accessKey": ""})
    assert problem.sentence("en", title="Key") == "Key (accessKey) is empty. Fill it in."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "$"),
        (("phoneList", 0), "$.phoneList[0]"),
        (("参数",), "$.参数"),
        (("a b", "c"), '$["a b"].c'),
        (('say "x"',), '$["say \\"x\\""]'),
        (("red\x1b[31m\n",), '$["red\\u001b[31m\\n"]'),
        (("\ud800",), '$["\\ud800"]'),
    ],
)
def test_a_path_is_safe_to_print_whatever_the_keys_are(path, expected):
    assert Problem(path, "type").json_path == expected
    expected.encode()


@pytest.mark.parametrize("document", [{"a": float("nan")}, {"a": float("inf")}, {"b": sys.maxsize}])
def test_numbers_beyond_json_do_not_break_the_check(document):
    schema = {"properties": {"a": {"multipleOf": 0.1}, "b": {"type": "string"}}}
    assert len(problems(schema, document)) == 1


def test_a_document_nested_beyond_reason_is_told_so():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    (problem,) = problems({"properties": {"a": {"type": "string"}}}, {"a": deep})
    assert problem.sentence("en") == (
        "The document cannot be checked. It is nested too deeply or holds a number that JSON does not know."
    )
    assert problem.sentence("zh") == "整个文档无法检查：嵌套过深，或者含有 JSON 不支持的数字。"


def test_one_value_is_blamed_once_when_it_had_to_be_a_constant():
    schema = {"properties": {"a": {"type": "string", "const": "x", "minLength": 1}}}
    assert named(schema, {"a": 5}) == [("$.a", "const")]
    assert named(schema, {"a": ""}) == [("$.a", "const")]


@pytest.mark.parametrize("name", ["SMS.Twilio", "", "..", "../schemas/SMS.Aliyun", "/etc", "SMS.Aliyun/", "SMS\0"])
def test_a_type_without_schemas_has_none(name):
    assert schemas_of(name) == {}


def test_the_schemas_of_a_type_are_read_once_and_cannot_be_replaced():
    assert list(schemas_of("SMS.Aliyun")) == ["e", "sendMessage", "sms"]
    assert schemas_of("SMS.Aliyun") is schemas_of("SMS.Aliyun")
    with pytest.raises(TypeError):
        schemas_of("SMS.Aliyun")["sms"] = {}


@pytest.mark.parametrize(
    ("schema", "keyword", "language", "words"),
    [
        (SMS["properties"]["verifySign"], "title", "en", "SMS signature"),
        (SMS["properties"]["verifySign"], "title", "zh", "短信签名"),
        ({"title": "Only English"}, "title", "zh", "Only English"),
        ({"title": "T", "description": "D", "x-i18n": {"zh": {"title": "题"}}}, "description", "zh", "D"),
        ({}, "title", "en", None),
    ],
)
def test_words_are_in_the_language_asked_for_or_else_in_english(schema, keyword, language, words):
    assert translated(schema, keyword, language) == words


# Every text is a canary and every number is long, so that finding one in a sentence cannot be chance.
SECRETS = st.text(st.characters(codec="utf-8"), max_size=20).map("canary-{}".format)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(10**12, 10**30) | st.floats(1e12, 1e30) | SECRETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PROPERTIES = sorted({key for schema in (SMS, DECLARATION, SEND) for key in schema["properties"]})
DOCUMENTS = VALUES | st.dictionaries(st.sampled_from(PROPERTIES) | st.text(max_size=8), VALUES)


def leaves(value) -> list[str]:
    """The values of a document as they would show: keys are no values."""
    if isinstance(value, dict | list):
        return [leaf for inner in (value.values() if isinstance(value, dict) else value) for leaf in leaves(inner)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


@given(DOCUMENTS)
def test_no_document_breaks_the_check_and_no_value_of_it_is_ever_repeated(document):
    for schema in (SMS, DECLARATION, SEND):
        for problem in problems(schema, document):
            said = [
                problem.sentence("en"),
                problem.sentence("zh"),
                problem.json_path,
                repr(problem),
                str(problem.params),
            ]
            assert not [leaf for leaf in leaves(document) for text in said if leaf in text]


@given(DOCUMENTS)
def test_a_document_is_valid_exactly_when_jsonschema_finds_it_so(document):
    for schema in (SMS, DECLARATION, SEND):
        valid = not [problem for problem in problems(schema, document) if not problem.note]
        assert valid == Draft202012Validator(schema).is_valid(document)


def test_checking_imports_jsonschema_only_when_something_is_checked():
    code = "import sys, schemas.validate as v; v.schemas_of('SMS.Aliyun'); sys.exit('jsonschema' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
