"""docs/flows.md, drawn from the flow tables."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..config import ROOT
from ..domain.action_item import ACTION_ITEM_FLOW
from ..domain.alert import ALERT_FLOW, ALERT_SIGNALS
from ..domain.flow import Flow, Move
from ..domain.incident import INCIDENT_FLOW
from ..domain.postmortem import POSTMORTEM_FLOW

PAGE = ROOT / "docs" / "flows.md"
HEAD = """# Flows

Drawn from the tables in `backend/app/domain/` by `make flows`; do not edit. Beside each arrow
stands its action, then who may make it when that is more than a responder, then what it needs.
A move that is not drawn is refused with 409.
"""

SECTIONS = {
    "Alert 告警": (ALERT_FLOW, "What people do."),
    "Alert 告警: the signal": (ALERT_SIGNALS, "What the monitor does by itself."),
    "Incident 故障": (INCIDENT_FLOW, "The six columns of the board."),
    "Postmortem 复盘": (POSTMORTEM_FLOW, "One for each incident."),
    "Action item 改进措施": (ACTION_ITEM_FLOW, "Until somebody else has seen that it works."),
}

group = AppGroup("flows", help="The state machines.")


def page() -> str:
    """The whole page."""
    drawings = [
        f"\n## {title}\n\n{text}\n\n```mermaid\n{drawing(flow)}\n```\n" for title, (flow, text) in SECTIONS.items()
    ]
    return HEAD + "".join(drawings)


def drawing(flow: Flow) -> str:
    """One flow as a Mermaid state diagram."""
    start = f"    [*] --> {flow.moves[0].source}"
    return "\n".join(["stateDiagram-v2", start, *(f"    {arrow(move)}" for move in flow.moves)])


def arrow(move: Move) -> str:
    who = [move.who.__name__.replace("_", " ")] if move.who else []
    role = [str(move.by)] if move.by != "responder" else []
    guard = [f"if {move.guard.__name__.replace('_', ' ')}"] if move.guard else []
    words = [move.action.replace("_", " "), *role, *who, *guard, *move.needs]
    return f"{move.source} --> {move.to}: {', '.join(words)}"


@group.command("draw")
def draw() -> None:
    """Write docs/flows.md."""
    Path(PAGE).write_text(page(), encoding="utf-8")
    click.echo(f"wrote {PAGE.relative_to(ROOT)}")
