"""What generating costs: milliseconds from a page's text to its schemas' text, for every page that we have.

python -m tests.bench.tables          median and slowest of ROUNDS for each page, and of all pages
"""

import statistics
import time
from pathlib import Path

from schemas.generate import understand

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "tests/schemas/pages").glob("**/*.md")), *sorted((ROOT / "schemas").glob("*/README*.md"))]
ROUNDS = 30
LIMIT = 10.0


def milliseconds(page: str) -> list[float]:
    """One figure for each round, after one that warms up."""
    understand({"page.md": page})
    figures = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        understand({"page.md": page})
        figures.append((time.perf_counter() - start) * 1e3)
    return figures


def main() -> None:
    medians = []
    print(f"{'page':40} {'lines':>5} {'median ms':>9} {'slowest':>8}")
    for file in PAGES:
        page = file.read_text(encoding="utf-8")
        figures = milliseconds(page)
        medians.append(statistics.median(figures))
        name = file.relative_to(ROOT).as_posix().removeprefix("tests/schemas/pages/")
        print(f"{name:40} {page.count(chr(10)):5} {medians[-1]:9.2f} {max(figures):8.2f}")
    under = sum(median < LIMIT for median in medians)
    print(f"{len(medians)} pages, median {statistics.median(medians):.2f} ms; {under} of them under {LIMIT:.0f} ms")


if __name__ == "__main__":
    main()
