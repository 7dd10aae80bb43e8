"""The kinds of machines that push alerts."""

from enum import StrEnum


class IntegrationKind(StrEnum):
    """Each kind has its own hook; `generic` posts to /alerts."""

    ALERTMANAGER = "alertmanager"
    GENERIC = "generic"
