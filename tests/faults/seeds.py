"""All that is random in a run comes from one number, FAULT_SEED: with it the run can be had again."""

import os
import random

SEED = os.environ.get("FAULT_SEED") or str(random.SystemRandom().randrange(10**6))
# For the other processes of this run.
os.environ["FAULT_SEED"] = SEED


def chance(name: str) -> random.Random:
    """Return the dice of the test *name*: the same whichever tests run beside it."""
    return random.Random(f"{SEED}.{name}")
