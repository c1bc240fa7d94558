"""A Markdown page as its readers see it: tables of text, each with its headings and line numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

BAR = re.compile(r"(?<!\\)\|")
EDGES = re.compile(r"^[\s>]*\|?|((?<!\\)\|)?\s*$")
ANCHOR = re.compile(r"\s*\{#[^}]*\}\s*$")
FILE_NAME = re.compile(r"([A-Za-z0-9_-]+)\.json")
LINE_END = re.compile(r"\r\n?|\n")  # the parser's; str.splitlines() knows more

MARKDOWN = MarkdownIt("commonmark").enable("table")

Headings = tuple[str, ...]
Blocks = list[tuple[Headings, SyntaxTreeNode]]


class TableError(Exception):
    """A table that cannot be read: on which page and line, what is wrong, and what was expected there."""

    def __init__(self, page: str, line: int, wrong: str, expected: str):
        super().__init__(f"{page}:{line}: {wrong}; expected {expected}")
        self.page, self.line, self.expected = page, line, expected


@dataclass(frozen=True)
class Line:
    """A row of a table. `width` is how many cells its source has: Markdown drops surplus ones and pads missing ones."""

    number: int
    width: int
    cells: list[str]


@dataclass(frozen=True)
class Grid:
    """A table as text; `headings` are those that it stands under, outermost first."""

    headings: Headings
    header: Line
    rows: list[Line]


@dataclass(frozen=True)
class Page:
    """`leads` has the first paragraph under each heading, `files` the stems of the JSON files that the page shows."""

    name: str
    grids: list[Grid]
    leads: dict[Headings, str]
    files: set[str]

    def error(self, line: int, wrong: str, expected: str) -> TableError:
        return TableError(self.name, line, wrong, expected)


def read_page(name: str, text: str) -> Page:
    """Raises TableError for what hides rows from everybody but its author: an open code block, a broken table."""
    source = LINE_END.split(text)
    root = SyntaxTreeNode(MARKDOWN.parse(text))
    blocks = list(_blocks(root))
    grids = [_grid(headings, node, source) for headings, node in blocks if node.type == "table"]
    page = Page(name, grids, _leads(blocks), _files(blocks))
    for _, node in blocks:
        if node.type == "fence" and not _is_closed(node, source):
            raise page.error(_number(node), "this code block is never closed", f"a line {node.markup} where it ends")
        if node.type == "paragraph" and source[_number(node) - 1].lstrip(" \t>").startswith("|"):
            raise page.error(
                _number(node),
                "this line begins like a table row but belongs to no table",
                "a header and a delimiter row |---|---| with as many cells, and no empty line between rows",
            )
    return page


def _blocks(root: SyntaxTreeNode) -> Iterator[tuple[Headings, SyntaxTreeNode]]:
    """The paragraphs, tables and code blocks under the headings that are open there."""
    titles: dict[int, str] = {}
    for node in root.walk():
        if node.type == "heading":
            level = int(node.tag[1])
            titles = {outer: title for outer, title in titles.items() if outer < level}
            titles[level] = ANCHOR.sub("", _text(node))
        elif node.type in ("paragraph", "table", "fence"):
            yield tuple(titles.values()), node


def _grid(headings: Headings, table: SyntaxTreeNode, source: list[str]) -> Grid:
    rows = [row for part in table.children for row in part.children]
    header, *body = [_line(row, source[_number(row) - 1]) for row in rows]
    return Grid(headings, header, body)


def _line(row: SyntaxTreeNode, source: str) -> Line:
    return Line(_number(row), _width(source), [_text(cell) for cell in row.children])


def _width(row: str) -> int:
    return len(BAR.split(EDGES.sub("", row)))


def _leads(blocks: Blocks) -> dict[Headings, str]:
    return {headings: _text(node) for headings, node in reversed(blocks) if node.type == "paragraph"}


def _files(blocks: Blocks) -> set[str]:
    """Named in the title of a code block, or in a directory tree."""
    fences = [node for _, node in blocks if node.type == "fence"]
    shown = [node.info for node in fences] + [node.content for node in fences if "── " in node.content]
    return {stem for text in shown for stem in FILE_NAME.findall(text)}


def _is_closed(fence: SyntaxTreeNode, source: list[str]) -> bool:
    first, end = fence.map or (0, 0)
    last = source[end - 1].strip(" \t>")
    return end - 1 > first and last.startswith(fence.markup) and not last.strip(fence.markup[0])


def _number(node: SyntaxTreeNode) -> int:
    return node.map[0] + 1 if node.map else 1


def _text(block: SyntaxTreeNode) -> str:
    """The words of a heading, paragraph or cell, without their markup."""
    pieces = block.children[0].children if block.children else []
    return "".join(map(_words, pieces)).strip()


def _words(piece: SyntaxTreeNode) -> str:
    is_break = piece.type == "html_inline" and piece.content.lower().startswith("<br")
    if is_break or piece.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(map(_words, piece.children)) or piece.content
