"""Where the copies of a shelf are found by release, and its releases by master: kept in step copy by copy."""

from collections.abc import Iterable, Iterator

from core.sandbox.holding import Copy, JsonObject


class Index:
    """Made once from all copies; afterwards every change of one is told."""

    def __init__(self, copies: Iterable[Copy]) -> None:
        self._by_release: dict[int, list[Copy]] = {}
        self._by_master: dict[int, dict[int, JsonObject]] = {}
        for copy in copies:
            self.put(copy, None)

    def put(self, copy: Copy, before: Copy | None) -> None:
        """Take in a copy, in the place of the one that had its number before."""
        number = copy.release["id"]
        copies = self._by_release.setdefault(number, [])
        if before is not None and before.release["id"] == number:
            copies[_place(copies, before)] = copy
            self._forget(before)
        else:
            if before is not None:
                self.drop(before)
            copies.append(copy)
        self._by_master.setdefault(copy.release["master_id"], {})[number] = copy.release

    def drop(self, copy: Copy) -> None:
        """Leave out a copy."""
        copies = self._by_release[copy.release["id"]]
        del copies[_place(copies, copy)]
        if not copies:
            del self._by_release[copy.release["id"]]
        self._forget(copy)

    def of_release(self, release_id: int) -> list[Copy]:
        """Return all copies of a release. Not to be changed."""
        return self._by_release.get(release_id, [])

    def of_master(self, master_id: int) -> dict[int, JsonObject]:
        """Return the releases of a master, by number. Not to be changed."""
        return self._by_master.get(master_id, {}) if master_id else {}

    def masters(self) -> Iterator[int]:
        """Return the numbers of all masters."""
        return (number for number in self._by_master if number)

    def _forget(self, copy: Copy) -> None:
        """Take the release of a copy from its master, unless another copy says the same of it."""
        number, master = copy.release["id"], copy.release["master_id"]
        if any(other.release["master_id"] == master for other in self._by_release.get(number, ())):
            return
        releases = self._by_master.get(master, {})
        releases.pop(number, None)
        if not releases:
            self._by_master.pop(master, None)


def _place(copies: list[Copy], one: Copy) -> int:
    return next(place for place, copy in enumerate(copies) if copy.instance_id == one.instance_id)
