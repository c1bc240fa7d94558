"""The two files of an element: bytes ⇄ JSON documents, and what is wrong with either."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from element.directory import MAX_BYTES
from element.settings import unset_variables
from element.words import Language, say
from schemas.validate import Problem, Schema, problems, schemas_of

Documents = dict[str, dict[str, Any]]
TYPE = "SMS.Aliyun"
UNREADABLE = ("file_not_json", "file_not_object", "file_not_text", "file_too_large", "file_unreadable")


@dataclass(frozen=True)
class FileProblem:
    """One thing wrong in `file`: with the document (`problem`), or with the file itself (`kind` in words.toml)."""

    file: str
    problem: Problem | None = None
    kind: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    note: bool = False

    def sentence(self, language: Language) -> str:
        """What is wrong and what to do, in "en" or "zh"."""
        if self.problem:
            return self.problem.sentence(language)
        return say(self.kind, language, {"file": self.file, **self.facts})

    @property
    def rule(self) -> str:
        """The JSON Schema keyword that failed, or what is wrong with the file."""
        return self.problem.keyword if self.problem else self.kind

    @property
    def path(self) -> str:
        """Where in the document, as a JSON path."""
        if self.problem:
            return self.problem.json_path
        return f"$.{self.facts['parameter']}" if "parameter" in self.facts else "$"


def decoded(raw: Mapping[str, bytes | OSError], names: tuple[str, ...]) -> tuple[Documents, list[FileProblem]]:
    """The JSON objects in `raw`, and a problem for every file of `names` that does not hold one."""
    documents: Documents = {}
    faults: list[FileProblem] = []
    for name in names:
        document = _document(name, raw[name]) if name in raw else FileProblem(name, kind="file_missing")
        if isinstance(document, FileProblem):
            faults.append(document)
        else:
            documents[name] = document
    return documents, faults


def checked(
    documents: Documents, schemas: Mapping[str, Schema] | None = None, fine: Callable[[str, Any], bool] | None = None
) -> list[FileProblem]:
    """What the schemas and the environment say against `documents`, errors before notes.

    `schemas` are by file name, else the official Type's; a document without one is not held against any, and
    neither is one that is `fine` already.
    """
    if schemas is None:
        schemas = {f"{stem}.json": schema for stem, schema in schemas_of(TYPE).items()}
    found = [
        FileProblem(name, problem, note=problem.note)
        for name, document in documents.items()
        if name in schemas and not (fine and fine(name, document))
        for problem in problems(schemas[name], document)
    ]
    unset = [
        FileProblem(name, None, "reference_unset", {"parameter": parameter, "variable": variable}, note=True)
        for name, document in documents.items()
        for parameter, variable in unset_variables(document)
    ]
    return sorted(found + unset, key=lambda problem: problem.note)


def encoded(document: Mapping[str, Any], present: bytes | OSError | None) -> bytes:
    """The bytes for `document`; those already `present` if they say the same, key order included.

    Raises ValueError or TypeError for what JSON cannot hold, and for what `decoded` would not take.
    """
    if isinstance(present, bytes) and _same(document, present):
        return present
    content = (json.dumps(dict(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
    if len(content) > MAX_BYTES:
        raise ValueError
    return content


def _same(document: Mapping[str, Any], present: bytes) -> bool:
    old = _document("", present)
    return not isinstance(old, FileProblem) and json.dumps(old) == json.dumps(dict(document))


def _document(name: str, content: bytes | OSError) -> dict[str, Any] | FileProblem:
    if isinstance(content, OSError):
        return FileProblem(name, kind="file_unreadable", facts={"cause": content.strerror})
    if len(content) > MAX_BYTES:
        return FileProblem(name, kind="file_too_large", facts={"limit": MAX_BYTES >> 10})
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return FileProblem(name, kind="file_not_text")
    except json.JSONDecodeError as error:
        return FileProblem(name, kind="file_not_json", facts={"line": error.lineno, "column": error.colno})
    except (RecursionError, ValueError):
        return FileProblem(name, kind="file_not_json", facts={"line": 1, "column": 1})
    return document if isinstance(document, dict) else FileProblem(name, kind="file_not_object")
