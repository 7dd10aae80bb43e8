"""A migration that is killed at any moment goes on where it stopped, and ends as an undisturbed one does.

`make soak` is the long version.
"""

import random
import time

import pytest

from tests.importer.soak import Soak

ROWS = 3000


@pytest.fixture(scope="module")
def soak(new_database, tmp_path_factory: pytest.TempPathFactory) -> Soak:
    seed = time.time_ns()
    print(f"seed {seed}")  # noqa: T201 (shown when a test fails)
    return Soak(new_database, ROWS, 100, random.Random(seed), tmp_path_factory.mktemp("export"), print)


def test_a_killed_run_goes_on_and_ends_as_an_undisturbed_one(soak: Soak):
    soak.round(kills=1)


def test_so_does_one_that_is_killed_twice(soak: Soak):
    soak.round(kills=2)
