"""How configuration tables are read, and what their author is told when they cannot be."""

import pytest

from schemas.tables import TableError, read_tables

PAGE = """\
# Gate

## Configuration
### e.json {#declaration}
What it is.

| Configuration Item | Type | Required | Description | title | minLength | examples |
|---|:---|---|---|---|---|---|
| **name** | string | Yes | A `short` name<br>of [yours](x.md) | Name | 1 | `["north"]` |
| `type` | String | **no** | The kind. Fixed value "gates.Iron" | Kind | | |

## Methods
### open(speed)
Opens the gate.

#### Parameter details
| Parameter Name | Type | Corresponding Native Type | Required | Description |
|---|---|---|---|---|
| speed | int | int | No | Turns a minute |

#### Return value
| Field | Type | Description |
|---|---|---|
| angle | int | Where it stands |

## Colours
| Colour | Meaning |
|---|---|
| red | shut
"""


def row(cells: str) -> str:
    """A page with one table of one row."""
    return f"# e.json\n| Parameter | Type | Required | Description | minLength |\n|---|---|---|---|---|\n{cells}\n"


def schema_of(cells: str) -> dict[str, object]:
    return dict(read_tables("page.md", row(cells))[0].rows[0].schema)


def test_a_page_gives_its_configuration_tables_and_no_others():
    declaration, method = read_tables("gate.md", PAGE)
    assert (declaration.name, declaration.title, declaration.description) == ("e", "e.json", "What it is.")
    assert (method.name, method.title, method.description) == ("open", "open(speed)", "Opens the gate.")


def test_rows_have_their_line_key_requiredness_and_schema():
    (name, kind), (speed,) = (table.rows for table in read_tables("gate.md", PAGE))
    assert (name.line, name.key, name.required) == (9, "name", True)
    assert name.schema == {
        "type": "string",
        "title": "Name",
        "description": "A short name of yours",
        "minLength": 1,
        "examples": ["north"],
    }
    assert (kind.key, kind.required) == ("type", False)
    assert kind.schema["const"] == "gates.Iron"
    assert (speed.line, speed.schema) == (19, {"type": "integer", "description": "Turns a minute"})


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        *[(spelling, "string") for spelling in ("string", "String", "str", "Stext", "`string`", "字符串")],
        *[(spelling, "array") for spelling in ("JitList", "list", "Array", "数组")],
        *[(spelling, "object") for spelling in ("JitDict", "dict", "Object", "对象")],
        *[(spelling, "integer") for spelling in ("int", "Integer", "整数")],
        *[(spelling, "number") for spelling in ("float", "Numeric", "数字")],
        *[(spelling, "boolean") for spelling in ("bool", "JitBool", "布尔")],
    ],
)
def test_types_may_be_spelt_as_the_platform_spells_them(spelling, kind):
    assert schema_of(f"| x | {spelling} | Yes | | |") == {"type": kind}


@pytest.mark.parametrize(
    ("description", "kind", "constant"),
    [
        ('Fixed value "."', "string", "."),
        ('Fixed value: "SMS.Aliyun"', "string", "SMS.Aliyun"),
        ("The entry, fixed value “.”", "string", "."),
        ('Fixed as "a b"', "string", "a b"),
        ('固定值"SMS.Aliyun"', "string", "SMS.Aliyun"),
        ('入口。固定值："."', "string", "."),
        ('固定为"."', "string", "."),
        ('Fixed value "1"', "integer", 1),
        ('Fixed value "true"', "boolean", True),
    ],
)
def test_a_fixed_value_is_a_constant(description, kind, constant):
    assert schema_of(f"| x | {kind} | Yes | {description} | |")["const"] == constant


@pytest.mark.parametrize("description", ['Usually "."', "Has no fixed value in old versions", '通常为"."'])
def test_soft_words_are_no_constant(description):
    assert "const" not in schema_of(f"| x | string | Yes | {description} | |")


@pytest.mark.parametrize(
    ("keyword", "kind", "cell", "value"),
    [
        ("title", "string", "2024", "2024"),
        ("title", "string", '"2024"', "2024"),
        ("title", "string", "[North]", "[North]"),
        ("default", "string", "north", "north"),
        ("default", "integer", "3", 3),
        ("default", "array", "[]", []),
        ("writeOnly", "string", "true", True),
        ("pattern", "string", r"`^(a\|b)\d$`", r"^(a|b)\d$"),
        ("pattern", "string", r"a &#124; b", "a | b"),
        ("enum", "string", '`["on", "off"]`', ["on", "off"]),
        ("items", "array", '`{"type": "string"}`', {"type": "string"}),
        ("multipleOf", "number", "0.5", 0.5),
        ("oneOf", "string", '`[{"maxLength": 1}]`', [{"maxLength": 1}]),
        ("properties", "object", '`{"host": {"type": "string"}}`', {"host": {"type": "string"}}),
    ],
)
def test_a_further_column_is_copied_as_the_keyword_it_is_named_by(keyword, kind, cell, value):
    page = row(f"| x | {kind} | Yes | | {cell} |").replace("minLength", keyword)
    assert read_tables("page.md", page)[0].rows[0].schema[keyword] == value


