"""The control route, `/_control/…`: whoever tests a program changes and watches the world of a running server.

JSON in, JSON out; not counted, not limited, no User-Agent needed; for callers on this machine only. What is wrong is
told as {"error": one sentence}, with 400, 403, 404 or 405.
"""

import inspect
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, get_origin, get_type_hints

from core.sandbox.accounts import Account
from core.sandbox.asking import WORLD
from core.sandbox.consents import Access
from core.sandbox.faults import Fault
from core.sandbox.generate import generated, with_gaps
from core.sandbox.holding import JsonObject
from core.sandbox.holdings import holdings
from core.sandbox.kinds import ALL_KINDS
from core.sandbox.paths import CONTROL
from core.sandbox.paths import NAMES as ROUTES
from core.sandbox.wire import encoded
from core.sandbox.world import World

from aiohttp import web

WEBSITE = (
    *("add", "remove", "move", "rate", "set_field", "edit_many", "remove_all", "restore"),
    *("rename", "rewrite", "rewrite_master", "delete_release", "delete_master", "merge_release"),
)
Verb = Callable[..., object]


def add_control_route(app: web.Application) -> None:
    """Put the route into the app."""
    app.router.add_route("*", CONTROL + "/{rest:.*}", _handle, name="control")


def verbs(world: World) -> dict[str, Verb]:
    """Everything that can be asked for, as `METHOD path`. Arguments are the names of the functions' own."""
    faults, counts, pictures = world.faults, world.counts, world.pictures
    member = "accounts/{username}"
    return {
        "GET faults": lambda: {
            "faults": [fault.as_json() for fault in faults.all],
            "left": faults.left,
            "kinds": {name: kind.as_json() for name, kind in ALL_KINDS.items()},
            "routes": ROUTES,
        },
        "POST faults": faults.add,
        "DELETE faults": faults.clear,
        "POST faults/release": faults.release,
        **{f"POST website/{name}": getattr(world.website, name) for name in WEBSITE},
        "GET accounts": lambda: {"accounts": [_account(world, one) for one in world.accounts]},
        "POST accounts": _opener(world),
        f"POST {member}/revoke": world.revoke,
        f"POST {member}/renew": world.renew,
        f"POST {member}/grant": world.grant,
        f"POST {member}/public": world.set_public,
        f"POST {member}/private": lambda username: world.set_public(username, collection=False, wantlist=False),
        f"POST {member}/seller": _seller(world),
        "GET counts": lambda: counts.as_json() | {"pictures": pictures.as_json()},
        "DELETE counts": _resetter(world),
        "GET log": lambda last="1000": {"log": counts.log(int(last))},
        "GET pictures/log": lambda last="1000": {"log": pictures.counts.log(int(last))},
        "POST pictures/rotate": pictures.rotate,
        "GET holdings": lambda username=None: holdings(world, username),
        "GET clock": lambda: {"now": world.clock(), "epoch": world.epoch, "time_scale": world.time_scale},
        "POST latency": _latency(world),
    }


async def _handle(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    if not _from_here(request.remote):
        return _answer({"error": "The control route is for this machine only."}, 403)
    asked = f"{request.method} {request.match_info['rest'].strip('/')}"
    known = verbs(world)
    name, from_path = _found(asked, known)
    if name is None:
        return _answer({"error": f"There is no {asked}; there are {', '.join(known)}."}, 404)
    try:
        given = await _arguments(request)
        result = _called(known[name], {**given, **from_path})
    except ValueError as error:
        return _answer({"error": f"{error}."}, 400)
    return _answer(result if isinstance(result, dict) else {"result": _plain(world, result)}, 200)


def _found(asked: str, known: Mapping[str, Verb]) -> tuple[str | None, dict[str, str]]:
    if asked in known:
        return asked, {}
    head, _, rest = asked.partition("/")
    username, _, verb = rest.partition("/")
    name = f"{head}/{{username}}/{verb}"
    return (name, {"username": username}) if verb and name in known else (None, {})


async def _arguments(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if request.method == "GET" or not text.strip():
        return dict(request.query)
    try:
        given = json.loads(text)
    except ValueError as error:
        message = f"the body is not JSON ({error})"
        raise ValueError(message) from error
    if not isinstance(given, dict):
        raise ValueError("the body is not a JSON object")  # noqa: TRY004 - it is the sender's mistake
    return given


def _called(verb: Verb, given: Mapping[str, Any]) -> object:
    """Call a verb; ValueError, which names what it takes, for arguments of wrong names or types."""
    signature = inspect.signature(verb)
    try:
        signature.bind(**given)
    except TypeError as error:
        known = ", ".join(name for name in signature.parameters if name != "world") or "nothing"
        message = f"{error}; it takes {known}"
        raise ValueError(message) from error
    hints = get_type_hints(verb)
    for name, value in given.items():
        if name in signature.parameters and not _fits(value, hints.get(name, object)):
            message = f"{name} cannot be {value!r}"
            raise ValueError(message)
    return verb(**given)


def _fits(value: object, hint: Any) -> bool:  # noqa: ANN401 - whatever an annotation is
    hint = get_origin(hint) if get_origin(hint) is dict else hint
    if isinstance(value, bool):
        return hint in (bool, object)
    return isinstance(value, hint) or (hint is float and isinstance(value, int))


def _opener(world: World) -> Verb:
    def open_account(
        username: str,
        *,
        items: int = 0,
        seed: int = 1,
        public: bool = True,
        user_id: int | None = None,
        gaps: bool = False,
    ) -> Account:
        if not username or "/" in username or world.accounts.named(username):
            message = f"the name {username!r} cannot be had"
            raise ValueError(message)
        holding = replace(generated(items, seed), profile={} if user_id is None else {"id": user_id})
        return world.open_account(username, with_gaps(holding, seed) if gaps else holding, public=public)

    return open_account


def _resetter(world: World) -> Verb:
    def reset() -> None:
        world.counts.reset()
        world.pictures.reset()

    return reset


def _seller(world: World) -> Verb:
    def seller(username: str, *, settings: bool) -> None:
        world.member(username).seller_settings = settings

    return seller


def _latency(world: World) -> Verb:
    def latency(seconds: float) -> None:
        world.latency = seconds

    return latency


def _account(world: World, account: Account) -> JsonObject:
    return {
        "user_id": account.user_id,
        "username": account.username,
        "token": account.token,
        "items": len(account.shelf),
        "collection_public": account.collection_public,
        "wantlist_public": account.wantlist_public,
        "access_tokens": [_plain(world, access) for access in world.consents.granted_to(account)],
    }


def _plain(world: World, result: object) -> object:
    """What JSON can say of a result."""
    match result:
        case Fault():
            return result.as_json()
        case Access():
            return {"token": result.token, "secret": result.secret}
        case Account():
            return _account(world, result)
    return result


def _from_here(remote: str | None) -> bool:
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False


def _answer(payload: JsonObject, status: int) -> web.Response:
    return web.Response(body=encoded(payload), status=status, content_type="application/json")
