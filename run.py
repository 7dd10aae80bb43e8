"""Start Closeloop: `python run.py` is API, web app and background worker; `python run.py worker` the worker alone."""

import sys

from backend.app.config import BadSettings
from backend.app.schema import NotReady
from backend.app.start import serve, work

if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else "serve"
    commands = {"serve": serve, "worker": work}
    if command not in commands:
        sys.exit(f"python run.py takes no argument, or `worker`; not {command!r}.")
    try:
        commands[command]()
    except (BadSettings, NotReady) as error:
        sys.exit(f"Closeloop does not start.\n{error}")
