"""A Markdown page as its readers see it: tables, code blocks and lists, each with its headings and line numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from markdown_it import MarkdownIt
from markdown_it.token import Token

from schemas.remarks import Remark

BAR = re.compile(r"(?<!\\)\|")
EDGES = re.compile(r"^[\s>]*\|?|((?<!\\)\|)?\s*$")
ANCHOR = re.compile(r"\s*\{#[^}]*\}\s*$")
FILE_NAME = re.compile(r"([A-Za-z0-9_-]+)\.json")
LINE_END = re.compile(r"\r\n?|\n")  # the parser's; str.splitlines() knows more
LOOSE_ROW = re.compile(r"[\s>]*\|")
FRONT_MATTER = "---"
# Where the text goes on that a code block without an end has swallowed. A single # is a comment in most languages.
RESUMPTION = re.compile(r"\s{0,3}(#{2,6}\s+\S|\|?\s*:?-{2,}:?\s*\|)")

MARKDOWN = MarkdownIt("commonmark").enable("table")

TEXT = ("heading_open", "paragraph_open", "code_block", "html_block")
CONTAINERS = ("blockquote_open", "bullet_list_open", "ordered_list_open", "list_item_open")

Headings = tuple[str, ...]
Block = Sequence[Token]


@dataclass(frozen=True)
class Line:
    """A row of a table. `cells` are what its source has, `marked` the same with `code` in backticks."""

    number: int
    cells: list[str]
    marked: list[str]


@dataclass(frozen=True)
class Grid:
    """A table as text. `headings` are those it stands under, outermost first; `lead` is the paragraph right before."""

    headings: Headings
    lead: str
    header: Line
    rows: list[Line]


@dataclass(frozen=True)
class Code:
    headings: Headings
    line: int
    info: str
    content: str


@dataclass(frozen=True)
class Items:
    """A list: its entries as text with `code` in backticks."""

    headings: Headings
    lead: str
    line: int
    marked: list[str]


@dataclass(frozen=True)
class Page:
    """`leads` has the paragraph that describes what is under each heading, `remarks` what was not understood so far."""

    name: str
    grids: list[Grid] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    lists: list[Items] = field(default_factory=list)
    leads: dict[Headings, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def remark(self, line: int, kind: str, **facts: object) -> None:
        self.remarks.append(Remark(self.name, line, kind, facts))

    @cached_property
    def files(self) -> set[str]:
        """The stems of the JSON files named in the title of a code block or in a directory tree."""
        shown = [code.info for code in self.codes] + [code.content for code in self.codes if "── " in code.content]
        return {stem for text in shown for stem in FILE_NAME.findall(text)}


def read_page(name: str, text: str) -> Page:
    """Remarks on what hides rows from everybody but the page's author: an open code block, a broken table."""
    source = _without_front_matter(LINE_END.split(text))
    page = Page(name)
    titles: dict[int, str] = {}
    lead = ""
    for block in _blocks(page, source):
        first, headings = block[0], tuple(titles.values())
        if first.type in TEXT:
            _notice_loose_rows(page, first, source)
        match first.type:
            case "heading_open":
                level = int(first.tag[1])
                titles = {outer: title for outer, title in titles.items() if outer < level}
                titles[level] = ANCHOR.sub("", _text(block[1]))
            case "table_open":
                page.grids.append(_grid(headings, lead, block, source))
            case "fence":
                page.codes.append(Code(headings, _number(first), first.info, first.content))
            case "bullet_list_open":
                page.lists.append(Items(headings, lead, _number(first), _entries(block)))
        lead = _text(block[1]) if first.type == "paragraph_open" and not first.hidden else ""
        if lead and _describes(page, headings, lead):
            page.leads.setdefault(headings, lead)
    return page


def _describes(page: Page, headings: Headings, lead: str) -> bool:
    """A paragraph after the first table tells of something else, and one with a colon only announces."""
    is_after = bool(page.grids) and page.grids[-1].headings == headings
    return not is_after and not lead.endswith((":", "："))


def _without_front_matter(source: list[str]) -> list[str]:
    """The lines, with the settings between two --- at the top blank: in Markdown they would be a heading."""
    if source[0].strip() == FRONT_MATTER and FRONT_MATTER in source[1:]:
        end = source.index(FRONT_MATTER, 1)
        return [""] * (end + 1) + source[end + 1 :]
    return source


