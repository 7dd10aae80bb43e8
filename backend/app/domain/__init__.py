"""What Closeloop means, in plain Python: no Flask, no database."""
