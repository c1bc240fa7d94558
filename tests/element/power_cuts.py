"""A bulk job, a gateway that loses answers, and a process that is killed again and again: nobody twice, nobody missing.

python -m tests.element.power_cuts                                10,000 recipients, 100 kills
python -m tests.element.power_cuts --recipients 1500 --kills 20   what the tests do
python -m tests.element.power_cuts --seed 7                       the same faults and lifetimes again
"""

import argparse
import multiprocessing
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from element import App
from element.bulk import recipients
from element.bulk.bulk import Bulk
from element.bulk.jobs import BulkError
from element.bulk.run import Pace
from element.ledger import Ledger
from element.sandbox import Sandbox, serve
from element.sandbox.faults import Rule
from tests.conftest import SMS, E, write_element

TEMPLATE, TEXT = "SMS_1", "Dear ${name}, your parcel is here."
SHARES = {  # of the calls: what happens to them
    ("lost", "*Sms"): 0.08,
    ("unavailable-after", "*Sms"): 0.06,
    ("reset", "*Sms"): 0.06,
    ("unavailable", "*Sms"): 0.04,
    ("throttled", "*Sms"): 0.02,
    ("reset", "QuerySendDetails"): 0.002,
}
OPERATIONS = {"*Sms": ("SendSms", "SendBatchSms"), "QuerySendDetails": ("QuerySendDetails",)}
PER_CALL = 10
PATIENCE = 2.0  # seconds: far more than the sandbox needs for a request whose sender was killed
LONGEST_LIFE = 1.0
LONGEST_SPRINT = 0.03
SLOWNESS = 0.7  # of the pace at which the job would be done after the last kill
MOST_FINAL_RUNS = 50


@dataclass
class Report:
    """What came of it. `killed`: how often the process was ended while it worked."""

    seed: int
    killed: int
    twice: list[str]
    missing: list[str]
    accepted_but_unknown_to_gateway: list[str]
    left_in_files: list[str]
    outcomes: dict[str, int]
    seconds: float

    @property
    def is_well(self) -> bool:
        wrong = (self.twice, self.missing, self.accepted_but_unknown_to_gateway, self.left_in_files)
        return not any(wrong) and set(self.outcomes) == {"accepted"}


def cut(count: int, kills: int, seed: int) -> Report:
    """Kill a job of `count` recipients `kills` times, let it end, and compare its ledger with the gateway."""
    started = time.perf_counter()
    sandbox = _faulty_sandbox(count, seed)
    with tempfile.TemporaryDirectory() as folder, serve(sandbox) as serving:
        write_element(Path(folder), "Codes", E, SMS)
        killed = _killed_again_and_again(Path(folder), serving.url, count, kills, random.Random(seed))
        return _report(Path(folder), sandbox, count, seed, killed, time.perf_counter() - started)


def _faulty_sandbox(count: int, seed: int) -> Sandbox:
    sandbox = Sandbox(capacity=2 * count)
    sandbox.add_account(SMS["accessKey"], SMS["accessSecret"])
    sandbox.add_sign(SMS["verifySign"])
    sandbox.add_template(TEMPLATE, TEXT)
    for (outcome, operations), share in SHARES.items():
        for operation in OPERATIONS[operations]:
            sandbox.faults.add(Rule(outcome, operation, share, seed))
            seed += 1
    return sandbox


def _killed_again_and_again(folder: Path, url: str, count: int, kills: int, dice: random.Random) -> int:
    """How often a process was killed at work; at the end one is left alone until the job is settled."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    nursery = context.Process(target=_nursery, args=(theirs, folder, url, count), daemon=True)
    nursery.start()
    rate = SLOWNESS * count / (kills * LONGEST_LIFE / 2)
    ends = [1]
    while 0 not in ends and ends.count(-signal.SIGKILL) < kills:
        ends.append(_lived(ours, _life(dice, rate)))
    while 0 not in ends and len(ends) < kills + MOST_FINAL_RUNS:
        ends.append(_lived(ours, Life(None, False, None)))
    ours.send(None)
    nursery.join()
    return ends.count(-signal.SIGKILL)


@dataclass(frozen=True)
class Life:
    """How a process works and ends: `seconds` after its birth, or after it began to send (None: by itself)."""

    seconds: float | None
    from_sending: bool
    rate: float | None


def _life(dice: random.Random, rate: float) -> Life:
    """Half of them end at any time, slowly at work; half in the thick of sending, when calls are on their way."""
    if dice.random() < 0.5:
        return Life(dice.uniform(0.0, LONGEST_LIFE), False, rate)
    return Life(dice.uniform(0.0, LONGEST_SPRINT), True, None)


def _lived(line: Connection, life: Life) -> int:
    line.send(life)
    return int(line.recv())


def _nursery(line: Connection, folder: Path, url: str, count: int) -> None:
    """Forks one process after the other, which saves each of them the imports."""
    App(folder, endpoint=url, record=False).getElement("SMS.Codes").warmUp()
    while life := line.recv():
        sending, said = os.pipe()
        child = os.fork()
        if child == 0:
            os._exit(_work(folder, url, count, life.rate, said))
        os.close(said)
        if life.seconds is not None:
            if life.from_sending:
                os.read(sending, 1)
            time.sleep(life.seconds)
            os.kill(child, signal.SIGKILL)
        line.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        os.close(sending)


def _work(folder: Path, url: str, count: int, rate: float | None, say: int) -> int:
    """Go on with the job, or begin it; say when it sends; 0 when it is settled, 1 when something is left to do."""
    element = App(folder, endpoint=url, record=False).getElement("SMS.Codes")
    bulk = Bulk(Ledger(folder, durable=True), element, gateway=url)
    try:
        job = bulk.resume(TEMPLATE)
    except BulkError:
        job = bulk.plan(recipients.listed(_list(count)), TEMPLATE, most_per_call=PER_CALL)
    for progress in job.run(Pace(rate=rate, patience=PATIENCE, pause=0.01, stay=True)):
        if progress.phase == "sending":
            os.write(say, b".")
    return 0 if progress.phase == "settled" else 1


def _list(count: int) -> list[tuple[str, dict[str, str]]]:
    """Every third gets the same text, the others one of their own."""
    return [(_number(place), {"name": f"客户{place}" if place % 3 else "客户"}) for place in range(count)]


def _number(place: int) -> str:
    return str(13_900_000_000 + place)


def _report(folder: Path, sandbox: Sandbox, count: int, seed: int, killed: int, seconds: float) -> Report:
    received = Counter(message.number for message in sandbox.messages())
    numbers = {_number(place) for place in range(count)}
    ledger = Ledger(folder)
    rows = [row for row in ledger.rows(limit=2 * count) if row.reason != "held_back"]
    accepted = {_number(row.row - 1) for row in rows if row.outcome == "accepted"}
    ledger.close()
    files = b"".join(path.read_bytes() for path in (folder / "appData").iterdir())
    return Report(
        seed=seed,
        killed=killed,
        twice=[number for number, times in received.items() if times > 1],
        missing=sorted(numbers - set(received)),
        accepted_but_unknown_to_gateway=sorted(accepted - set(received)),
        left_in_files=[number for number in numbers if number.encode() in files],
        outcomes=dict(Counter(row.outcome for row in rows)),
        seconds=seconds,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    report = cut(options.recipients, options.kills, options.seed)
    print(report)
    return int(not report.is_well)


if __name__ == "__main__":
    sys.exit(main())
