"""The keys of the screen with the records, in the order of the help. Every one has an id, for keys of one's own."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

BINDINGS: Final[list[BindingType]] = [
    Binding("slash", "filter", "Filter", key_display="/", id="browse.filter"),
    Binding("escape", "clear", "Clear all filters", show=False, id="browse.clear"),
    Binding("b", "facets", "Browse by", id="browse.facets"),
    Binding("d", "toggle_detail", "Details", id="browse.detail"),
    Binding("o", "order", "Order", id="browse.order"),
    Binding("c", "columns", "Columns", id="browse.columns"),
    Binding("V", "views", "Saved views", show=False, id="browse.views"),
    Binding("R", "refresh", "Read this record again", show=False, id="browse.refresh"),
    Binding("i", "have", "Do I have it?", show=False, id="browse.have"),
    Binding("z", "random", "Pick one", show=False, id="browse.random"),
    Binding("p", "played", "Played it", show=False, id="browse.played"),
    Binding("P", "unplayed", "Take the last play back", show=False, id="browse.unplayed"),
    Binding("S", "stats", "Figures", show=False, id="browse.stats"),
    Binding("u", "duplicates", "Owned more than once", show=False, id="browse.duplicates"),
    Binding("e", "export", "Export what is shown", show=False, id="browse.export"),
    Binding("s", "sync", "Sync", id="browse.sync"),
    Binding("x", "cancel_sync", "Stop the sync", show=False, id="browse.cancel"),
    Binding("w", "wantlist", "Collection or wantlist", show=False, id="browse.wantlist"),
    Binding("a", "accounts", "Accounts", show=False, id="browse.accounts"),
    Binding("n", "connect", "Connect an account", show=False, id="browse.connect"),
    Binding("v", "changes", "What happened", show=False, id="browse.changes"),
    Binding("r", "history", "Past syncs", show=False, id="browse.history"),
    Binding("t", "schedule", "How often it is synced", show=False, id="browse.schedule"),
    Binding("question_mark", "help", "Help", key_display="?", id="browse.help"),
    Binding("ctrl+p", "app.command_palette", "All actions", show=False, id="browse.palette"),
    Binding("q", "quit", "Quit", id="browse.quit"),
]
