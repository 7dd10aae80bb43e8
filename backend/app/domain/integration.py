"""The kinds of machines that push alerts."""

from enum import StrEnum


class IntegrationKind(StrEnum):
    """Each kind has its own hook; `generic` is for scripts of one's own, which post to /alerts as every key may."""

    ALERTMANAGER = "alertmanager"
    GENERIC = "generic"
