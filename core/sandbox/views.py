"""Bodies: what each reader gets to see of an account and its shelf. Shapes as in recorded answers."""

from enum import Enum, auto

from core.sandbox.accounts import Account
from core.sandbox.holding import Copy, Field, Folder, JsonObject, Want
from core.sandbox.market import RATES
from core.sandbox.pictures import Pictures
from core.sandbox.release import API, WWW
from core.sandbox.shelf import Shelf

CONSUMER = "Runout Sandbox"
_NUMBERS: JsonObject = {
    "rank": 0.0,
    "num_pending": 0,
    "num_for_sale": 0,
    "num_lists": 0,
    "releases_contributed": 0,
    "releases_rated": 0,
    "rating_avg": 0.0,
    "buyer_rating": 0.0,
    "buyer_rating_stars": 0.0,
    "buyer_num_ratings": 0,
    "seller_rating": 0.0,
    "seller_rating_stars": 0.0,
    "seller_num_ratings": 0,
}


class Eyes(Enum):
    """Whose eyes: the owner's, another signed-in user's, or nobody's."""

    OWNER = auto()
    OTHER = auto()
    ANONYMOUS = auto()


def identity(account: Account) -> JsonObject:
    """GET /oauth/identity."""
    return {
        "id": account.user_id,
        "username": account.username,
        "resource_url": f"{API}/users/{account.username}",
        "consumer_name": CONSUMER,
    }


def profile(account: Account, eyes: Eyes) -> JsonObject:
    """GET /users/{username}. The two counts are left out where the reader may not see the list."""
    given, home = account.profile, f"{API}/users/{account.username}"
    numbers = {name: type(value)(given.get(name) or 0) for name, value in _NUMBERS.items()}
    whole: JsonObject = {
        "id": account.user_id,
        "resource_url": home,
        "uri": f"{WWW}/user/{account.username}",
        "username": account.username,
        **{name: str(given.get(name) or "") for name in ("name", "home_page", "location", "profile")},
        "registered": str(given.get("registered") or "2015-04-25T23:52:31-07:00"),
        **numbers,
        "inventory_url": f"{home}/inventory",
        "collection_folders_url": f"{home}/collection/folders",
        "collection_fields_url": f"{home}/collection/fields",
        "wantlist_url": f"{home}/wants",
        "avatar_url": "",
        "curr_abbr": str(given.get("curr_abbr") or ""),
        "activated": True,
        "marketplace_suspended": False,
        "banner_url": "",
        "is_staff": False,
    }
    if account.collection_public or eyes is Eyes.OWNER:
        whole["num_collection"] = len(account.shelf) + account.collection_lag
    if account.wantlist_public or eyes is Eyes.OWNER:
        whole["num_wantlist"] = len(account.wants)
    if eyes is Eyes.OWNER:
        whole |= {"email": f"{account.username}@example.com", "num_unread": 0}
    return whole


def folder(account: Account, one: Folder) -> JsonObject:
    """One folder with its count."""
    return {
        "id": one.folder_id,
        "name": one.name,
        "count": account.shelf.count(one.folder_id),
        "resource_url": f"{API}/users/{account.username}/collection/folders/{one.folder_id}",
    }


def field(one: Field) -> JsonObject:
    """One notes field: with options if it is a dropdown, else with lines."""
    dropdown = one.options is not None
    return {
        "id": one.field_id,
        "name": one.name,
        "type": "dropdown" if dropdown else "textarea",
        "position": one.position,
        "public": one.public,
        **({"options": list(one.options or ())} if dropdown else {"lines": one.lines}),
    }


def item(copy: Copy, shelf: Shelf, eyes: Eyes, pictures: Pictures) -> JsonObject:
    """One copy. Only the owner sees its folder and private fields; nobody signed in sees no pictures."""
    release = _seen(copy.release, eyes, pictures)
    whole: JsonObject = {
        "id": release["id"],
        "instance_id": copy.instance_id,
        "date_added": copy.date_added,
        "rating": copy.rating,
        "basic_information": release,
    }
    notes = copy.notes
    if eyes is Eyes.OWNER:
        whole["folder_id"] = copy.folder_id
    elif notes:
        public = {one.field_id for one in shelf.fields if one.public}
        notes = tuple(note for note in notes if note[0] in public)
    if notes:
        whole["notes"] = [{"field_id": number, "value": value} for number, value in notes]
    return whole


def want(row: Want, account: Account, eyes: Eyes, pictures: Pictures) -> JsonObject:
    """One wanted release. Only the owner sees the notes."""
    whole: JsonObject = {
        "id": row.release["id"],
        "resource_url": f"{API}/users/{account.username}/wants/{row.release['id']}",
        "date_added": row.date_added,
        "basic_information": _seen(row.release, eyes, pictures),
        "rating": row.rating,
    }
    return whole | ({"notes": row.notes} if eyes is Eyes.OWNER else {})


def currency(account: Account) -> str:
    """The currency an account has chosen, else dollars."""
    chosen = str(account.profile.get("curr_abbr") or "")
    return chosen if chosen in RATES else "USD"


def _seen(release: JsonObject, eyes: Eyes, pictures: Pictures) -> JsonObject:
    return release | {"thumb": "", "cover_image": ""} if eyes is Eyes.ANONYMOUS else pictures.in_row(release)
