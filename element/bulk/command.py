"""`python -m element bulk`: a list of recipients, a plan, a progress bar, and what came of it."""

import json
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from hashlib import file_digest
from itertools import groupby
from pathlib import Path
from typing import Any

from element.app import App
from element.bulk import recipients
from element.bulk.bulk import Bulk, Job
from element.bulk.delivery_record import PATIENCE
from element.bulk.jobs import BulkError
from element.bulk.planning import BadRows
from element.bulk.run import Pace, Phase, Progress
from element.commands import app_to_send_with, param
from element.endpoint import endpoint
from element.ledger import DAY, Ledger, Row
from element.settings import Settings
from element.simulate import sends_through_alibaba
from element.template import placeholders
from element.words import Language, Sentence, say

BAR = 30
ROWS_LISTED = 1000
RANGES_SHOWN = 20
EXIT: dict[Phase, int] = {"settled": 0, "halted": 1, "unsettled": 3, "stopped": 130}


def add_arguments(parser: ArgumentParser, words: Callable[[str], str]) -> None:
    """The command's options; `words` gives the sentence of [cli.…] in the terminal's language."""
    parser.add_argument("element", metavar="SMS.Name", help=words("element"))
    parser.add_argument("recipients", nargs="?", type=Path, metavar="CSV", help=words("bulk_recipients"))
    parser.add_argument("--template", required=True, metavar="CODE", help=words("template"))
    parser.add_argument("--template-text", metavar="TEXT", help=words("template_text"))
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help=words("bulk_shared"))
    parser.add_argument("--column", metavar="NAME", help=words("bulk_column"))
    parser.add_argument("--live", action="store_true", help=words("live"))
    parser.add_argument("--resume", action="store_true", help=words("bulk_resume"))
    parser.add_argument("--abandon", action="store_true", help=words("bulk_abandon"))
    parser.add_argument("--again", action="store_true", help=words("bulk_again"))
    parser.add_argument("--skip-bad-rows", action="store_true", help=words("bulk_skip"))
    parser.add_argument("--rate", type=_positive, metavar="N", help=words("bulk_rate"))
    parser.add_argument("--concurrency", type=_at_least_one, default=4, metavar="N", help=words("bulk_concurrency"))
    parser.add_argument("--patience", type=_positive, default=PATIENCE, metavar="S", help=words("bulk_patience"))
    parser.add_argument("--stay", action="store_true", help=words("bulk_stay"))
    parser.add_argument("--json", action="store_true", help=words("json"))
    parser.set_defaults(run=run, sign=None)


def run(options: Namespace) -> int:
    """Plan, send and report, in a sandbox unless --live; 0 all accepted, 1 some refused, 3 some unknown, 130
    stopped."""
    if options.recipients is None and not (options.resume or options.abandon):
        raise BulkError("bulk.no_list")
    with app_to_send_with(options, record=False) as app:
        element = app.getElement(options.element)
        if not sends_through_alibaba(element):
            raise BulkError("bulk.other_sender", {"element": options.element})
        throwaway = not options.live and app.endpoint != endpoint()
        ledger = Ledger(app.root, durable=True)
        bulk = Bulk(ledger, element, gateway=app.endpoint.url, rehearsal=throwaway)
        with closing(ledger), _job(bulk, app, options) as job:
            if options.abandon:
                return _abandon(job, options)
            _say_where(app, job, options)
            _say_plan(job, options)
            last = _sent(job, options)
            return _report(ledger, job, last, options)


def _positive(text: str) -> float:
    number = float(text)
    if number <= 0:
        raise ValueError
    return number


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _job(bulk: Bulk, app: App, options: Namespace) -> Job:
    source = _digest(options.recipients)
    if options.resume or options.abandon:
        return bulk.resume(options.template, source=source)
    text: str | None = options.template_text
    rows = recipients.read(
        options.recipients,
        variables=None if text is None else placeholders(text),
        shared=dict(param(each) for each in options.param),
        column=options.column,
    )
    sign = Settings.read(options.element, app.document(options.element, "sms.json")).verifySign
    try:
        return bulk.plan(
            rows,
            options.template,
            text=text,
            sign=sign,
            again=options.again,
            skip_problems=options.skip_bad_rows,
            source=source,
        )
    except BadRows as error:
        _say_problems(error.problems, int(str(error.facts["count"])), options.language)
        raise


