"""The platform's names: app.SMS.Name, getElementDefine and selectors."""

import pytest

from element import App, ElementError, MissingParameter
from tests.conftest import SMS, E


class TestPlatformNames:
    def test_an_element_is_an_attribute_of_its_family(self, app_folder):
        app = App(app_folder)
        assert app.SMS.Codes is app.getElement("SMS.Codes")
        with pytest.raises(ElementError, match=r"Did you mean SMS\.Codes\?"):
            _ = app.SMS.Code
        assert not hasattr(app.SMS, "__wrapped__")

    def test_a_define_loads_only_when_asked_by_attribute(self, app_folder):
        app = App(app_folder)
        define = app.getElementDefine("SMS.Codes")
        assert (define["title"], define["fullName"]) == ("Codes", "SMS.Codes")
        assert define.sendMessage == app.getElement("SMS.Codes").sendMessage
        with pytest.raises(ElementError, match="There is no element"):
            app.getElementDefine("SMS.None")

    def test_an_unusable_element_is_46001(self, make):
        app = make("Shop", {"SMS/Codes/e.json": E, "SMS/Codes/sms.json": {}})
        with pytest.raises(MissingParameter):
            _ = app.SMS.Codes

    @pytest.mark.parametrize(
        ("selector", "names"),
        [
            ("SMS.Codes", ["SMS.Codes"]),
            ("SMS.None", []),
            (".SMS.Aliyun", ["SMS.Codes", "SMS.News"]),
            ("#title=Codes", ["SMS.Codes"]),
            (".SMS.Aliyun:#title!=Codes", ["SMS.News"]),
            ("#cacheLevel>0", ["SMS.News"]),
            ("#cacheLevel<1", []),
            ("*SMS.Codes", ["SMS.Aliyun", "SMS.Meta"]),
            ("SMS.Meta*:#type=SMS.Meta", ["SMS.Aliyun"]),
            ("SMS.News, SMS.Codes,SMS.News", ["SMS.News", "SMS.Codes"]),
        ],
    )
    def test_selectors_choose_as_on_the_platform(self, make, selector, names):
        files = {"SMS/Codes/e.json": E, "SMS/News/e.json": {**E, "title": "News", "cacheLevel": 1}}
        app = make("Shop", {**files, "SMS/Codes/sms.json": SMS, "SMS/News/sms.json": SMS})
        assert [define["fullName"] for define in app.findElementsDefine(selector)] == names
        instances = [name for name in names if name in ("SMS.Codes", "SMS.News")]
        assert app.findElements(selector) == [app.getElement(name) for name in instances]

    @pytest.mark.parametrize("selector", ["", "#title", "*", "SMS.Codes:", "..SMS.Codes", "?"])
    def test_what_is_no_selector_is_said(self, app_folder, selector):
        with pytest.raises(ElementError, match="is not a selector"):
            App(app_folder).findElements(selector)
