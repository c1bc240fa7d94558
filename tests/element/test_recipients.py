"""Recipients as they come: what spreadsheets write, what people type, and which row is wrong in which way."""

import io

import pytest

from element.bulk import recipients
from element.bulk.recipients import Recipient, RecipientsError, RowProblem


def read(text, encoding="utf-8", **options):
    return list(recipients.read(io.BytesIO(text.encode(encoding)), **options))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("13800138000", "13800138000"),
        (" 138 0013 8000 ", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("(138)00138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("13800138000,00", "13800138000"),
        ("'13800138000", "13800138000"),
        ('="13800138000"', "13800138000"),
        ("1.3800138001E+10", "13800138001"),
        ("\u202a13800138000\u202c", "13800138000"),
        ("13800138000\u00a0", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("+13800138000", "13800138000"),
        ("+852 5123 4567", "85251234567"),
        ("0085251234567", "85251234567"),
        ("85251234567", "85251234567"),
        ("10000000110", "10000000110"),
        ("1", "1"),
    ],
)
def test_a_number_is_read_from(cell, number):
    assert recipients.number(cell) == number


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", "no_number"),
        (" - ", "no_number"),
        ("siemens", "not_a_number"),
        ("138****8000", "not_a_number"),
        ("13800138000.5", "not_a_number"),
        ("٠١٢٣٤٥٦٧٨٩", "not_a_number"),
        ("+", "not_a_number"),
        ("13800138000 13900139000", "several_numbers"),
        ("13800138000/13900139000", "not_a_number"),
        ("1.38E+10", "shortened_number"),
        ("1.3800138E+10", "shortened_number"),
        ("1,38E+10", "shortened_number"),
    ],
)
def test_no_number_is_read_from(cell, kind):
    [problem] = recipients.listed([cell])
    assert problem == RowProblem(1, kind)


TABLE = "phone,name\n13800138000,张三\n13900139000,李四\n"
BOTH = [Recipient(2, "13800138000", {"name": "张三"}), Recipient(3, "13900139000", {"name": "李四"})]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TABLE, "utf-8"),
        (TABLE, "utf-8-sig"),
        (TABLE, "gb18030"),
        (TABLE, "utf-16"),
        (TABLE.replace("\n", "\r\n"), "utf-8"),
        (TABLE.replace(",", ";"), "utf-8"),
        (TABLE.replace(",", "\t"), "utf-16"),
        ("sep=;\n" + TABLE.replace(",", ";"), "utf-8"),
        (TABLE.replace(",", " , "), "utf-8"),
        (TABLE.replace("phone", '"手机 号码"'), "utf-8"),
        (TABLE.replace("phone", "Phone_Number"), "utf-8"),
        (TABLE.replace("name\n", "name,,\n").replace("三", "三,,").replace("四", "四,,"), "utf-8"),
        (TABLE.rstrip("\n"), "utf-8"),
    ],
)
def test_a_table_is_read_however_it_was_saved(text, encoding):
    assert read(text, encoding) == BOTH


@pytest.mark.parametrize(
    "header", ["手机", "手机号", "联系电话", "Mobile", "tel", "phoneNumbers", "cell phone", "NUMBER"]
)
def test_the_column_of_numbers_is_known_by_its_usual_names(header):
    assert read(f"name,{header}\n张三,13800138000\n") == BOTH[:1]


def test_another_column_of_numbers_can_be_named():
    assert read("name,phone,work\n张三,1,13800138000", column="work") == [
        Recipient(2, "13800138000", {"name": "张三", "phone": "1"})
    ]


@pytest.mark.parametrize("text", ["13800138000\n\n13900139000\n", "\ufeff13800138000\r\n\r\n+86 139 0013 9000"])
def test_numbers_alone_need_no_header(text):
    assert read(text) == [Recipient(1, "13800138000", {}), Recipient(3, "13900139000", {})]


def test_a_single_column_holds_the_numbers_whatever_its_name():
    assert read("客户\n13800138000\n") == [Recipient(2, "13800138000", {})]


def test_rows_count_as_in_a_spreadsheet_with_empty_rows_and_lines_inside_a_value():
    text = '\nphone,name\n13800138000,"张\n三"\n,\n\n13900139000,李四\n'
    assert [(row, params) for row, _, params in read(text)] == [(3, {"name": "张\n三"}), (6, {"name": "李四"})]


