from tests.ledger import ledger

__all__ = ["ledger"]
