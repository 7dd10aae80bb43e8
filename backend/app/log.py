"""The log: one JSON object a line in a rotated file, short lines on the terminal."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

from .config import BadSettings, Settings

SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure(settings: Settings) -> None:
    """Send structlog and the standard library's loggers the same two ways; safe to call again."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if getattr(handler, "of_closeloop", False)]:
        root.removeHandler(handler)
        handler.close()
    try:
        Path(settings.log_file).parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(settings.log_file, maxBytes=20_000_000, backupCount=10, encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"LOG_FILE: cannot be written: {error}") from None
    _add(root, file, structlog.processors.JSONRenderer(ensure_ascii=False), settings.log_level)
    _add(root, logging.StreamHandler(), structlog.dev.ConsoleRenderer(colors=False), "WARNING")
    root.setLevel(settings.log_level)
    logging.getLogger("alembic").setLevel("WARNING")


def _add(root: logging.Logger, handler: logging.Handler, renderer: structlog.typing.Processor, level: str) -> None:
    finish = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=finish))
    handler.setLevel(level)
    handler.of_closeloop = True  # type: ignore[attr-defined]
    root.addHandler(handler)
