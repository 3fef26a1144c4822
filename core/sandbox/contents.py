"""The collection that a command line names: a file of somebody's, an invented one, or the shipped sample."""

import argparse

from core.sandbox.generate import generated, with_gaps
from core.sandbox.holding import Holding
from core.sandbox.readers import read_collection
from core.sandbox.shipped import shipped


def holding_of(options: argparse.Namespace) -> Holding:
    """Read or invent it. Raises UnreadableError."""
    if options.collection is not None:
        chosen = read_collection(options.collection)
    else:
        chosen = shipped() if options.items is None else generated(options.items, options.seed)
    return with_gaps(chosen, options.seed) if options.gaps else chosen
