"""An app's own code: isolated, reloaded, broken with a file and a line, hooked, and run only when asked for."""

import asyncio
import json
import sys

import pytest

from element import App, ElementError, loading
from element.aliyun import AliyunSms
from tests.conftest import SECRET, SMS, E
from tests.element.apps import INSTANCE, LOADER, LOFT, TYPE, origin, pigeon, write

BROKEN = {
    # what loader.py holds: what is said of it
    "def oops(:\n": r"SMS/Pigeon/loader\.py, line 1: SyntaxError",
    "\n\nimport no_such_package\n": r"SMS/Pigeon/loader\.py, line 3: ModuleNotFoundError: .*no_such_package",
    "1 / 0\n": r"SMS/Pigeon/loader\.py, line 1: ZeroDivisionError",
    "raise SystemExit\n": r"SMS/Pigeon/loader\.py, line 1: SystemExit",
    "class Loader:\n    def load(self):\n        self.nodes[0].nothing()\n": r"loader\.py, line 3: AttributeError",
    "from . import parts\n": r"loader\.py, line 1: ImportError",
    "from .wrong import x\nclass Loader: ...\n": r"wrong\.py, line 2: NameError",
    "x = 1\n": r"SMS/Pigeon/loader\.py has no class Loader",
    "class Loader:\n    def load(self):\n        self.nodes[0].getFile('none.json')\n": r"Loft has no file none\.json",
}


class TestBrokenCode:
    @pytest.mark.parametrize(("loader", "said"), BROKEN.items())
    def test_it_is_named_with_file_and_line(self, make, loader, said):
        app = make("Shop", {**LOFT, **pigeon("x"), "SMS/Pigeon/loader.py": loader, "SMS/Pigeon/wrong.py": "#\nx = y\n"})
        with pytest.raises(ElementError, match=said) as caught:
            app.getElement("SMS.Loft")
        assert caught.value.__context__ is None
        assert "无法加载" in caught.value.in_language("zh") or caught.value.kind != "broken_type"

    def test_it_leaves_no_half_imported_module_and_the_other_elements_alone(self, make):
        app = make("Shop", {**LOFT, **pigeon("x"), "SMS/Codes/e.json": E, "SMS/Codes/sms.json": SMS})
        (app.root / "SMS" / "Pigeon" / "loader.py").write_text("from . import helper\n1 / 0\n")
        (app.root / "SMS" / "Pigeon" / "helper.py").write_text("")
        app.getElement("SMS.Codes")
        before = set(sys.modules)
        with pytest.raises(ElementError):
            app.getElement("SMS.Loft")
        assert set(sys.modules) == before
        assert app.check("SMS.Loft") == []
        assert isinstance(app.getElement("SMS.Codes"), AliyunSms)

    def test_it_works_once_it_is_mended(self, make):
        app = make("Shop", {**LOFT, **pigeon("x"), "SMS/Pigeon/loader.py": "oops"})
        with pytest.raises(ElementError):
            app.getElement("SMS.Loft")
        write(app.root, pigeon("mended"))
        assert origin(app) == "mended"

    def test_what_it_says_repeats_no_value_of_the_element(self, make, monkeypatch):
        monkeypatch.setenv("PIGEON_SECRET", SECRET)
        loader = (
            "class Loader:\n  def load(self):\n    node = self.nodes[0]\n    raise ValueError(node.getFile({!r}), {})\n"
        )
        files = {"SMS/Loft/pigeon.json": '{"secret": "canary-Pigeon-1", "other": "{{PIGEON_SECRET}}"}'}
        told = loader.format(
            "pigeon.json", "__import__('json').loads(node.getFile('pigeon.json')), app.envVars['PIGEON_SECRET']"
        )
        app = make("Shop", {**LOFT, **pigeon("x"), **files, "SMS/Pigeon/loader.py": told})
        with pytest.raises(ElementError, match="ValueError") as caught:
            app.getElement("SMS.Loft")
        assert not any(secret in f"{caught.value!r}{caught.value}" for secret in ("canary-Pigeon-1", SECRET))


