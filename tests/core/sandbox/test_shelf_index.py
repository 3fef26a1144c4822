"""Copies are found by release and releases by master, at once and after any edit."""

import random
from typing import Any

from core.sandbox.generate import generated
from core.sandbox.holding import Holding
from core.sandbox.shelf import Shelf
from core.sandbox.world import World


class _Unscanned(dict[int, Any]):
    """Copies that can be looked up, and not gone through."""

    def values(self) -> Any:
        raise AssertionError("all copies were gone through")


async def test_releases_and_masters_are_found_without_going_through_all_copies(visit: Any) -> None:
    visitor = await visit(generated(300, 1))
    shelf: Shelf = visitor.world.account.shelf
    masters = [copy.release["master_id"] for copy in shelf.copies if copy.release["master_id"]]
    assert (await visitor.get(f"/masters/{masters[0]}")).status == 200
    number = shelf.copies[9].release["id"]
    shelf._copies = _Unscanned(shelf._copies)
    assert (await visitor.get(f"/masters/{masters[7]}")).status == 200
    assert (await visitor.get(f"/releases/{number}")).status == 200
    assert (await visitor.get("/releases/1")).status == 404


def test_after_any_edits_copies_are_found_as_on_a_shelf_made_anew() -> None:
    world, chance = World(generated(80, 2)), random.Random(3)
    site, shelf = world.website, world.account.shelf
    for _ in range(300):
        copy = chance.choice(shelf.copies)
        number = copy.release["id"]
        match chance.randrange(5):
            case 0:
                site.add(chance.choice((None, number)) if not world.catalogue.is_gone(number) else None)
            case 1:
                site.remove(copy.instance_id)
            case 2:
                site.rewrite(number, {"master_id": chance.choice((0, 5, 6))})
            case 3:
                site.move(copy.instance_id, 1)
            case 4:
                other = chance.choice(shelf.copies).release["id"]
                if other != number and not world.catalogue.is_gone(other):
                    site.merge_release(number, other)
        assert_indexed_as_made_anew(shelf)


def assert_indexed_as_made_anew(shelf: Shelf) -> None:
    anew = Shelf(Holding(shelf.copies, (), ()))
    assert shelf.masters() == anew.masters()
    for master in anew.masters():
        assert shelf.of_master(master) == anew.of_master(master)
    for copy in anew.copies:
        number = copy.release["id"]
        found, right = ({one.instance_id: one for one in one_shelf.of_release(number)} for one_shelf in (shelf, anew))
        assert found == right
