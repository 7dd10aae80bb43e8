"""Why a command stops."""


class Refused(Exception):
    """The command cannot continue; the message says what to do. Exit status 1."""


class BadMapping(Refused):
    """The mapping file is wrong; the message names the line."""
