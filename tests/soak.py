"""Long seeded runs of what the test run takes a short slice of: `python3 dev.py soak --minutes 30`.

A week of the schedule comes first, then rounds of whatever draws its examples, each with a seed of its own. What fails
says how it is repeated.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

RANDOM: Final = ("-m", "hypothesis")
"""Whatever draws its examples."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the week, then rounds until the minutes are over, one at least; the exit code of the first that fails."""
    asked = argparse.ArgumentParser(prog="dev.py soak", description=__doc__)
    asked.add_argument("--days", type=float, default=7.0, help="of the week, 96 s each; 0 for none (default 7)")
    asked.add_argument("--minutes", type=float, default=10.0, help="then so long, at least one round (default 10)")
    asked.add_argument("--seed", type=int, default=int(time.time()), help="of the first round (default: the time)")
    options = asked.parse_args(argv)
    if options.days > 0:
        week = (sys.executable, "-m", "tests.week", f"--days={options.days:g}", f"--seed={options.seed}")
        if code := subprocess.call(week, env={**os.environ}):
            again = f"--seed {options.seed} --days {options.days:g} --minutes 0"
            sys.stderr.write(f"Failed. The same again: python3 dev.py soak {again}\n")
            return code
    until, seed = time.monotonic() + 60 * options.minutes, options.seed
    while True:
        sys.stderr.write(f"== seed {seed}\n")
        pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}", *RANDOM)
        code = subprocess.call(pytest, env={**os.environ, "SOAK": "1"})
        if code:
            sys.stderr.write(f"Failed. The same again: python3 dev.py soak --seed {seed} --days 0 --minutes 0\n")
            return code
        if time.monotonic() >= until:
            return 0
        seed += 1


if __name__ == "__main__":
    sys.exit(main())
