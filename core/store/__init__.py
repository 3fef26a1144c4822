"""The only room that speaks SQL: one SQLite file, one writer, two readers.

Reads are plain calls of a repository; writes take a `Tx`, so that a write outside a transaction does not type-check.
Rows never leave this room: what comes out are values of `core.domain`.
"""