class TestIsolation:
    def test_two_types_have_modules_of_the_same_name(self, make):
        files = {
            f"SMS/{name}/{path}": text
            for name in ("One", "Two")
            for path, text in {
                "e.json": json.dumps(TYPE),
                "loader.py": f"from .sender import name\n{LOADER.format(origin=name)}\nPigeon.name = name\n",
                "sender.py": f"name = 'sender of {name}'\n",
            }.items()
        }
        app = make(
            "Shop", {**files, "SMS/A/e.json": {**E, "type": "SMS.One"}, "SMS/B/e.json": {**E, "type": "SMS.Two"}}
        )
        assert (app.SMS.A.name, app.SMS.B.name) == ("sender of One", "sender of Two")

    def test_two_apps_have_types_of_the_same_name_and_each_its_app(self, make):
        apps = [make(name, {**LOFT, **pigeon(name)}) for name in ("Shop", "Stall")]
        assert [origin(app) for app in apps] == ["Shop", "Stall"]
        assert [app.getElement("SMS.Loft").node.app for app in apps] == apps

    def test_code_that_changes_is_loaded_anew_and_what_is_unchanged_is_not(self, make):
        app = make("Shop", {**LOFT, **pigeon("one")})
        first = app.getElement("SMS.Loft")
        assert app.getElement("SMS.Loft") is first
        write(app.root, pigeon("two"))
        assert (first.origin, origin(app)) == ("one", "two")

    def test_nothing_is_written_into_the_app(self, make):
        app = make("Shop", {**LOFT, **pigeon("x")})
        before = {path for path in app.root.rglob("*") if path.name != ".lock"}
        app.getElement("SMS.Loft")
        assert {path for path in app.root.rglob("*") if path.name != ".lock"} == before


LIFECYCLE = """
def {name}(*arguments):
    app.told.append(({name!r}, *map(str, arguments)))
"""


class TestHooks:
    @pytest.fixture
    def told(self, make):
        """An app in whose list `told` the hooks write that they were called."""
        own = "".join(LIFECYCLE.format(name=name) for name in ("onLoad", "onCalled"))
        types = "".join(LIFECYCLE.format(name=name) for name in ("onCreate", "onUpdate", "onDelete", "onException"))
        methods = "\n    def sendMessage(self, fail=False):\n        return 1 / (not fail)\n"
        methods += "\n    async def sendMessageAsync(self):\n        1 / 0\n"
        files = {"SMS/Loft/lifecycle.py": own, "SMS/Pigeon/lifecycle.py": types}
        app = make("Shop", {**LOFT, **pigeon("x"), **files})
        with (app.root / "SMS" / "Pigeon" / "loader.py").open("a") as loader:
            loader.write(methods)
        app.told = []
        return app

    def test_an_instance_hears_of_its_loading_and_of_each_call(self, told):
        element = told.getElement("SMS.Loft")
        assert told.told == [("onLoad",)]
        assert element.sendMessage() == 1.0
        assert element.origin == "x"
        assert told.told == [("onLoad",), ("onCalled",)]

    def test_a_type_hears_of_what_a_call_raises_which_still_comes_out(self, told):
        with pytest.raises(ZeroDivisionError):
            told.getElement("SMS.Loft").sendMessage(fail=True)
        assert told.told[-1] == ("onException", "SMS.Loft", "Loft", "division by zero")

    def test_so_it_does_of_one_that_is_awaited(self, told):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(told.getElement("SMS.Loft").sendMessageAsync())
        assert [name for name, *_ in told.told] == ["onLoad", "onCalled", "onException"]

    def test_a_hook_that_fails_when_called_stops_the_call(self, told):
        (told.root / "SMS" / "Loft" / "lifecycle.py").write_text("def onCalled():\n    1 / 0\n")
        with pytest.raises(
            ElementError, match=r"onCalled of SMS\.Loft failed at .*lifecycle\.py, line 2: ZeroDivisionError"
        ):
            told.getElement("SMS.Loft").sendMessage()

    def test_one_that_fails_about_a_failure_hides_nothing(self, told, caplog):
        (told.root / "SMS" / "Pigeon" / "lifecycle.py").write_text("def onException(*_):\n    raise KeyError\n")
        with pytest.raises(ZeroDivisionError):
            told.getElement("SMS.Loft").sendMessage(fail=True)
        assert "onException of SMS.Pigeon failed" in caplog.text

    def test_saving_runs_no_hook_until_the_code_is_trusted(self, told):
        every_verb(told)
        assert told.told == []
        told.trusted.add(told.foreign_code("SMS.Loft"))
        every_verb(told)
        assert told.told == [
            ("onUpdate", "SMS.Loft"),
            ("onUpdate", "SMS.Loft"),
            ("onUpdate", "SMS.Moved"),
            ("onDelete", "SMS.Moved"),
            ("onCreate", "SMS.Loft"),
        ]

    def test_a_hook_that_fails_says_that_the_element_was_saved(self, told):
        (told.root / "SMS" / "Pigeon" / "lifecycle.py").write_text("def onUpdate(fullName):\n    1 / 0\n")
        told.trusted.add(told.foreign_code("SMS.Loft"))
        with pytest.raises(
            ElementError, match=r"onUpdate of SMS\.Pigeon failed .*What was done to SMS\.Loft itself is done"
        ):
            save_title(told, "saved")
        assert told.read("SMS.Loft").documents["e.json"]["title"] == "saved"


