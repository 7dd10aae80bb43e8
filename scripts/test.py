"""Runs every linter, type checker and test, two at a time, and ends with one table.

    python scripts/test.py            everything, as `make test` does
    python scripts/test.py lint       the parts whose group or name is `lint`; any number of names

Standard library only: it runs before anything is installed. What a part prints is kept in .test-output/
and shown in full when the part fails. With CI=true a part that cannot run is a failure.
"""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from system_packages import MissingPackage, ensure

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / ".test-output"
LANES = 2
TIME_LIMIT = 20 * 60
# Where nothing is compiled to disk, as in many containers, each of the hundred Python processes would compile all anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT |= {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@dataclass
class Part:
    name: str
    group: str
    command: str
    folder: str = "."
    system: tuple[str, ...] = ()  # programs that Debian packages bring, see system_packages.py
    status: str = ""
    seconds: float = 0
    output: str = field(default="", repr=False)

    @property
    def closing_line(self) -> str:
        """What the runner itself says at the end: the last line with a count in it, or simply the last."""
        lines = [line for line in plain(self.output).splitlines() if line.strip() and "npm warn" not in line]
        counted = [line for line in lines if re.search(r"\b\d+ (passed|failed|skipped)\b", line)]
        return (counted or lines or [""])[-1].strip()

    def count(self, word: str) -> int:
        """The number before `word` in the last line that has one; vitest and Playwright use several lines."""
        found = re.findall(rf"(\d+) {word}\b", plain(self.output))
        return int(found[-1]) if self.group == "test" and found else 0


# The longest first, so that the two lanes end together.
PARTS = [
    Part("playwright", "test", "node_modules/.bin/playwright test", "tests/e2e", ("chromium", "noto-cjk")),
    Part("pytest mariadb", "test", ".venv/bin/pytest -q --database mariadb -n 2", system=("mariadbd",)),
    Part("pytest sqlite", "test", ".venv/bin/pytest -q --database sqlite -n 2"),
    Part("vitest", "test", "node_modules/.bin/vitest run", "frontend"),
    Part("mypy", "lint", ".venv/bin/mypy"),
    Part("vue-tsc", "lint", "npm run --silent typecheck", "frontend"),
    Part("tsc e2e", "lint", "node_modules/.bin/tsc --noEmit", "tests/e2e"),
    Part("eslint", "lint", "npm run --silent lint", "frontend"),
    Part("bundle size", "lint", "npm run --silent size", "frontend"),
    Part("ruff check", "lint", ".venv/bin/ruff check ."),
    Part("ruff format", "lint", ".venv/bin/ruff format --check ."),
]


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def run(part: Part) -> None:
    started = time.monotonic()
    log = OUTPUT / f"{part.name.replace(' ', '-')}.log"
    with log.open("wb") as file:
        try:
            process = subprocess.Popen(
                part.command.split(),
                cwd=ROOT / part.folder,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            part.status = "ok" if process.wait(TIME_LIMIT) == 0 else "FAILED"
        except OSError as error:
            file.write(f"cannot start {part.command}: {error}\n".encode())
            part.status = "FAILED"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            part.status = f"FAILED (killed after {TIME_LIMIT // 60} minutes)"
    part.seconds = time.monotonic() - started
    part.output = log.read_text(errors="replace")
    print(f"{part.name}: {part.status} after {part.seconds:.0f} s", flush=True)
    if part.status != "ok":
        print(f"{'-' * 20} output of {part.name}\n{plain(part.output)}{'-' * 20} end of {part.name}", flush=True)


def run_in_lanes(parts: list[Part]) -> None:
    waiting: queue.SimpleQueue[Part] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)

    def lane() -> None:
        while True:
            try:
                run(waiting.get_nowait())
            except queue.Empty:
                return

    threads = [threading.Thread(target=lane) for _ in range(LANES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepare(parts: list[Part]) -> None:
    """Bring in what the parts need: apt on one side, pip, npm and the SPA build on the other."""
    targets = ["setup-dev", *(["setup-e2e"] if any(part.folder == "tests/e2e" for part in parts) else [])]
    make = subprocess.Popen(["make", "--no-print-directory", "-j2", *targets], cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        for part in parts:
            try:
                ensure(part.system)
            except MissingPackage as missing:
                part.status = "FAILED" if CI else "SKIPPED"
                part.output = str(missing)
                print(f"{part.name}: {part.status}: {missing}", flush=True)
    finally:
        if make.wait() != 0:
            sys.exit("closeloop: the set-up failed; what it printed stands above")


def report(parts: list[Part]) -> None:
    print()
    for part in parts:
        print(f"{part.name:<16} {part.status:<8} {part.seconds:>5.0f} s  {part.closing_line[:120]}")
    print()
    for part in parts:
        if "pytest" in part.name:
            print(part.closing_line)
    if any(part.group == "test" for part in parts):
        total = {word: sum(part.count(word) for part in parts) for word in ("passed", "failed", "skipped")}
        print(f"tests: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    skipped = [part.name for part in parts if part.status == "SKIPPED"]
    if skipped:
        print(f"NOT RUN: {', '.join(skipped)} (see above for what to install)")
    failed = [part.name for part in parts if part.status.startswith("FAILED")]
    print(f"FAILED: {', '.join(failed)}" if failed else "all that ran is green")


def main(names: list[str]) -> int:
    parts = [part for part in PARTS if not names or part.name in names or part.group in names]
    if not parts:
        known = ", ".join(part.name for part in PARTS)
        sys.exit(f"closeloop: no such part; there are: {known}")
    OUTPUT.mkdir(exist_ok=True)
    prepare(parts)
    run_in_lanes([part for part in parts if not part.status])
    report(parts)
    return int(any(part.status.startswith("FAILED") for part in parts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
