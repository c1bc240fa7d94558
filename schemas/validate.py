"""A document against its schema: what is wrong, where, and in whose words, without ever repeating a value of it."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from schemas.sentences import LANGUAGES, Language, Steps, field_in_words, json_path, owner, sentence

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = Mapping[str, Any]
Found = list[tuple[Steps, dict[str, object]]]

HERE = Path(__file__).parent
ENDING = ".schema.json"
REFERENCE = re.compile(r'"\$(ref|dynamicRef)"')
TYPE_NAME = re.compile(r"\w+(\.\w+)*")

# The name in Problem.params of what a keyword demands. Keywords that are not here demand nothing that has a name.
DEMANDS = {
    "type": "type",
    "const": "expected",
    "enum": "values",
    "pattern": "pattern",
    "format": "format",
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), "limit"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "limit"),
}
# Once one of these has failed, nothing else about the same value is worth saying.
SAYS_IT_ALL = ("const", "enum")
# Editors look there for the schema of a document, whatever the document is.
KNOWN_EVERYWHERE = {"$schema"}
# Longer keys are pasted text rather than misspelt names, and comparing them is slow.
LONGEST_TYPO = 64


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: the keyword that failed, where, and what the keyword demands.

    `path` leads from the document to the value, or to the property that is missing. `params` comes from the schema,
    never from the value: {"limit": 1}, {"property": "accessKey"}, {"suggestion": "accessKey"}. A note is worth
    knowing but leaves the document valid. `titles` holds the field's title by language.
    """

    path: Steps
    keyword: str
    params: Mapping[str, object] = field(default_factory=dict)
    note: bool = False
    titles: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def json_path(self) -> str:
        return json_path(self.path)

    def sentence(self, language: Language, title: str | None = None) -> str:
        """What is wrong and what to do, naming the field by its title; `title` goes before the schema's."""
        title = title or self.titles.get(language)
        return sentence(self.keyword, self.params, field_in_words(self.path, title, language), language)


def schemas_of(type_name: str) -> Mapping[str, Schema]:
    """The schemas of a Type by file or method: schemas_of("SMS.Aliyun")["sms"]. Empty if we have none for it."""
    return _ours(HERE / type_name) if TYPE_NAME.fullmatch(type_name) else MappingProxyType({})


def schemas_in(directory: Path) -> Mapping[str, Schema]:
    """The schemas that lie in anybody's directory, by file or method, as they are now.

    Raises OSError, and ValueError naming the file that is no schema or that refers to another.
    """
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(directory.glob(f"*{ENDING}"))}
    return {file.name.removesuffix(ENDING): _sound(file.name, text) for file, text in texts.items()}


@lru_cache
def _ours(directory: Path) -> Mapping[str, Schema]:
    files = sorted(directory.glob(f"*{ENDING}"))
    found = {file.name.removesuffix(ENDING): json.loads(file.read_text(encoding="utf-8")) for file in files}
    return MappingProxyType(found)


@lru_cache
def _sound(name: str, text: str) -> Schema:
    """A schema that was not made here. References are refused: following one may reach into the network."""
    from jsonschema import Draft202012Validator, SchemaError

    wrong = "it is not a JSON object"
    try:
        schema: dict[str, Any] = json.loads(text)
        if isinstance(schema, dict):
            Draft202012Validator.check_schema(schema)
            wrong = "it refers to other schemas" if REFERENCE.search(json.dumps(schema)) else ""
    except (SchemaError, ValueError, RecursionError):
        wrong = "it is not a JSON Schema"
    if wrong:
        raise ValueError(f"{name}: {wrong}")
    return schema


def translated(schema: Schema, keyword: str, language: Language) -> str | None:
    """A schema's `title` or `description` in a language; English where there is no translation."""
    words: Mapping[str, str] = schema.get("x-i18n", {}).get(language, schema)
    return words.get(keyword, schema.get(keyword))


