"""The kinds of machines that push alerts."""

from enum import StrEnum


class IntegrationKind(StrEnum):
    """`alertmanager` has a hook; `generic` is for scripts of one's own, which post to /alerts as every key may."""

    ALERTMANAGER = "alertmanager"
    GENERIC = "generic"