def save_title(app, title):
    read = app.read("SMS.Loft")
    app.save("SMS.Loft", {"e.json": {**INSTANCE, "title": title}}, fingerprint=read.fingerprint)


def every_verb(app):
    save_title(app, "changed")
    save_title(app, "Loft")
    app.rename("SMS.Loft", "SMS.Moved", fingerprint=app.read("SMS.Loft").fingerprint)
    app.restore(app.delete("SMS.Moved", fingerprint=app.read("SMS.Moved").fingerprint), "SMS.Loft")


class TestTrust:
    MARK = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"

    @pytest.fixture
    def marking(self, make):
        """An app whose code leaves a file behind when it runs."""
        files = {**LOFT, **pigeon("x"), "SMS/Pigeon/loader.py": self.MARK + LOADER.format(origin="x")}
        return make("Shop", {**files, "SMS/Loft/lifecycle.py": self.MARK})

    def ran(self, app):
        return {path.parent.name for path in app.root.rglob("ran")}

    def test_only_get_element_runs_an_apps_code(self, marking):
        every_verb(marking)
        marking.elements(), marking.types(), marking.check("SMS.Loft"), marking.foreign_code("SMS.Loft")
        marking.export("SMS.Loft"), marking.used_by("SMS.Loft"), list(marking.check_each())
        marking.getElementDefine("SMS.Loft"), marking.findElementsDefine(".SMS.Pigeon")
        assert self.ran(marking) == set()
        marking.getElement("SMS.Loft")
        assert self.ran(marking) == {"Pigeon", "Loft"}

    def test_the_digest_is_of_all_the_code_that_would_run(self, marking):
        seen = {marking.foreign_code("SMS.Loft")}
        for path in ("SMS/Pigeon/loader.py", "SMS/Pigeon/parts/new.py", "SMS/Loft/lifecycle.py"):
            write(marking.root, {path: "# changed\n"})
            seen.add(marking.foreign_code("SMS.Loft"))
        assert len(seen) == 4
        write(marking.root, {"SMS/Loft/e.json": {**INSTANCE, "title": "changed"}, "SMS/Other/loader.py": "#"})
        assert marking.foreign_code("SMS.Loft") in seen

    def test_official_code_needs_no_asking(self, app_folder):
        assert App(app_folder).foreign_code("SMS.Codes") is None
        (app_folder / "SMS" / "Codes" / "lifecycle.py").write_text("")
        assert App(app_folder).foreign_code("SMS.Codes")

    def test_what_runs_is_what_was_hashed(self, marking, monkeypatch):
        """A file that changes between its reading and its import changes nothing."""
        plan = loading.plan
        changed = "raise ValueError('changed')"

        def plan_then_change(*arguments):
            made = plan(*arguments)
            write(marking.root, {"SMS/Pigeon/loader.py": changed})
            return made

        monkeypatch.setattr("element.running.plan", plan_then_change)
        assert marking.getElement("SMS.Loft").origin == "x"

    def test_too_much_code_is_no_type(self, make):
        app = make("Shop", {**LOFT, **pigeon("x"), "SMS/Pigeon/data.py": "#" * 300_000})
        with pytest.raises(ElementError, match="holds more code than a Type may have"):
            app.getElement("SMS.Loft")
