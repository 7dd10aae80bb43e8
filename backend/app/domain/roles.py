"""Who acts: people with a role, integrations with a key, and Closeloop itself."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; each role includes the ones before it."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    MANAGER = "manager"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        return RANKS.index(self) >= RANKS.index(other)


RANKS = tuple(Role)


class ActorKind(StrEnum):
    USER = "user"
    INTEGRATION = "integration"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name a change is made; every event row carries it."""

    kind: ActorKind
    id: int | None
    name: str
    role: Role

    @property
    def user_id(self) -> int | None:
        """The id in `users`, or None when no person acts."""
        return self.id if self.kind is ActorKind.USER else None


SYSTEM = Actor(ActorKind.SYSTEM, None, "Closeloop", Role.ADMIN)
