"""Which app's element it is: the app's own, its parents' in order, the official one; private and protected."""

import pytest

from element import App, ElementError
from element.aliyun import AliyunSms
from tests.conftest import SMS, E
from tests.element.apps import INSTANCE, LOADER, LOFT, TYPE, origin, pigeon, write


class TestLineage:
    def test_the_apps_own_type_comes_first_then_its_parents_in_order(self, make):
        make("Far", pigeon("far"))
        make("Near", pigeon("near"))
        assert origin(make("Both", LOFT, ["Near", "Far"])) == "near"
        assert origin(make("Own", {**LOFT, **pigeon("own")}, ["Near", "Far"])) == "own"

    def test_a_type_is_inherited_over_three_apps(self, make):
        make("Base", pigeon("base"))
        make("Business", {}, ["Base"])
        make("Client", {}, ["Business"])
        assert origin(make("Shop", LOFT, ["Client"])) == "base"

    def test_an_element_is_inherited_with_the_childs_type(self, make):
        make("Base", {**LOFT, **pigeon("base")})
        assert origin(make("Plain", {}, ["Base"])) == "base"
        assert origin(make("Shop", pigeon("child"), ["Base"])) == "child"

    def test_a_child_comes_before_a_parent_that_two_share(self, make):
        make("Base", pigeon("base"))
        make("Left", {}, ["Base"])
        make("Right", pigeon("right"), ["Base"])
        assert origin(make("Shop", LOFT, ["Left", "Right"])) == "right"

    def test_the_official_type_is_replaced_by_the_apps_own(self, make):
        own = {"SMS/Aliyun/e.json": {**TYPE, "title": "Own"}, "SMS/Aliyun/loader.py": LOADER.format(origin="own")}
        app = make("Shop", {**own, "SMS/Codes/e.json": E, "SMS/Codes/sms.json": SMS})
        assert origin(app, "SMS.Codes") == "own"
        assert app.elements() == ["SMS.Codes"]
        assert app.check("SMS.Codes") == [], "it keeps the official form"

    def test_where_the_platform_puts_apps_they_are_found(self, tmp_path):
        env = tmp_path / "environs" / "JRE_x"
        parent = {"appId": "wanyun.Base", "version": "1.2.0"}
        write(env / "wanyun" / "Base" / "1_2_0", {"app.json": parent, **pigeon("placed")})
        write(env / "acme" / "Shop" / "1_0_0", {"app.json": {"appId": "acme.Shop", "extends": [parent]}, **LOFT})
        assert origin(App(env / "acme" / "Shop" / "1_0_0")) == "placed"

    def test_an_app_of_another_version_is_not_taken(self, make):
        make("Base", pigeon("base"), version="2.0.0")
        with pytest.raises(ElementError, match=r"Not on this machine, so not searched: wanyun\.Base 1\.0\.0\."):
            make("Shop", LOFT, ["Base"]).getElement("SMS.Loft")

    def test_an_app_that_is_not_here_hinders_nothing_else(self, make):
        app = make("Shop", {"SMS/Codes/e.json": E, "SMS/Codes/sms.json": SMS}, ["JitAi"])
        assert isinstance(app.getElement("SMS.Codes"), AliyunSms)
        with pytest.raises(ElementError, match=r"no element SMS\.Other .*not searched: wanyun\.JitAi 1\.0\.0"):
            app.getElement("SMS.Other")

    def test_apps_that_extend_each_other_in_a_circle_are_named(self, make):
        make("Left", {}, ["Right"])
        make("Right", {}, ["Left"])
        with pytest.raises(ElementError, match=r"in a circle: wanyun\.Left → wanyun\.Right → wanyun\.Left"):
            App(make("Left", LOFT, ["Right"]).root).getElement("SMS.Loft")

    @pytest.mark.parametrize("app_id", ["../../etc", "wanyun/Base", "..", ""])
    def test_no_app_id_leads_elsewhere(self, make, tmp_path, app_id):
        app = make("Shop", LOFT)
        write(app.root, {"app.json": {"extends": [{"appId": app_id or "x y"}]}})
        with pytest.raises(ElementError, match="not known here"):
            app.getElement("SMS.Loft")


class TestManifest:
    def test_comments_are_no_matter(self, make):
        app = make("Shop", {})
        (app.root / "app.json").write_text(
            '{\n  "appId": "a.Shop", // its "name"\n  /* and\n so on */ "version": "1.0.0", "title": "http://x"\n}'
        )
        assert (app.appId, app.version, app.title) == ("a.Shop", "1.0.0", "http://x")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{\n // ok\n "appId": oops}', r"app\.json is not a JSON object \(line 3\)"),
            ("[]", r"app\.json is not a JSON object \(line 1\)"),
            ('{"extends": "wanyun.Base"}', r"extends in .*app\.json must be a list"),
            ('{"extends": [{"version": "1.0.0"}]}', r"extends in .*app\.json must be a list"),
        ],
    )
    def test_one_that_cannot_be_read_is_named_with_its_line(self, make, text, said):
        app = make("Shop", LOFT)
        (app.root / "app.json").write_text(text)
        with pytest.raises(ElementError, match=said):
            app.getElement("SMS.Loft")


class TestAccess:
    def test_a_private_type_is_for_its_own_app_alone(self, make):
        base = make("Base", {**pigeon("base", accessModifier="private"), **LOFT})
        assert origin(base) == "base"
        with pytest.raises(
            ElementError, match=r"SMS\.Mine is of Type SMS\.Pigeon, which is private to the app wanyun\.B"
        ):
            make("Shop", {"SMS/Mine/e.json": INSTANCE}, ["Base"]).getElement("SMS.Mine")

    def test_an_inherited_element_still_has_its_private_type(self, make):
        make("Base", {**pigeon("base", accessModifier="private"), **LOFT})
        assert origin(make("Shop", {}, ["Base"])) == "base"

    def test_a_private_type_leaves_the_way_to_the_next(self, make):
        make("Far", pigeon("far"))
        make("Near", pigeon("near", accessModifier="private"))
        assert origin(make("Shop", LOFT, ["Near", "Far"])) == "far"

    def test_a_protected_type_is_inherited_but_not_replaced(self, make):
        make("Base", pigeon("base", accessModifier="protected"))
        assert origin(make("Shop", LOFT, ["Base"])) == "base"
        with pytest.raises(
            ElementError, match=r"SMS\.Pigeon is protected in the app wanyun\.Base.*the one in wanyun\.Rebel"
        ):
            make("Rebel", {**LOFT, **pigeon("rebel")}, ["Base"]).getElement("SMS.Loft")