def test_quoted_values_keep_separators_and_quotes():
    [found] = read('phone,name\n13800138000,"a, ""b"""\n')
    assert found.params == {"name": 'a, "b"'}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",张三", RowProblem(2, "no_number")),
        ("13800138000", RowProblem(2, "no_value", {"name": "name"})),
        ("13800138000,  ", RowProblem(2, "no_value", {"name": "name"})),
        ("13800138000,#N/A", RowProblem(2, "formula_error", {"name": "name"})),
        ("13800138000,1.23E+11", RowProblem(2, "shortened_value", {"name": "name"})),
        ("13800138000,a,b", RowProblem(2, "too_many_cells", {"columns": 2})),
        ("1.38E+10,张三", RowProblem(2, "shortened_number")),
    ],
)
def test_a_row_that_cannot_be_sent_to_is_named(row, problem):
    assert read(f"phone,name\n{row}\n13900139000,李四") == [problem, BOTH[1]]


@pytest.mark.parametrize("value", ["#1", "E+", "3E+2", "1.5"])
def test_a_value_that_only_looks_damaged_is_left_alone(value):
    [found] = read(f"phone,name\n13800138000,{value}")
    assert found.params == {"name": value}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "recipients.empty_file"),
        ("\n,\n", "recipients.empty_file"),
        ("13800138000,张三\n", "recipients.no_header"),
        ("1.38E+10,张三\n", "recipients.no_header"),
        ("who,name\n1,2\n", "recipients.no_number_column"),
        ("phone,name,name\n", "recipients.repeated_column"),
        ('phone,name\n13800138000,"张三\n13900139000,李四\n', "recipients.bad_quotes"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_as_a_whole(text, kind):
    with pytest.raises(RecipientsError) as refusal:
        read(text)
    assert refusal.value.kind == kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest of a workbook", "recipients.workbook"),
        (b"\xd0\xcf\x11\xe0old workbook", "recipients.workbook"),
        (b"phone\n\xff\xff\xff\n", "recipients.encoding"),
        (b"\xff\xfep", "recipients.encoding"),
    ],
)
def test_a_file_that_is_no_text_says_what_to_do(content, kind):
    with pytest.raises(RecipientsError) as refusal:
        list(recipients.read(io.BytesIO(content)))
    assert refusal.value.kind == kind


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RecipientsError, match="could not be opened: No such file"):
        list(recipients.read(tmp_path / "none.csv"))


def test_the_open_quote_is_named_by_its_row():
    with pytest.raises(RecipientsError) as refusal:
        read('phone,name\n13800138000,张三\n13900139000,"李四\n')
    assert refusal.value.facts == {"row": 3}


class TestWithTheTemplatesVariables:
    def test_other_columns_are_left_out(self):
        assert read("phone,name,note\n13800138000,张三,x\n", variables=["name"]) == BOTH[:1]

    def test_a_missing_column_is_named_with_the_one_that_may_be_meant(self):
        with pytest.raises(RecipientsError) as refusal:
            read("phone,Name,x\n13800138000,张三,1\n", variables=["name", "time"])
        assert str(refusal.value) == (
            "The template's variables name, time have no column. Perhaps: Name → name."
            " Add them to the header, spelt as in the template."
        )

    def test_shared_params_fill_what_no_column_does(self):
        options = {"variables": ["name", "time"], "shared": {"time": "8:00", "name": "all"}}
        [found] = read("phone,name\n13800138000,张三\n", **options)
        assert found.params == {"name": "张三", "time": "8:00"}

    def test_numbers_alone_need_shared_params(self):
        with pytest.raises(RecipientsError, match="variables name have no column"):
            read("13800138000\n", variables=["name"])
        assert read("13800138000\n", variables=["name"], shared={"name": "all"})[0].params == {"name": "all"}

    def test_a_list_is_checked_row_by_row(self):
        items = [("13800138000", {"name": "张三"}), ("13900139000", {})]
        assert list(recipients.listed(items, variables=["name"])) == [
            Recipient(1, "13800138000", {"name": "张三"}),
            RowProblem(2, "no_value", {"name": "name"}),
        ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("no_number", {}),
        ("not_a_number", {}),
        ("several_numbers", {}),
        ("shortened_number", {}),
        ("no_value", {"name": "code"}),
        ("formula_error", {"name": "code"}),
        ("shortened_value", {"name": "code"}),
        ("too_many_cells", {"columns": 3}),
    ],
)
def test_every_problem_says_its_row_and_what_to_do_in_both_languages(kind, facts, language):
    sentence = RowProblem(17, kind, facts).sentence(language)
    assert sentence.startswith({"en": "Row 17: ", "zh": "第 17 行："}[language])
    assert all(str(fact) in sentence for fact in facts.values())
