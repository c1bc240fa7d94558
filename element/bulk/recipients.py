"""Recipients from a CSV file or from Python: numbers alone, or with template parameters of their own.

What spreadsheets do to numbers is undone where the number is still there, and named where it is not. Whether a
number exists is for Alibaba to say; here it only has to be readable as one.
"""

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from element.errors import Bilingual, Facts
from element.template import compare
from element.words import Language, Sentence, say

Params = Mapping[str, str]

NUMBER_COLUMN = re.compile(
    r"(phone|mobile|cell|tel|telephone)(phone)?(numbers?|list|s)?|numbers?|((联系|移动)?电话|手机)(号码?)?|号码",
    re.IGNORECASE,
)
DELIMITERS = (",", ";", "\t", "，", "；", "|")
ENCODINGS = ("utf-8-sig", "gb18030")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
LONGEST_NUMBER = 15  # digits of any phone number, by ITU-T E.164
SHORTEST_IN_A_HEADER = 7

_DECORATION = re.compile(r"[\s()\-\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060\u2212\ufeff]")
_AS_TEXT = re.compile(r'(?:=?"([^"]*)"|\'(.*))', re.DOTALL)
_NO_FRACTION = re.compile(r"(\d+)[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d+)", re.ASCII)
_MAINLAND = re.compile(r"(?:00)?86(1\d{10})", re.ASCII)
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.ASCII)
_FORMULA_ERROR = re.compile(r"#(N/A|VALUE!|REF!|NAME\?|DIV/0!|NUM!|NULL!|#+)")


class Recipient(NamedTuple):
    """Who gets what. `row`: as a spreadsheet counts, or the place in the list, from 1."""

    row: int
    number: str
    params: Params


@dataclass(frozen=True)
class RowProblem:
    """A row that cannot be sent to; `kind` is a sentence under [recipients] in bulk/words.toml."""

    row: int
    kind: str
    facts: Facts = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Which row, what is wrong with it and what to do, in "en" or "zh"; no number and no value."""
        return say(f"recipients.{self.kind}", language, {"row": self.row, **self.facts})


class RecipientsError(Bilingual):
    """A list of recipients that cannot be read at all."""


class Unreadable(Exception):
    """A cell that holds no phone number; `kind` names the sentence."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read(
    file: Path | BinaryIO,
    *,
    variables: Collection[str] | None = None,
    shared: Params | None = None,
    column: str | None = None,
) -> Iterator[Recipient | RowProblem]:
    """The recipients of a CSV file (or an open binary one, which can seek), row by row.

    A header row names the columns: one holds the numbers (`column`, else a usual name such as "phone" or
    "手机号"), the others are template parameters of their names. A file of numbers alone needs none. `variables`:
    those of the template, when its text is known; other columns are then left out. `shared`: parameters that
    every row gets unless it has its own. UTF-8, UTF-16 and GB18030; comma, semicolon or tab; empty rows are
    skipped but counted. Raises RecipientsError.
    """
    if isinstance(file, Path):
        with _opened(file) as binary:
            yield from _read(binary, variables, shared or {}, column)
    else:
        yield from _read(file, variables, shared or {}, column)


def listed(
    items: Iterable[str | tuple[str, Params]],
    *,
    variables: Collection[str] | None = None,
    shared: Params | None = None,
) -> Iterator[Recipient | RowProblem]:
    """The recipients of a list: a number, or a number with its params, each."""
    for row, item in enumerate(items, start=1):
        cell, params = (item, {}) if isinstance(item, str) else item
        yield _recipient(row, cell, {**(shared or {}), **params}, variables)


def number(cell: str) -> str:
    """The phone number in a cell, as digits: 11 within the mainland, country code and number elsewhere.

    Raises Unreadable for what is no number, and for one that a spreadsheet has shortened (1.38E+10).
    """
    if len(cell) == 11 and cell.isascii() and cell.isdigit():
        return cell
    text = unicodedata.normalize("NFKC", cell).strip()
    if quoted := _AS_TEXT.fullmatch(text):
        text = quoted[1] or quoted[2] or ""
    if scientific := _SCIENTIFIC.fullmatch(text):
        text = _expanded(*scientific.groups(default=""))
    elif whole := _NO_FRACTION.fullmatch(text):
        text = whole[1]
    return _digits(_DECORATION.sub("", text))


def _digits(text: str) -> str:
    if not text:
        raise Unreadable("no_number")
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable("not_a_number")
    mainland = _MAINLAND.fullmatch(digits)
    bare = mainland[1] if mainland else digits.removeprefix("00")
    if not bare:
        raise Unreadable("not_a_number")
    if len(bare) > LONGEST_NUMBER:
        raise Unreadable("several_numbers")
    return bare


def _expanded(first: str, fraction: str, exponent: str) -> str:
    """A number in scientific notation, if all of its digits are still there."""
    if len(fraction) != int(exponent):
        raise Unreadable("shortened_number")
    return first + fraction


def _recipient(row: int, cell: str, params: Params, variables: Collection[str] | None = None) -> Recipient | RowProblem:
    """Params that the template has no variable for are kept; Alibaba says what it thinks of them."""
    try:
        digits = number(cell)
    except Unreadable as unreadable:
        return RowProblem(row, unreadable.kind)
    for name in variables or ():
        if name not in params:
            return RowProblem(row, "no_value", {"name": name})
    for name, value in params.items():
        if (not value or value[0] == "#" or "E+" in value) and (fault := _fault(value)):
            return RowProblem(row, fault, {"name": name})
    return Recipient(row, digits, params)


