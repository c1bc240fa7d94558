"""What `python -m element check` costs on 10,000 elements, beside merely reading and parsing the same files.

python -m tests.bench.check [ELEMENTS]     CPU seconds of each in turns, their ratio, and the memory of both
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

TURNS = 5
E = {"title": "Codes", "type": "SMS.Aliyun", "backendBundleEntry": "."}
SMS = {"accessKey": "{{KEY_ID}}", "accessSecret": "{{KEY_SECRET}}", "verifySign": "阿里云短信测试"}
FLOOR = """
import json, sys, os
family = sys.argv[1] + "/SMS"
for name in sorted(os.listdir(family)):
    for file in ("e.json", "sms.json"):
        with open(f"{family}/{name}/{file}", "rb") as opened:
            json.loads(opened.read().decode("utf-8-sig"))
"""


def write_tree(root: Path, elements: int) -> None:
    for number in range(elements):
        folder = root / "SMS" / f"Codes{number:05}"
        folder.mkdir(parents=True)
        (folder / "e.json").write_text(json.dumps({**E, "title": f"Codes {number}"}))
        (folder / "sms.json").write_text(json.dumps(SMS, ensure_ascii=False))
    for git in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *git], cwd=root, check=True)


def cpu(command: list[str]) -> float:
    """CPU seconds of one run, start of the interpreter included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "KEY_ID": "a", "KEY_SECRET": "b"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(elements: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), elements)
        floor = [sys.executable, "-c", FLOOR, folder]
        check = [sys.executable, "-m", "element", "--app", folder, "check"]
        turns = [(cpu(floor), cpu(check)) for _ in range(TURNS)]
    for low, high in turns:
        print(f"read and parse {low:.2f} s   check {high:.2f} s   {high / low:.2f} ×")
    ratio = sorted(high / low for low, high in turns)[TURNS // 2]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{elements} elements: median {ratio:.2f} ×, peak memory {peak >> 10} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10_000)