def _blocks(page: Page, source: list[str]) -> Iterator[Block]:
    """The page's blocks, those inside quotations and numbered lists included, each as its tokens."""
    start = 0
    while start < len(source):
        tokens = MARKDOWN.parse("\n" * start + "\n".join(source[start:]))
        start = len(source)
        index = 0
        while index < len(tokens):
            end = _end(tokens, index)
            if tokens[index].type == "fence" and (resumed := _resumption(page, tokens[index], source)):
                yield [_cut(tokens[index], resumed, source)]
                start = resumed
                break
            if not tokens[index].type.endswith("_close"):
                yield tokens[index:end]
            index = index + 1 if tokens[index].type in CONTAINERS else end


def _end(tokens: Block, index: int) -> int:
    """The index after the block that begins at `index`."""
    opening = tokens[index]
    if opening.nesting != 1:
        return index + 1
    closing = (at for at in range(index + 1, len(tokens)) if tokens[at].level == opening.level)
    return next(closing) + 1


def _resumption(page: Page, fence: Token, source: list[str]) -> int | None:
    """The line (from 0) at which the page goes on after a code block that somebody forgot to close."""
    first, end = fence.map or (0, 0)
    within = range(first + 1, end)
    closed = _is_closed(fence, source[end - 1]) and end - 1 > first
    reopened = [at for at in within if _opens_another(fence, source[at])]
    if closed and not reopened:
        return None
    page.remark(first + 1, "fence", markup=fence.markup)
    resumed = [at for at in within if RESUMPTION.match(source[at])][:1] + reopened[:1]
    if not resumed:
        return None
    at = min(resumed)
    return at - 1 if "-|" in source[at].replace(" ", "") and at - 1 > first else at


def _is_closed(fence: Token, last: str) -> bool:
    last = last.strip(" \t>")
    return last.startswith(fence.markup) and not last.strip(fence.markup[0])


def _opens_another(fence: Token, line: str) -> bool:
    line = line.strip(" \t>")
    return line.startswith(fence.markup) and line.strip(fence.markup[0]).strip() != ""


def _cut(fence: Token, end: int, source: list[str]) -> Token:
    first, _ = fence.map or (0, 0)
    return replace(fence, content="\n".join(source[first + 1 : end]), map=[first, end])


def _notice_loose_rows(page: Page, block: Token, source: list[str]) -> None:
    """One remark for every run of lines that look like rows, at its first line."""
    first, end = block.map or (0, 0)
    loose = {at for at in range(first, end) if LOOSE_ROW.match(source[at])}
    for at in sorted(loose):
        if at - 1 not in loose:
            page.remark(at + 1, "loose rows")


def _grid(headings: Headings, lead: str, table: Block, source: list[str]) -> Grid:
    rows: list[tuple[int, list[Token]]] = []
    for token in table:
        if token.type == "tr_open":
            rows.append((_number(token), []))
        elif token.type == "inline":
            rows[-1][1].append(token)
    header, *body = rows
    lines = [_line(number, _all_cells(cells, source[number - 1])) for number, cells in body]
    return Grid(headings, lead, _line(*header), lines)


def _line(number: int, cells: list[Token]) -> Line:
    return Line(number, [_text(cell) for cell in cells], [_text(cell, code="`") for cell in cells])


def _all_cells(cells: list[Token], source: str) -> list[Token]:
    """Markdown drops surplus cells and pads missing ones; then the source says what is there."""
    pieces = BAR.split(EDGES.sub("", source))
    if len(pieces) == len(cells):
        return cells
    return [MARKDOWN.parseInline(piece.strip().replace("\\|", "|"))[0] for piece in pieces]


def _entries(block: Block) -> list[str]:
    level = block[0].level + 3
    return [_text(token, code="`") for token in block if token.type == "inline" and token.level == level]


def _number(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _text(inline: Token, code: str = "") -> str:
    """The words of a heading, paragraph or cell, without their markup; `code` is put around code."""
    return "".join(_words(piece, code) for piece in inline.children or ()).strip()


def _words(piece: Token, code: str) -> str:
    is_break = piece.type == "html_inline" and piece.content.lower().startswith("<br")
    if is_break or piece.type in ("softbreak", "hardbreak"):
        return " "
    return f"{code}{piece.content}{code}" if piece.type == "code_inline" else piece.content
