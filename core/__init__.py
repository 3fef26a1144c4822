"""The shared core behind both front ends.

Arrows point down, and `lint-imports` holds them: `core.app` builds everything; `core.services` are the sentences users
say; `core.discogs` is the only room that speaks HTTP and `core.store` the only one that speaks SQL; `core.domain` holds
pure values and decisions; `core.errors`, `core.clock` and `core.text` know nobody. `core.sandbox` is a stand-in Discogs
of its own that shares no code with the rest. Importing this package imports nothing.
"""
