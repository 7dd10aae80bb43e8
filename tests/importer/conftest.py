from collections.abc import Callable

import pytest

from tests.importer import helpers

NewDatabase = Callable[[], str]
Old = Callable[[str], str]
Plain = Callable[[int], str]


@pytest.fixture(scope="session")
def on_mariadb(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database") != "mariadb":
        pytest.skip("only MariaDB can hold it")


@pytest.fixture(scope="session")
def on_sqlite(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--database") != "sqlite":
        pytest.skip("it is about SQLite")


@pytest.fixture(scope="session")
def old(on_mariadb: None, new_database: NewDatabase) -> Old:
    """`old(name)` is the URL of a database that holds one of `old_databases/`; needs MariaDB."""

    def load(name: str) -> str:
        url = new_database()
        helpers.load_sql(url, name)
        return url

    return load


@pytest.fixture(scope="session")
def plain(new_database: NewDatabase) -> Plain:
    """`plain(rows)` is the URL of a database with a plain old table of so many rows."""
    return lambda rows: helpers.make_old(new_database(), rows)
