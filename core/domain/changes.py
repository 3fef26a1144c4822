"""What differs between the published copy of a collection and what a walk brought."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from core.domain.collection import Copy
from core.domain.ids import InstanceId

from msgspec import Struct


class Changes(Struct, frozen=True):
    """Rows to write and instances to remove, so that the published copy equals what was seen."""

    added: tuple[Copy, ...] = ()
    changed: tuple[Copy, ...] = ()
    removed: tuple[InstanceId, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(
    published: Mapping[InstanceId, Copy],
    arrived: Mapping[InstanceId, Copy],
    *,
    kept: AbstractSet[InstanceId] = frozenset(),
) -> Changes:
    """The changes that turn `published` into `arrived`.

    `kept` are instances that were seen but could not be read: what is known of them stays as it is.
    """
    added = tuple(copy for instance, copy in arrived.items() if instance not in published)
    changed = tuple(copy for instance, copy in arrived.items() if instance in published and published[instance] != copy)
    removed = tuple(instance for instance in published if instance not in arrived and instance not in kept)
    return Changes(added=added, changed=changed, removed=removed)