def test_an_empty_cell_says_nothing():
    assert schema_of("| x | string | No | | |") == {"type": "string"}


@pytest.mark.parametrize("prefix", ["> ", "1. "])
def test_a_table_in_a_quotation_or_list_counts_its_cells_rightly(prefix):
    indent = prefix if prefix == "> " else "   "
    first, *others = row("| x | string | Yes | a \\| b | 2 |").removeprefix("# e.json\n").splitlines()
    nested = "\n".join(["# e.json", prefix + first, *[indent + other for other in others]])
    assert [found.key for found in read_tables("page.md", nested)[0].rows] == ["x"]


def test_line_ends_of_windows_are_line_ends():
    assert read_tables("gate.md", PAGE.replace("\n", "\r\n")) == read_tables("gate.md", PAGE)


@pytest.mark.parametrize("show", ["```json title='door.json'\n{}\n```", "```\n├── e.json\n└── door.json\n```"])
def test_the_business_configuration_is_the_file_that_the_page_shows(show):
    page = f"{show}\n" + row("| x | string | Yes | | |").replace("# e.json", "# Business Configuration File")
    assert read_tables("page.md", page)[0].name == "door"


KEYWORDS = (
    "title, format, contentEncoding, contentMediaType, $comment, pattern, default, const, enum, examples, writeOnly, "
    "readOnly, deprecated, uniqueItems, minLength, maxLength, minItems, maxItems, minContains, maxContains, "
    "minProperties, maxProperties, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, items, contains, "
    "additionalProperties, propertyNames, not, prefixItems, allOf, anyOf, oneOf, properties, patternProperties"
)
AS_THE_HEADER = r"expected as many as the header has (write | within a cell as \|)"
NEEDED = "Configuration Item (配置项), Type (类型), Required (必填), Description (说明)"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("| x | string | Yes | d |", "4: this row has not 5 cells but 4; " + AS_THE_HEADER),
        (
            "| x | string | Yes | a|b | 1 |",
            "4: this row has not 5 cells but 6; " + AS_THE_HEADER,
        ),
        ("words", "4: this row has not 5 cells but 1; " + AS_THE_HEADER),
        ("| | string | Yes | | |", "4: the key is empty; expected a name of letters, digits, _ and -"),
        ("| a b | string | Yes | | |", "4: “a b” is no key; expected a name of letters, digits, _ and -"),
        (
            "| x | string | Yes | | |\n| x | string | No | | |",
            "5: x is already in line 4; expected each key once",
        ),
        (
            "| x | Colour | Yes | | |",
            "4: “Colour” is no known type; expected string, array, object, integer, number, boolean, null, "
            "or one composed of these, such as string[]",
        ),
        ("| x | string | Maybe | | |", "4: “Maybe” is no known spelling of required; expected Yes or No (是 or 否)"),
        ("| x | string | Yes | | few |", "4: “few” cannot be minLength; expected a whole number, 0 or more"),
        ("| x | string | Yes | | -1 |", "4: “-1” cannot be minLength; expected a whole number, 0 or more"),
        ("| x | string | Yes | | true |", "4: “true” cannot be minLength; expected a whole number, 0 or more"),
        (
            "| x | string | Yes | Fixed value X | |",
            '4: the fixed value is not in quotation marks; expected Fixed value "X" or 固定值"X"',
        ),
        (
            '| x | integer | Yes | Fixed value "one" | |',
            "4: const of x breaks its own row (type); expected a value it allows",
        ),
        (
            '| x | string | Yes | Fixed value "." | 2 |',
            "4: const of x breaks its own row (minLength); expected a value it allows",
        ),
        ("", "2: the table has no rows; expected at least one"),
        (
            "| x | string | Yes | | |\n\n| y | string | Yes | | |",
            "6: this line begins like a table row but belongs to no table; expected a header and a delimiter row "
            "|---|---| with as many cells, and no empty line between rows",
        ),
        (
            "| x | string | Yes | | |\n\n```json\n{}\n",
            "6: this code block is never closed; expected a line ``` where it ends",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_named(cells, message):
    with pytest.raises(TableError) as caught:
        read_tables("page.md", row(cells))
    assert str(caught.value) == f"page.md:{message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minLength", "minLenght", "2: the column “minLenght” is unknown; expected the JSON Schema keyword minLength"),
        ("minLength", "MinLength", "2: the column “MinLength” is unknown; expected the JSON Schema keyword minLength"),
        ("minLength", "Remarks", f"2: the column “Remarks” is unknown; expected a JSON Schema keyword: {KEYWORDS}"),
        ("minLength", "必填", "2: the column “必填” is there twice; expected it once"),
        ("Required", "title", "2: the header is incomplete; expected also Required (必填)"),
        (
            "|---|---|---|---|---|",
            "|---|---|---|---|",
            "2: this line begins like a table row but belongs to no table; expected a header and a delimiter row "
            "|---|---| with as many cells, and no empty line between rows",
        ),
        (
            "# e.json",
            "# Settings",
            '2: no heading says what this table configures; expected one that names a file ("sms.json"), '
            'the business configuration, or "Parameter details" under a method',
        ),
        (
            "# e.json",
            "# Business configuration",
            "2: the page shows no file for this business configuration; expected one JSON file beside e.json, "
            "in the directory tree or in the title of a code block",
        ),
        (
            "# e.json",
            "```\n├── a.json\n└── b.json\n```\n# 业务配置",
            "6: the page shows a.json, b.json for this business configuration; expected one JSON file beside e.json, "
            "in the directory tree or in the title of a code block",
        ),
        (
            "# e.json",
            "# Opening the gate\n## Parameters",
            "3: these parameters stand under “Opening the gate”; expected a heading that is the method's name",
        ),
        (
            "# e.json",
            row("| y | string | Yes | | |") + "# e.json again",
            "6: a second table for e, after line 2; expected one table",
        ),
        (
            "| Parameter |",
            "| Colour |",
            "2: the column “Colour” is unknown; expected a JSON Schema keyword: " + KEYWORDS,
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_named(old, new, message):
    with pytest.raises(TableError) as caught:
        read_tables("page.md", row("| x | string | Yes | | |").replace(old, new, 1))
    assert str(caught.value) == f"page.md:{message}"


@pytest.mark.parametrize(
    ("keyword", "cell", "expected"),
    [
        ("writeOnly", "yes", "true or false"),
        ("maximum", "ten", "a number"),
        ("maximum", "NaN", "a number"),
        ("multipleOf", "0", "a number above 0"),
        ("pattern", "(", "a regular expression"),
        ("examples", "north", 'a JSON list, such as ["a", "b"]'),
        ("items", "string", 'a JSON Schema, such as {"type": "string"}'),
        ("items", '{"type": "text"}', 'a JSON Schema, such as {"type": "string"}'),
        ("items", '{"anyOf": [{"$ref": "#/x"}]}', 'a JSON Schema, such as {"type": "string"}'),
        ("anyOf", "[]", 'a JSON list of JSON Schemas, such as [{"type": "string"}]'),
        ("properties", "[]", 'a JSON object of JSON Schemas, such as {"name": {"type": "string"}}'),
    ],
)
def test_a_cell_of_the_wrong_kind_is_named(keyword, cell, expected):
    page = row(f"| x | string | Yes | | {cell} |").replace("minLength", keyword)
    with pytest.raises(TableError) as caught:
        read_tables("page.md", page)
    assert str(caught.value) == f"page.md:4: “{cell}” cannot be {keyword}; expected {expected}"


def test_examples_and_defaults_must_be_values_that_the_row_allows():
    page = row('| x | string | Yes | | `["ok", 5]` |').replace("minLength", "examples")
    with pytest.raises(TableError, match=r"examples of x breaks its own row \(type\)"):
        read_tables("page.md", page)


def test_a_page_without_configuration_tables_is_named():
    with pytest.raises(TableError) as caught:
        read_tables("page.md", "# e.json\nNothing here.\n")
    assert str(caught.value) == f"page.md:1: no configuration table; expected one with the columns {NEEDED}"


def test_an_error_has_its_parts_for_whoever_wants_to_point_at_them():
    with pytest.raises(TableError) as caught:
        read_tables("page.md", row("| x | string | Maybe | | |"))
    (remark,) = caught.value.remarks
    assert (remark.page, remark.line, remark.kind, remark.facts) == ("page.md", 4, "required", {"cell": "Maybe"})
