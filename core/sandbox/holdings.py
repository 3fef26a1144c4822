"""Everything that an account owns, in one object, as its owner would see it."""

from core.sandbox import views
from core.sandbox.holding import JsonObject
from core.sandbox.views import Eyes
from core.sandbox.world import World


def holdings(world: World, username: str | None = None) -> JsonObject:
    """Tell all that a user (the first, if not named) would see of what is theirs, and the counts."""
    account = world.member(username)
    shelf = account.shelf
    return {
        "username": account.username,
        "user_id": account.user_id,
        "folders": [views.folder(account, one) for one in shelf.folders],
        "fields": [views.field(one) for one in shelf.fields],
        "items": [views.item(copy, shelf, Eyes.OWNER, world.pictures) for copy in shelf.copies],
        "wants": [views.want(row, account, Eyes.OWNER, world.pictures) for row in account.wants],
        "counts": world.counts.as_json(),
    }
