"""The notice of Discogs' terms, as a link to where the data beside it is from."""

from __future__ import annotations

from urllib.parse import quote

from core.domain.account import Access, Account
from core.domain.ids import Shelf
from core.text import SOURCE_NOTICE

from rich.style import Style
from rich.text import Text


def source_notice(address: str) -> Text:
    """The words, which lead to an address."""
    # As a part of it, lest what is put behind it become a link as well.
    return Text("").append(SOURCE_NOTICE, style=Style(link=address, underline=True))


def collection_page(site_url: str, username: str) -> str:
    """Where Discogs itself shows a collection."""
    return f"{site_url.rstrip('/')}/user/{quote(username, safe='')}/collection"


def wantlist_page(site_url: str, username: str) -> str:
    """Where Discogs itself shows a wantlist."""
    return f"{site_url.rstrip('/')}/wantlist?user={quote(username, safe='')}"


def account_page(site_url: str, account: Account, shelf: Shelf = Shelf.COLLECTION) -> str:
    """Where Discogs itself shows a shelf of an account; its front page for what came from a file."""
    return site_url if account.access is Access.LOCAL else shelf_page(site_url, account.username, shelf)


def shelf_page(site_url: str, username: str, shelf: Shelf) -> str:
    """Where Discogs itself shows a shelf."""
    return (wantlist_page if shelf is Shelf.WANTLIST else collection_page)(site_url, username)
