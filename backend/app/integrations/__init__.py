"""One small package per outside system; each is a sibling that knows no other."""
