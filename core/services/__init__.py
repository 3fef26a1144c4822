"""The sentences users say, one module each: connect, sync, look at the library, ask for the budget.

A service calls Discogs and the store, asks `core.domain` to decide, and returns values. It knows no front end.
"""
