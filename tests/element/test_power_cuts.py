"""The bulk sender under power cuts, with fewer recipients than `python -m tests.element.power_cuts` takes."""

import secrets

from tests.element.power_cuts import cut


def test_killed_twenty_times_among_faults_a_job_reaches_everybody_once():
    seed = secrets.randbelow(1_000_000)
    print(f"seed {seed}")
    report = cut(1500, 20, seed)
    assert report.killed == 20, report
    assert report.is_well, report
