"""The command line: everything the send panel can do. `python -m element --help` lists it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from element import checking, commands
from element.bulk import command as bulk
from element.errors import Bilingual
from element.words import Language, preferred_language, say

Words = Callable[[str], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 well, 1 a problem or a refusal, 2 unusable input, 3 outcome unknown."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal cannot show must not turn an outcome into a traceback
            stream.reconfigure(errors="backslashreplace")
    language = preferred_language()
    options = _parser(language).parse_args(arguments)
    options.language = language
    try:
        return int(options.run(options))
    except Bilingual as error:
        print(error.in_language(language), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read along has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser(language: Language) -> argparse.ArgumentParser:
    def words(key: str) -> str:
        return say(f"cli.{key}", language)

    parser = argparse.ArgumentParser(prog="python -m element", description=words("about"))
    parser.add_argument("--app", default=".", metavar="DIR", help=words("app"))
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = verbs.add_parser("list", help=words("list"))
    listing.set_defaults(run=commands.list_elements)

    check = verbs.add_parser("check", help=words("check"))
    check.add_argument("elements", nargs="*", metavar="SMS.Name", help=words("elements"))
    check.set_defaults(run=checking.check)

    send = verbs.add_parser("send", help=words("send"))
    send.add_argument("element", metavar="SMS.Name", help=words("element"))
    send.add_argument("--phone", action="append", required=True, metavar="NUMBER", help=words("phone"))
    send.add_argument("--template", required=True, metavar="CODE", help=words("template"))
    send.add_argument("--template-text", metavar="TEXT", help=words("template_text"))
    send.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help=words("param"))
    send.add_argument("--sign", metavar="NAME", help=words("sign"))
    send.add_argument("--out-id", metavar="ID", help=words("out_id"))
    send.add_argument("--live", action="store_true", help=words("live"))
    send.set_defaults(run=commands.send)

    for verb in (listing, check, send):
        verb.add_argument("--json", action="store_true", help=words("json"))

    bulk.add_arguments(verbs.add_parser("bulk", help=words("bulk")), words)
    _sandbox(verbs.add_parser("sandbox", help=words("sandbox")), words)
    return parser


def _sandbox(sandbox: argparse.ArgumentParser, words: Words) -> None:
    sandbox.add_argument("--port", type=int, default=8010, metavar="N", help=words("port"))
    sandbox.add_argument("--key", action="append", default=[], metavar="ID:SECRET", help=words("key"))
    sandbox.add_argument("--catalogue", type=Path, metavar="FILE", help=words("catalogue"))
    sandbox.add_argument("--lenient", action="store_true", help=words("lenient"))
    sandbox.add_argument("--no-frequency", dest="frequency", action="store_false", help=words("no_frequency"))
    sandbox.add_argument("--delay", type=float, default=3.0, metavar="SECONDS", help=words("delay"))
    sandbox.add_argument("--receipts", metavar="URL", help=words("receipts"))
    sandbox.add_argument("--numbers", action="store_true", help=words("numbers"))
    sandbox.set_defaults(run=commands.sandbox)

    inbox = sandbox.add_subparsers(metavar="inbox").add_parser("inbox", help=words("inbox"))
    inbox.add_argument("--url", default="http://127.0.0.1:8010", help=words("url"))
    inbox.add_argument("--number", metavar="NUMBER", help=words("number"))
    inbox.add_argument("--wait", type=float, nargs="?", default=0.0, const=5.0, metavar="SECONDS", help=words("wait"))
    inbox.add_argument("--json", action="store_true", help=words("json"))
    inbox.set_defaults(run=commands.inbox)


if __name__ == "__main__":
    sys.exit(main())