def _digest(path: Path | None) -> str:
    """What tells one list from another; "" without one, and for one that the reader will complain about."""
    try:
        with (path or Path()).open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _abandon(job: Job, options: Namespace) -> int:
    job.abandon()
    found = {outcome: job.tally[outcome] for outcome in ("accepted", "refused", "unknown")}
    print(say("bulk.abandoned", options.language, found))
    return 0


def _say_where(app: App, job: Job, options: Namespace) -> None:
    numbers = Sentence("bulk.numbers", {"count": job.plan.recipients})
    facts = {"element": options.element, "url": app.endpoint.url, "numbers": numbers}
    _say("cli.to_live" if options.live else "cli.to_sandbox", options, facts)


def _say_plan(job: Job, options: Namespace) -> None:
    plan = asdict(job.plan)
    _say("bulk.planned_unknown" if job.plan.parts is None else "bulk.planned", options, plan)
    for name in ("merged", "held", "skipped"):
        if plan[name]:
            _say(f"bulk.{name}", options, {"count": plan[name], "hours": round(DAY / 3600)})
    if job.problems:
        _say_problems(job.problems, job.plan.skipped, options.language)


def _say_problems(problems: list[recipients.RowProblem], count: int, language: Language) -> None:
    for problem in problems:
        print(problem.sentence(language), file=sys.stderr)
    if count > len(problems):
        print(say("bulk.more_rows", language, {"count": count - len(problems)}), file=sys.stderr)


def _say(kind: str, options: Namespace, facts: dict[str, Any]) -> None:
    print(say(kind, options.language, facts), file=sys.stderr)


def _sent(job: Job, options: Namespace) -> Progress:
    """Run the job; the first Ctrl-C stops it between calls, a second one at once."""
    pace = Pace(options.concurrency, options.rate, options.patience, stay=options.stay)
    bar = _Bar(options.language)
    with _interrupts(job.stop):
        for progress in job.run(pace):
            bar.draw(progress)
    bar.end()
    return progress


@contextmanager
def _interrupts(stop: Callable[[], None]) -> Iterator[None]:
    def once(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    before = signal.signal(signal.SIGINT, once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Bar:
    """One line of the terminal; nothing where stderr is none."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._on = sys.stderr.isatty()

    def draw(self, progress: Progress) -> None:
        if not self._on:
            return
        filled = BAR * progress.done // max(progress.recipients, 1)
        phase = Sentence(f"bulk.phase.{progress.phase}", {**_facts(progress), "trouble": ""})
        facts = {**_facts(progress), "phase": phase if progress.phase in ("settling", "sending", "waiting") else ""}
        line = f"[{'#' * filled}{' ' * (BAR - filled)}] {say('bulk.bar', self._language, facts)}"
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._on:
            print(file=sys.stderr)


def _facts(progress: Progress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in ("recipients", "done", "accepted", "refused", "unknown")}


def _report(ledger: Ledger, job: Job, last: Progress, options: Namespace) -> int:
    trouble = last.trouble.in_language(options.language) if last.trouble else ""
    rows = [
        row
        for outcome in ("refused", "unknown")
        for row in ledger.rows(ROWS_LISTED, job=job.id, outcome=outcome)
        if row.reason != "held_back"
    ]
    if options.json:
        document = {"job": job.id, "outcome": last.phase, "plan": asdict(job.plan), **_facts(last), "trouble": trouble}
        shown = ("row", "number", "outcome", "reason", "request_id")
        document["rows"] = [{name: getattr(row, name) for name in shown} for row in rows]
        print(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print_rows(rows, options.language)
        print(say(f"bulk.phase.{last.phase}", options.language, {**_facts(last), "trouble": trouble}))
        if trouble and last.phase == "unsettled":
            print(say("bulk.phase.unaskable", options.language, {"trouble": trouble}))
    return EXIT[last.phase] or int(last.refused > job.plan.held)


def _print_rows(rows: list[Row], language: Language) -> None:
    """Which rows were refused, by reason, and which are unknown."""
    kinds = sorted({(row.outcome, row.reason if row.outcome == "refused" else "") for row in rows})
    for outcome, reason in kinds:
        found = [row.row or 0 for row in rows if row.outcome == outcome and reason in ("", row.reason)]
        print(say(f"bulk.{outcome}_rows", language, {"reason": reason, "rows": _ranges(sorted(found))}))


def _ranges(numbers: list[int]) -> str:
    """2, 3, 4, 9 as "2–4, 9"."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs[:RANGES_SHOWN]]
    return ", ".join(shown) + (" …" if len(runs) > RANGES_SHOWN else "")
