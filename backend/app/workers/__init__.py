"""What happens apart from requests."""

from .worker import Worker

__all__ = ["Worker"]
