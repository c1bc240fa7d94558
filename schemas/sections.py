"""What a table is about, as its headings tell: a file, a method's parameters, or nothing that is configured."""

import re
from dataclasses import dataclass

from schemas.page import FILE_NAME, Grid, Headings, Page

BUSINESS = re.compile(r"business configuration|configuration file|业务配置|配置文件", re.IGNORECASE)
PROPERTIES = re.compile(r"configuration (propert|attribute)|配置属性", re.IGNORECASE)
ZONE = re.compile(r"(element )?configuration( items?)?|元素配置|配置(项|说明)?", re.IGNORECASE)
PARAMETERS = re.compile(
    r"(input |method )?(parameters?|arguments)( details?| description| list)?|(输入)?参数(详解|说明|列表)?", re.I
)
METHODS = re.compile(r"(instance |element )?methods?( interfaces?)?|(实例|元素)?方法(接口)?", re.IGNORECASE)
METHOD = re.compile(r"([A-Za-z_]\w*)\s*(\(.*\))?(\s*(method|方法))?", re.ASCII)
# What a method returns and what an object offers is told with the same columns, and is no configuration.
RETURNS = re.compile(r"(returns?\b|返回).*", re.IGNORECASE)
OFFERS = re.compile(
    r"((basic|instance|element) )?(properties|attributes|variables|events)|(基础|实例|元素)?(属性|变量|事件)",
    re.IGNORECASE,
)
# Every element and every app has these files, so they are nobody's business configuration.
NOT_BUSINESS = {"e", "app"}
CONFIG = "config"


@dataclass(frozen=True)
class Section:
    """`name` is the file's stem or the method's name, None for what is left alone, which `aside` then says why.

    `headings` are those whose words describe it, `label` is what the table itself is called, by the innermost heading
    if it is `nested` below those, else by the paragraph before it. A nested table may still be the `main` one of its
    section, except where no heading names the file.
    """

    name: str | None = None
    headings: Headings = ()
    label: str = ""
    nested: bool = False
    main: bool = True
    aside: str = ""


def section_of(page: Page, grid: Grid, is_configuration: bool) -> Section:
    """The innermost heading that decides; `is_configuration` is whether the columns look like it."""
    line, headings, lead = grid.header.number, grid.headings, grid.lead.strip(":：* ")
    if not is_configuration:
        return Section(aside="other")
    if RETURNS.fullmatch(lead) or any(map(RETURNS.fullmatch, headings[-1:])):
        return Section(aside="returns")
    for depth in range(len(headings), 0, -1):
        if section := _decided(page, line, headings[:depth], headings[depth:], lead):
            return section
    page.remark(line, "nameless")
    return Section(aside="nameless")


def _decided(page: Page, line: int, headings: Headings, below: Headings, lead: str) -> Section | None:
    """What the last of `headings` says of a table that stands under `below` in turn."""
    *outer, last = headings
    label, nested = below[-1] if below else lead, bool(below)
    if named := FILE_NAME.search(last):
        return Section(named[1], headings, label, nested)
    if OFFERS.fullmatch(last) or (outer and any(map(OFFERS.fullmatch, outer))):
        return Section(aside="offers")
    if PARAMETERS.fullmatch(last) and outer:
        return _method(page, line, headings[:-1], label, nested)
    if METHODS.fullmatch(last):
        return _method(page, line, (*headings, *below[:1]), "" if PARAMETERS.fullmatch(lead) else lead)
    if BUSINESS.search(last):
        return Section(_business_file(page, line), headings, label, nested)
    if PROPERTIES.search(last):
        return Section(CONFIG, headings, label, nested, main=not nested)
    if ZONE.fullmatch(last):
        return Section(business_name(page) or CONFIG, headings, label, nested, main=not nested)
    return None


def _method(page: Page, line: int, headings: Headings, label: str, nested: bool = False) -> Section:
    named = METHOD.fullmatch(headings[-1])
    if named and not METHODS.fullmatch(headings[-1]):
        return Section(named[1], headings, label, nested)
    page.remark(line, "method", heading=headings[-1])
    return Section(aside="nameless")


def _business_file(page: Page, line: int) -> str:
    if shown := business_name(page):
        return shown
    files = [f"{stem}.json" for stem in sorted(page.files - NOT_BUSINESS)]
    page.remark(line, "business", files=files or {"en": "no file", "zh": "无"})
    return CONFIG


def business_name(page: Page) -> str | None:
    """The stem of the one JSON file that a page shows beside those that every element has."""
    found = page.files - NOT_BUSINESS
    return next(iter(found)) if len(found) == 1 else None