def _fault(value: str) -> str:
    """The sentence for a value that is none, "" for any other."""
    if not value:
        return "no_value"
    if _FORMULA_ERROR.fullmatch(value):
        return "formula_error"
    return "shortened_value" if _SHORTENED.fullmatch(value) else ""


@dataclass(frozen=True)
class _Columns:
    """Where the number stands, and each parameter."""

    number: int
    params: tuple[tuple[str, int], ...]
    width: int

    def recipient(self, row: int, cells: list[str], shared: Params) -> Recipient | RowProblem | None:
        """None for an empty row."""
        if len(cells) != self.width:
            if any(cell.strip() for cell in cells[self.width :]):
                return RowProblem(row, "too_many_cells", {"columns": self.width})
            cells += [""] * (self.width - len(cells))
        cell = cells[self.number]
        if not cell and not any(each.strip() for each in cells):
            return None
        params = {name: cells[place].strip() for name, place in self.params}
        return _recipient(row, cell, {**shared, **params} if shared else params)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        facts = {"file": str(path), "cause": error.strerror or type(error).__name__}
        raise RecipientsError("recipients.not_opened", facts) from None


def _read(
    file: BinaryIO, variables: Collection[str] | None, shared: Params, column: str | None
) -> Iterator[Recipient | RowProblem]:
    text = io.TextIOWrapper(file, _encoding(file), newline="")
    try:
        rows = _rows(text)
        first_row, first = next(((row, cells) for row, cells in rows if any(map(str.strip, cells))), (0, []))
        if not first:
            raise RecipientsError("recipients.empty_file")
        columns = _columns(first, variables, shared, column)
        if columns is None:
            columns, rows = _Columns(0, (), len(first)), itertools.chain([(first_row, first)], rows)
            _check_variables([], variables, shared)
        for row, cells in rows:
            if recipient := columns.recipient(row, cells, shared):
                yield recipient
    finally:
        text.detach()


def _rows(text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers. A spreadsheet hides the line `sep=;` and does not count it."""
    head = text.readline()
    announced = re.fullmatch(r"sep=(.)\s*", head)
    delimiter = announced[1] if announced else max(DELIMITERS, key=head.count)
    lines = text if announced else itertools.chain([head], text)
    row = 0
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start=1):
            yield row, cells
    except csv.Error:
        raise RecipientsError("recipients.bad_quotes", {"row": row + 1}) from None


def _columns(
    header: list[str], variables: Collection[str] | None, shared: Params, column: str | None
) -> _Columns | None:
    """What the header says, or None when the file has none: numbers alone."""
    names = [unicodedata.normalize("NFKC", name).strip() for name in header]
    if any(map(_is_number, names)):
        if len([name for name in names if name]) > 1:
            raise RecipientsError("recipients.no_header")
        return None
    repeated = next((name for name in names if name and names.count(name) > 1), None)
    if repeated:
        raise RecipientsError("recipients.repeated_column", {"name": repeated})
    place = _number_column(names, column)
    used = [at for at, name in enumerate(names) if name and at != place]
    _check_variables([names[at] for at in used], variables, shared)
    if variables is not None:
        used = [at for at in used if names[at] in variables]
    return _Columns(place, tuple((names[at], at) for at in used), _width(names))


def _width(names: list[str]) -> int:
    """The columns that have a name; what stands to the right of them belongs to none."""
    return max(at for at, name in enumerate(names, start=1) if name)


def _is_number(cell: str) -> bool:
    try:
        return len(number(cell)) >= SHORTEST_IN_A_HEADER
    except Unreadable as unreadable:
        return unreadable.kind == "shortened_number"


def _number_column(names: list[str], column: str | None) -> int:
    """Raises RecipientsError when no column, or not the one asked for, holds the numbers."""
    named = [name for name in names if name]
    if column is None and len(named) == 1:
        return names.index(named[0])
    for place, name in enumerate(names):
        if name == column if column else name and NUMBER_COLUMN.fullmatch(re.sub(r"[\s_-]", "", name)):
            return place
    raise RecipientsError("recipients.no_number_column", {"columns": ", ".join(named)})


def _check_variables(names: Collection[str], variables: Collection[str] | None, shared: Params) -> None:
    """Raises RecipientsError for the variables of the template that no column and no shared parameter fills."""
    given = dict.fromkeys((*names, *shared), "*")
    found = compare("".join(f"${{{name}}}" for name in variables or ()), given)
    if not found.missing:
        return
    near = ", ".join(f"{stray} → {name}" for stray, name in found.near.items())
    hint = Sentence("recipients.near", {"names": near}) if near else ""
    raise RecipientsError("recipients.missing_columns", {"names": ", ".join(found.missing), "near": hint})


def _encoding(file: BinaryIO) -> str:
    """The encoding of the whole file, by trying: what is not UTF-8 is what Excel writes in China."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(WORKBOOKS):
        raise RecipientsError("recipients.workbook")
    for encoding in ("utf-16",) if start.startswith(UTF_16) else ENCODINGS:
        if _decodes(file, encoding):
            return encoding
    raise RecipientsError("recipients.encoding")


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(1 << 16):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
