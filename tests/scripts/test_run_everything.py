"""`python scripts/test.py`, which `make test` runs: what did not run is never taken for green."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

PYTEST = """\
....F..s
FAILED tests/test_x.py::test_9_passed_before - assert 1 == 2
1 failed, 6 passed, 1 skipped in 0.31s"""
VITEST = """\
 Test Files  3 passed (3)
\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m40 passed\x1b[39m\x1b[22m (40)
   Duration  1.20s"""
PLAYWRIGHT = """\
Running 12 tests using 2 workers
  2 failed
    specs/loop.spec.ts:7:1 the loop
  1 skipped
  9 passed (14.2s)"""
RUFF = "All 12 passed files are fine"

Load = Callable[..., ModuleType]
"""`load(ci="true")`: the script, with CI set so, in a project of its own where every part is a shell script."""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    (tmp_path / "Makefile").write_text("setup-dev setup-e2e:\n\t@echo $@ >> targets\n")
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def loaded(ci: str | None = None, **programs: bool) -> ModuleType:
        if ci is None:
            monkeypatch.delenv("CI", raising=False)
        else:
            monkeypatch.setenv("CI", ci)
        spec = importlib.util.spec_from_file_location("closeloop_run_everything", SCRIPTS / "test.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "OUTPUT", tmp_path / ".test-output")
        monkeypatch.setattr(module, "PARTS", [])
        packages = sys.modules["system_packages"]
        monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)  # so that nothing is ever installed
        for name, here in programs.items():
            monkeypatch.setitem(packages.PROGRAMS, name, (lambda here=here: here, f"{name}-package"))
        return module

    return loaded


def add(module: ModuleType, name: str, group: str = "test", says: str = "", code: int = 0, **more: object) -> None:
    """One more part, that prints and ends."""
    file = module.ROOT / f"{len(module.PARTS)}.sh"
    file.write_text(f"touch ran-{len(module.PARTS)}\ncat <<'END'\n{says}\nEND\nexit {code}\n", encoding="utf-8")
    module.PARTS.append(module.Part(name, group, f"sh {file}", **more))


def ran(module: ModuleType, number: int) -> bool:
    return (module.ROOT / f"ran-{number}").exists()


def test_when_all_is_green_it_says_so_and_ends_with_0(load: Load, capsys):
    module = load()
    add(module, "pytest sqlite", says="3 passed in 0.1s")
    add(module, "ruff check", "lint", says="All checks passed!")
    assert module.main([]) == 0
    assert capsys.readouterr().out.endswith("tests: 3 passed, 0 failed, 0 skipped\nall that ran is green\n")


def test_one_part_that_fails_fails_the_whole_and_the_others_run_all_the_same(load: Load, capsys):
    module = load()
    for number in range(5):
        add(module, f"part {number}", says=f"line of part {number}", code=int(number == 1))
    assert module.main([]) == 1
    said = capsys.readouterr().out
    assert all(ran(module, number) for number in range(5))
    assert said.endswith("FAILED: part 1\n")
    assert "all that ran is green" not in said
    assert "output of part 1\nline of part 1\n" in said
    assert "output of part 2" not in said


def test_what_a_part_prints_is_kept(load: Load):
    module = load()
    add(module, "pytest sqlite", says="三 passed")
    module.main([])
    assert (module.OUTPUT / "pytest-sqlite.log").read_text(encoding="utf-8") == "三 passed\n"


class TestAPartWhoseProgramIsMissing:
    def add_both(self, module: ModuleType) -> None:
        add(module, "pytest mariadb", says="3 passed in 1s", system=("mariadbd",))
        add(module, "pytest sqlite", says="5 passed in 1s", system=("sh",))

    @pytest.mark.parametrize("ci", [None, "", "false", "0"])
    def test_on_somebodys_own_machine_is_skipped_loudly(self, load: Load, capsys, ci: str | None):
        module = load(ci, mariadbd=False, sh=True)
        self.add_both(module)
        assert module.main([]) == 0
        said = capsys.readouterr().out
        assert not ran(module, 0)
        assert ran(module, 1)
        assert "pytest mariadb: SKIPPED: mariadbd is not installed" in said
        assert "apt-get install mariadbd-package" in said
        assert "\nNOT RUN: pytest mariadb (" in said
        assert said.endswith("tests: 5 passed, 0 failed, 0 skipped\n" + said[said.index("NOT RUN") :])

    @pytest.mark.parametrize("ci", ["true", "True", "1", "yes"])
    def test_where_nobody_looks_is_a_failure(self, load: Load, capsys, ci: str):
        module = load(ci, mariadbd=False, sh=True)
        self.add_both(module)
        assert module.main([]) == 1
        said = capsys.readouterr().out
        assert not ran(module, 0)
        assert ran(module, 1)
        assert "pytest mariadb: FAILED: mariadbd is not installed" in said
        assert said.endswith("FAILED: pytest mariadb\n")
        assert "NOT RUN" not in said

    def test_runs_where_the_program_is_there(self, load: Load):
        module = load("true", mariadbd=True, sh=True)
        self.add_both(module)
        assert module.main([]) == 0
        assert ran(module, 0)


class TestTheLastLines:
    def test_count_every_runners_tests_and_no_linters(self, load: Load, capsys):
        module = load()
        add(module, "playwright", says=PLAYWRIGHT, code=1)
        add(module, "pytest mariadb", says=PYTEST, code=1)
        add(module, "pytest sqlite", says=PYTEST, code=1)
        add(module, "vitest", says=VITEST)
        add(module, "ruff check", "lint", says=RUFF)
        assert module.main([]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert lines[-2] == "tests: 61 passed, 4 failed, 3 skipped"
        assert lines[-1] == "FAILED: playwright, pytest mariadb, pytest sqlite"

    def test_repeat_what_pytest_itself_said_for_each_database(self, load: Load, capsys):
        module = load()
        add(module, "pytest mariadb", says="7 passed in 2.00s")
        add(module, "pytest sqlite", says="8 passed in 1.00s")
        module.main([])
        assert capsys.readouterr().out.splitlines()[-4:-2] == ["7 passed in 2.00s", "8 passed in 1.00s"]

    def test_have_a_line_for_every_part_with_its_status(self, load: Load, capsys):
        module = load(mariadbd=False)
        add(module, "pytest mariadb", system=("mariadbd",))
        add(module, "vitest", says=VITEST)
        add(module, "mypy", "lint", says="Found 1 error", code=1)
        module.main([])
        table = [line.split()[:3] for line in capsys.readouterr().out.split("\n\n")[-2].splitlines()]
        assert table == [["pytest", "mariadb", "SKIPPED"], ["vitest", "ok", "0"], ["mypy", "FAILED", "0"]]

    def test_count_no_tests_where_only_linters_ran(self, load: Load, capsys):
        module = load()
        add(module, "ruff check", "lint", says=RUFF)
        add(module, "vitest", says=VITEST)
        assert module.main(["lint"]) == 0
        assert "tests:" not in capsys.readouterr().out
        assert not ran(module, 1)


class TestNames:
    def test_choose_parts_and_groups(self, load: Load):
        module = load()
        for name, group in (("vitest", "test"), ("mypy", "lint"), ("eslint", "lint"), ("playwright", "test")):
            add(module, name, group)
        assert module.main(["lint", "vitest"]) == 0
        assert [ran(module, number) for number in range(4)] == [True, True, True, False]

    def test_that_nobody_knows_are_refused_with_those_that_there_are(self, load: Load):
        module = load()
        add(module, "vitest")
        with pytest.raises(SystemExit) as refusal:
            module.main(["vitets"])
        assert refusal.value.code == "closeloop: no such part; there are: vitest"
        assert not ran(module, 0)


class TestTheSetUp:
    def targets(self, module: ModuleType) -> set[str]:
        return set((module.ROOT / "targets").read_text().split())

    def test_of_the_browser_tests_is_made_only_for_them(self, load: Load):
        module = load()
        (module.ROOT / "tests" / "e2e").mkdir(parents=True)
        add(module, "vitest")
        add(module, "playwright", folder="tests/e2e")
        module.main(["vitest"])
        assert self.targets(module) == {"setup-dev"}
        module.main([])
        assert self.targets(module) == {"setup-dev", "setup-e2e"}

    def test_when_it_fails_nothing_runs_and_nothing_is_green(self, load: Load, capsys):
        module = load()
        add(module, "vitest")
        (module.ROOT / "Makefile").write_text("setup-dev:\n\t@exit 3\n")
        with pytest.raises(SystemExit) as refusal:
            module.main([])
        assert str(refusal.value.code).startswith("closeloop: the set-up failed")
        assert not ran(module, 0)
        assert "green" not in capsys.readouterr().out


def test_commands_that_cannot_start_are_failures_and_keep_none_of_the_others_from_running(load: Load):
    script = load(ci="true")
    script.PARTS.extend(script.Part(name, "test", f"no-such-program-{name}") for name in ("one", "two", "three"))
    assert script.main([]) == 1
    assert [part.status for part in script.PARTS] == ["FAILED"] * 3
