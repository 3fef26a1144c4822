"""The one way in which reading somebody's files can fail."""


class UnreadableError(Exception):
    """A file that cannot be served. Its text is one sentence for a person: what is wrong, and what to do."""
