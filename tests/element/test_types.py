"""The chain from an element to its Type's loader, and the form that a Type gives its elements."""

import sys
from pathlib import Path

import pytest

from element import ElementError
from tests.conftest import SMS, E
from tests.element.apps import INSTANCE, LOADER, LOFT, TYPE, origin, pigeon, write


class TestChain:
    def test_a_type_of_a_type_has_its_loader(self, make):
        quiet = {"SMS/Quiet/e.json": {**TYPE, "type": "SMS.Pigeon"}, "SMS/Loft/e.json": {**E, "type": "SMS.Quiet"}}
        assert origin(make("Shop", {**pigeon("pigeon"), **quiet})) == "pigeon"

    def test_a_loader_may_be_exported_by_the_package(self, make):
        files = {"SMS/Pigeon/e.json": TYPE, "SMS/Pigeon/parts/maker.py": LOADER.format(origin="package")}
        app = make("Shop", {**LOFT, **files, "SMS/Pigeon/__init__.py": "from .parts.maker import Loader\n"})
        assert origin(app) == "package"

    def test_the_backend_may_have_a_folder_of_its_own(self, make):
        files = {"SMS/Pigeon/backend/loader.py": LOADER.format(origin="backend")}
        app = make("Shop", {**LOFT, **files, "SMS/Pigeon/e.json": {**TYPE, "backendBundleEntry": "./backend"}})
        assert origin(app) == "backend"

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            (
                {"SMS/Pigeon/e.json": TYPE},
                r"The Type SMS\.Pigeon has no loader\. Write a class Loader into .*loader\.py",
            ),
            (
                {"SMS/Pigeon/e.json": {**TYPE, "type": "SMS.Loft"}},
                r"SMS\.Loft has Types that lead back .*SMS\.Loft → SMS\.Pigeon → SMS\.Loft",
            ),
            ({}, r"SMS\.Loft is of Type SMS\.Pigeon, which is not known here\. Known: SMS\.Aliyun\."),
            (
                {**pigeon("x"), "SMS/Pigeon/e.json": {**TYPE, "type": "SMS.Nest"}},
                r"SMS\.Pigeon is of Type SMS\.Nest, which is not known here",
            ),
            ({"SMS/Pigeon/e.json": "{"}, r"SMS\.Pigeon could not be used\. e\.json is not valid JSON \(line 1"),
            (
                {**pigeon("x"), "SMS/Loft/e.json": {**INSTANCE, "type": "../../x"}},
                r"\.\./\.\./x, which is not known here",
            ),
        ],
    )
    def test_a_chain_that_leads_nowhere_is_explained(self, make, files, said):
        with pytest.raises(ElementError, match=said):
            make("Shop", {**LOFT, **files}).getElement("SMS.Loft")

    @pytest.mark.parametrize("full_name", ["SMS.Pigeon", "SMS.Aliyun", "SMS.Meta"])
    def test_a_type_is_not_called(self, make, full_name):
        with pytest.raises(ElementError, match=f"{full_name} is a Type, not an element to call"):
            make("Shop", pigeon("x")).getElement(full_name)


PAGE_SCHEMA = {
    "type": "object",
    "properties": {"token": {"type": "string", "minLength": 1, "writeOnly": True, "title": "Token"}},
    "required": ["token"],
}


class TestForms:
    @pytest.fixture
    def app(self, make):
        return make("Shop", {**pigeon("x"), "SMS/Pigeon/pigeon.schema.json": {"title": "Pigeon", **PAGE_SCHEMA}})

    def test_a_type_brings_its_own(self, app):
        assert app.types() == ["SMS.Aliyun", "SMS.Pigeon"]
        assert list(app.schemas("SMS.Pigeon")) == ["e.json", "pigeon.json"]
        assert app.elements() == []

    def test_its_elements_are_saved_read_and_checked_by_it(self, app):
        documents = {"e.json": INSTANCE, "pigeon.json": {"token": ""}}
        fingerprint = app.save("SMS.Loft", documents)
        read = app.read("SMS.Loft")
        assert (read.documents, read.fingerprint) == (documents, fingerprint)
        assert [(problem.file, problem.rule) for problem in read.problems] == [("pigeon.json", "minLength")]
        with pytest.raises(ElementError, match=r"saved from e\.json, pigeon\.json, each"):
            app.save("SMS.Other", {"e.json": INSTANCE, "sms.json": SMS})

    def test_a_type_of_a_type_has_its_form_under_its_own_name(self, make):
        app = make("Shop", {"SMS/Quiet/e.json": {**TYPE, "type": "SMS.Aliyun"}, "SMS/Quiet/loader.py": ""})
        assert app.schemas("SMS.Quiet")["e.json"]["properties"]["type"]["const"] == "SMS.Quiet"
        app.save("SMS.Codes", {"e.json": {**E, "type": "SMS.Quiet"}, "sms.json": SMS})
        assert app.check("SMS.Codes") == []

    def test_a_type_without_one_leaves_the_other_files_to_its_loader(self, make):
        app = make("Shop", {**LOFT, **pigeon("x")})
        assert app.schemas("SMS.Pigeon") == {}
        assert app.read("SMS.Loft").documents == {"e.json": INSTANCE}
        app.save("SMS.Loft", {"e.json": {**INSTANCE, "title": "new"}}, fingerprint=app.read("SMS.Loft").fingerprint)
        assert (app.root / "SMS/Loft/pigeon.json").exists()

    def test_a_method_is_no_file(self, app):
        write(app.root, {"SMS/Pigeon/sendMessage.schema.json": {**PAGE_SCHEMA, "title": "sendMessage"}})
        assert "sendMessage.json" not in app.schemas("SMS.Pigeon")

    @pytest.mark.parametrize(
        ("schema", "said"),
        [
            ("{", "it is not a JSON Schema"),
            ("[]", "it is not a JSON object"),
            ('{"type": "strng"}', "it is not a JSON Schema"),
            ('{"properties": {"a": {"\\u0024ref": "http://127.0.0.1:9/x"}}}', "it refers to other schemas"),
        ],
    )
    def test_a_schema_that_is_none_is_said_of_its_elements_alone(self, app, schema, said):
        app.save("SMS.Loft", {"e.json": INSTANCE, "pigeon.json": {"token": "x"}})
        write(app.root, {"SMS/Pigeon/pigeon.schema.json": schema, "SMS/Codes/e.json": E, "SMS/Codes/sms.json": SMS})
        problems = {name: [problem.sentence("en") for problem in files.problems] for name, files in app.check_each()}
        assert problems["SMS.Codes"] == []
        assert len(problems["SMS.Loft"]) == 1
        assert f"pigeon.schema.json: {said}" in problems["SMS.Loft"][0]
        with pytest.raises(ElementError, match="has a schema that cannot be used"):
            app.schemas("SMS.Pigeon")

    def test_a_circle_is_said_where_the_type_is_named(self, make):
        app = make("Shop", {**LOFT, "SMS/Pigeon/e.json": {**TYPE, "type": "SMS.Loft"}})
        (problem,) = app.check("SMS.Loft")
        assert (problem.file, problem.path) == ("e.json", "$.type")
        assert problem.sentence("zh").startswith("SMS.Loft 的类型形成了循环")


def test_the_official_elements_are_directories_like_any_other():
    official = Path(sys.modules["element"].__file__).parent / "official" / "SMS"
    found = {path.relative_to(official).as_posix() for path in official.rglob("*") if path.is_file()}
    assert {path for path in found if "__pycache__" not in path} == {"Meta/e.json", "Aliyun/e.json", "Aliyun/loader.py"}
