"""Every route by its name, which is what faults, counts and the log call it."""

_USER = "/users/{username}"
_FOLDERS = _USER + "/collection/folders"
PATHS = {
    "identity": "/oauth/identity",
    "request_token": "/oauth/request_token",
    "authorize": "/oauth/authorize",
    "access_token": "/oauth/access_token",
    "profile": _USER,
    "folders": _FOLDERS,
    "folder": _FOLDERS + r"/{folder_id:\d{1,18}}",
    "fields": _USER + "/collection/fields",
    "collection": _FOLDERS + r"/{folder_id:\d{1,18}}/releases",
    "by_release": _USER + "/collection/releases/{release_id}",
    "value": _USER + "/collection/value",
    "wants": _USER + "/wants",
    "release": "/releases/{release_id}",
    "rating": "/releases/{release_id}/rating",
    "release_stats": "/releases/{release_id}/stats",
    "master": "/masters/{master_id}",
    "versions": "/masters/{master_id}/versions",
    "search": "/database/search",
    "stats": "/marketplace/stats/{release_id}",
    "suggestions": "/marketplace/price_suggestions/{release_id}",
}
UNKNOWN = "unknown"
# Pictures lie on another host in the real world: of no quota of the API, and not among its counts.
PICTURE = "picture"
PICTURE_PATH = "/{signature}/{tail:rs:.+}"
NAMES = (*PATHS, UNKNOWN, PICTURE)
# Requests on the way to an access token, and the page on the site that belongs to no quota.
HANDSHAKE = frozenset(("request_token", "access_token"))
SITE = frozenset(("authorize",))
CONTROL = "/_control"