def problems(schema: Schema, document: object) -> list[Problem]:
    """Everything wrong with a document of any JSON kind: errors in document order, then notes. Never raises."""
    try:
        found = [problem for error in _errors(schema, document) for problem in _problems_of(schema, error)]
    except (RecursionError, ValueError, ArithmeticError):
        return [Problem((), "unreadable")]
    settled = {problem.path for problem in found if problem.keyword in SAYS_IT_ALL}
    told = [problem for problem in found if problem.keyword in SAYS_IT_ALL or problem.path not in settled]
    once = {(problem.path, problem.keyword): problem for problem in told}
    return [
        *sorted(once.values(), key=lambda problem: _position(document, problem.path)),
        *_unknown_keys(schema, document, ()),
    ]


def _errors(schema: Schema, document: Any) -> "Iterator[ValidationError]":
    """A validator is not worth keeping: it takes 3 µs to make. Its import takes 0.1 s, so only who checks pays it."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(document)


def _problems_of(schema: Schema, error: "ValidationError") -> Iterator[Problem]:
    keyword = str(error.validator or "false")
    for steps, params in _found(keyword, error.validator_value, error.instance, error.schema):
        path = (*error.absolute_path, *steps)
        yield Problem(path, keyword, params, titles=_titles(schema, path))


def _found(keyword: str, demand: Any, instance: Any, schema: Any) -> Found:
    """Where beneath the instance a keyword failed, and its parameters. A missing property fails where it belongs."""
    match keyword:
        case "required":
            return [((name,), {"property": name}) for name in demand if name not in instance]
        case "dependentRequired":
            needed = [(there, name) for there, names in demand.items() if there in instance for name in names]
            return [((name,), {"property": name, "because": there}) for there, name in needed if name not in instance]
        case "additionalProperties":
            known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
            extra = [key for key in instance if key not in known]
            return [((key,), {}) for key in extra if not any(re.search(pattern, key) for pattern in patterns)]
    return [((), {DEMANDS[keyword]: demand} if keyword in DEMANDS else {})]


def _unknown_keys(schema: Any, value: Any, path: Steps) -> Iterator[Problem]:
    """A note for every key that the schema does not have, unless the schema itself speaks of further keys."""
    known = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    if isinstance(value, dict) and known:
        silent = bool(schema.keys() & {"additionalProperties", "patternProperties"})
        for key, inner in value.items():
            if key in known:
                yield from _unknown_keys(known[key], inner, (*path, key))
            elif not silent and key not in KNOWN_EVERYWHERE:
                yield Problem((*path, key), "unknown", _suggestion(key, known.keys() - value.keys()), note=True)
    elif isinstance(value, list) and isinstance(schema, Mapping):
        for index, inner in enumerate(value):
            yield from _unknown_keys(schema.get("items"), inner, (*path, index))


def _suggestion(key: str, free: Iterable[str]) -> dict[str, object]:
    """The property that was probably meant, among those that the document does not have yet."""
    spelt = {name.casefold(): name for name in sorted(free)}
    near = difflib.get_close_matches(key.casefold()[:LONGEST_TYPO], spelt, 1)
    return {"suggestion": spelt[near[0]]} if near else {}


def _titles(schema: Schema, path: Steps) -> dict[str, str]:
    """The title, by language, of the property that a path leads to, or into the list of."""
    titled = _schema_at(schema, owner(path))
    titles = {language: translated(titled, "title", language) for language in LANGUAGES}
    return {language: title for language, title in titles.items() if title}


def _schema_at(schema: Schema, path: Steps) -> Schema:
    for step in path:
        inner = schema.get("properties", {}).get(step) if isinstance(step, str) else schema.get("items")
        if not isinstance(inner, Mapping):
            return {}
        schema = inner
    return schema


def _position(document: Any, path: Steps) -> list[int]:
    """Where a path lies in the document, for sorting; what is missing comes after what is there."""
    position: list[int] = []
    for step in path:
        if isinstance(document, dict):
            keys = list(document)
            position.append(keys.index(step) if step in document else len(keys))
        else:
            position.append(int(step))
        document = document[step] if position[-1] < len(document) else None
    return position
