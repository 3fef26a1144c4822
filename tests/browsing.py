"""What collectors and editors do on the website, drawn by chance."""

from __future__ import annotations

import random
from dataclasses import replace

from core.sandbox.accounts import Account
from core.sandbox.holding import ALL, GRADES, MEDIA, NOTES, Want
from core.sandbox.pacific import written
from core.sandbox.world import World

FEW = 20
"""Of so few copies none is removed: what is left might be too little for the rest to go without being asked for."""


def edit(world: World, chance: random.Random) -> int:
    """One of them does something; how many things were done."""
    account = chance.choice([one for one in world.accounts if one.username != world.account.username])
    copies = sorted(copy.instance_id for copy in account.shelf.copies)
    what = chance.choice(("add", "add", "remove", "move", "rate", "grade", "note", "rename", "want", "want", "unwant"))
    if what == "add" or not copies:
        world.website.add(count=chance.choice((1, 1, 2, 7)), username=account.username)
    elif what == "want":
        _want(world, account, chance)
    elif what == "unwant":
        account.wants = account.wants[1:] if len(account.wants) > FEW else account.wants
    elif what != "remove" or len(copies) > FEW:
        _to_one(world, account, what, chance.choice(copies), chance)
    return 1


def _to_one(world: World, account: Account, what: str, chosen: int, chance: random.Random) -> None:
    website, name = world.website, account.username
    folders = [folder.folder_id for folder in account.shelf.folders if folder.folder_id != ALL]
    match what:
        case "remove":
            website.remove(chosen, username=name)
        case "move":
            website.move(chosen, chance.choice(folders), username=name)
        case "rate":
            website.rate(chosen, chance.randint(0, 5), username=name)
        case "grade":
            website.set_field(chosen, MEDIA, chance.choice(GRADES), username=name)
        case "note":
            website.set_field(chosen, NOTES, f"Played {chance.randint(1, 999)} times", username=name)
        case "rename":
            copy = account.shelf.copy(chosen)
            assert copy is not None
            website.rename(copy.release["id"], f"Another Title {chance.randint(1, 999)}")


def _want(world: World, account: Account, chance: random.Random) -> None:
    """Want another one, or write something beside one that is wanted."""
    others = [one for one in world.accounts if len(one.shelf)]
    release = chance.choice(chance.choice(others).shelf.copies).release
    wanted = {want.release["id"] for want in account.wants}
    if release["id"] not in wanted:
        account.wants = (*account.wants, Want(0, written(world.clock()), "", release))
    elif account.wants:
        place = chance.randrange(len(account.wants))
        noted = replace(account.wants[place], notes=f"Not above {chance.randint(5, 90)}")
        account.wants = (*account.wants[:place], noted, *account.wants[place + 1 :])
