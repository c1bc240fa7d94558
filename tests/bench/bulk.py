"""What a personalised bulk job costs, from CSV file to settled ledger, with a sink that answers at once.

    python -m tests.bench.bulk                     CPU against the floor, then 10⁴, 10⁵ and 10⁶ recipients
    python -m tests.bench.bulk --most 100000       the same, up to fewer recipients

The sink is an object in this process with an element's methods: no wire, no SDK, no signature. The floor is the
least that any sender of such a list does: read the CSV, build the JSON of 100 rows a call, insert a row for each
recipient in SQLite, one transaction a call. Each figure is of a process of its own; CPU is user and system time.
"""

import argparse
import csv
import json
import multiprocessing
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

from element.bulk import recipients
from element.bulk.bulk import Bulk
from element.ledger import PRAGMAS, Ledger
from element.redact import masked

AT_MOST = 3.0  # times the floor's CPU
MEMORY_AT_MOST = 150  # MB
LINEAR = 1.5  # times what a recipient costs at 10⁴, at 10⁶: an index grows deeper
ROUNDS = 5
SIZES = (10_000, 100_000, 1_000_000)
ANSWER = SimpleNamespace(code="OK", request_id="F655A8D5-B967-440B-8683-DAD6FF8DE990", biz_id="9006197469364984^0")


class Sink:
    """Takes every message at once."""

    fullName = "SMS.Sink"

    def sendMessage(self, phoneList, params, verifyTemplateCode, *, outId):
        return ANSWER

    def sendBatch(self, messages, verifyTemplateCode, *, outId):
        return ANSWER

    def querySendDetails(self, phone, date, *, page=1):
        return []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest list")
    most = parser.parse_args().most
    return max(_against_the_floor(), _scaling([size for size in SIZES if size <= most]))


def _against_the_floor(size: int = 100_000) -> int:
    """Alternating rounds, so that both see the same machine."""
    rounds = [(_measured(floor, size), _measured(bulk, size)) for _ in range(ROUNDS)]
    floor_us, bulk_us = (
        statistics.median(each["cpu"] for each in column) / size * 1e6 for column in zip(*rounds, strict=True)
    )
    ratio = bulk_us / floor_us
    print(f"floor   {floor_us:6.2f} µs CPU a recipient")
    print(f"bulk    {bulk_us:6.2f} µs CPU a recipient")
    print(f"ratio   {ratio:6.2f}   (at most {AT_MOST})")
    return int(ratio > AT_MOST)


def _scaling(sizes: list[int]) -> int:
    print("recipients   seconds   rows/s   µs CPU each   peak MB")
    found = {size: _measured(bulk, size) for size in sizes}
    for size, each in found.items():
        cpu = each["cpu"] / size * 1e6
        print(f"{size:>10}  {each['wall']:8.2f}  {size / each['wall']:7.0f}  {cpu:12.2f}  {each['peak']:8.0f}")
    growth = found[sizes[-1]]["cpu"] / sizes[-1] / (found[sizes[0]]["cpu"] / sizes[0])
    peak = max(each["peak"] for each in found.values())
    print(f"CPU a recipient, largest against smallest: {growth:.2f} (at most {LINEAR})")
    print(f"peak memory: {peak:.0f} MB (at most {MEMORY_AT_MOST})")
    return int(growth > LINEAR or peak > MEMORY_AT_MOST)


def floor(folder: Path) -> None:
    db = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in (*PRAGMAS, "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}")
    db.execute(
        "CREATE TABLE sent (id INTEGER PRIMARY KEY, time REAL, element TEXT, template TEXT, number TEXT, outcome TEXT,"
        " code INTEGER, request_id TEXT, biz_id TEXT, parts INTEGER, milliseconds REAL)"
    )
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)[1:]
        while chunk := list(islice(rows, 100)):
            numbers = [cells[0] for cells in chunk]
            params = [dict(zip(names, cells[1:], strict=True)) for cells in chunk]
            documents = (numbers, [Sink.fullName] * len(numbers), params)
            assert all(json.dumps(document, ensure_ascii=False) for document in documents)
            now = time.time()
            about = ("accepted", None, ANSWER.request_id, ANSWER.biz_id, 1, 0.0)
            db.execute("BEGIN")
            db.executemany(
                "INSERT INTO sent VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(now, Sink.fullName, "SMS_1", masked(number), *about) for number in numbers],
            )
            db.execute("COMMIT")


def bulk(folder: Path) -> None:
    ledger = Ledger(folder, durable=True)
    sender = Bulk(ledger, Sink(), gateway="http://127.0.0.1")
    with sender.plan(recipients.read(folder / "list.csv"), "SMS_1") as job:
        *_, last = job.run()
    assert last.phase == "settled", last
    assert last.accepted == job.plan.recipients, last


def write_list(path: Path, size: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["phone", "name", "order"])
        rows.writerows(
            (13_000_000_000 + place * 7919 % 6_000_000_000, f"客户{place}", f"A{place:07}") for place in range(size)
        )


def _measured(work: Callable[[Path], None], size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        write_list(Path(folder) / "list.csv", size)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_report, args=(theirs, work, Path(folder)))
        process.start()
        figures = ours.recv()
        process.join()
    return figures


def _report(line, work: Callable[[Path], None], folder: Path) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    work(folder)
    figures = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    line.send(figures | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


if __name__ == "__main__":
    sys.exit(main())
