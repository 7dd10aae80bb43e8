"""What every test may ask for.

    app            the application on an empty database, schema by the migrations
    client         a stranger to the house: `client.get("alerts")` is GET /api/v1/alerts without a token
    responder, manager, stranger, viewer, admin
                   clients with a token; `.user` is the person. The stranger is a responder who has nothing
                   to do with the object at hand
    key            an Alertmanager integration's client; `.key` is its key
    make           factories.Factory: rows in the state that a test starts from
    clock          time held still; `clock.advance(minutes=5)`

`pytest --database mariadb` runs the same tests on a private MariaDB; xdist workers share the server and
have a database each. Requests commit for real; after each test all rows are deleted.
"""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from backend.app import create_app
from backend.app.config import Settings
from backend.app.domain.roles import Role
from tests.factories import Factory
from tests.harness.client import Client
from tests.harness.clock import HeldClock
from tests.harness.database import empty, migrate
from tests.harness.mariadb import PrivateMariaDB, create_database

NewDatabase = Callable[[], str]
SERVER = pytest.StashKey[PrivateMariaDB]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "mariadb"], default="sqlite", help="what to run on")


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) starts the server; workers hear of it."""
    if config.getoption("--database") == "mariadb" and not hasattr(config, "workerinput"):
        config.stash[SERVER] = PrivateMariaDB()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database is the same on every one, and is run on SQLite only."""
    if config.getoption("--database") == "mariadb":
        config.hook.pytest_deselected(items=[item for item in items if "new_database" not in item.fixturenames])
        items[:] = [item for item in items if "new_database" in item.fixturenames]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    if server := node.config.stash.get(SERVER, None):
        node.workerinput["mariadb_port"] = server.port


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.stop()


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """`new_database()` is the URL of another empty database, without tables, of this process's own."""
    worker = getattr(request.config, "workerinput", {})
    server = request.config.stash.get(SERVER, None)
    port = server.port if server else worker.get("mariadb_port")
    names = (f"{worker.get('workerid', 'test')}_{number}" for number in count(1))

    def new() -> str:
        if port:
            return create_database(port, next(names))
        return f"sqlite:///{tmp_path_factory.mktemp('database') / next(names)}.db"

    return new


@pytest.fixture(scope="session")
def settings(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    log = tmp_path_factory.mktemp("logs") / "app.log"
    return Settings(database_url=new_database(), jwt_secret_key="tests-only-" * 4, log_file=str(log))


@pytest.fixture(scope="session")
def migrated_app(settings: Settings) -> Flask:
    """Made once a process; tests take `app`."""
    app = create_app(settings)
    migrate(app)
    return app


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    yield migrated_app
    empty(migrated_app)


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app)


@pytest.fixture
def make(app: Flask) -> Factory:
    return Factory(app)


@pytest.fixture
def clock() -> Iterator[HeldClock]:
    with HeldClock() as held:
        yield held


@pytest.fixture
def viewer(client: Client, make: Factory) -> Client:
    return client.as_(make.user("viewer", Role.VIEWER))


@pytest.fixture
def responder(client: Client, make: Factory) -> Client:
    return client.as_(make.user("responder", Role.RESPONDER))


@pytest.fixture
def stranger(client: Client, make: Factory) -> Client:
    return client.as_(make.user("stranger", Role.RESPONDER))


@pytest.fixture
def manager(client: Client, make: Factory) -> Client:
    return client.as_(make.user("manager", Role.MANAGER))


@pytest.fixture
def admin(client: Client, make: Factory) -> Client:
    return client.as_(make.user("admin", Role.ADMIN))


@pytest.fixture
def key(client: Client, make: Factory) -> Client:
    return client.with_key(make.key("alertmanager"))


@pytest.fixture(scope="session")
def payloads() -> Path:
    return Path(__file__).parent / "payloads"
