"""The saved views of an account: open one, save what is shown, rename, remove, hand on and take in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from core.app import Core
from core.domain.account import Account
from core.domain.views import SavedView, checked, from_shared, key_of
from core.errors import RunoutError
from core.errors.views import ViewError
from core.text import counted, printable
from tui.keys import spoken
from tui.render.list_lines import ListColumn
from tui.render.views import COLUMNS as VIEW_COLUMNS
from tui.render.views import ViewLine, shelf_title, view_lines
from tui.screens.asking import AskingScreen
from tui.screens.listed import ListedScreen
from tui.view_words import asks_for, not_understood
from tui.wording import describe

from msgspec.structs import replace
from textual import work
from textual.binding import Binding, BindingType


class ViewsScreen(ListedScreen[ViewLine]):
    """What another terminal or the shell saves meanwhile is listed, too."""

    COLUMNS: ClassVar[Sequence[ListColumn]] = VIEW_COLUMNS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="views.open"),
        Binding("s", "save", "Save what is shown", id="views.save"),
        Binding("r", "rename", "Rename", id="views.rename"),
        Binding("delete,D", "remove", "Remove", id="views.remove"),
        Binding("y", "share", "Copy as text", id="views.share"),
        Binding("p", "take", "Take in a text", id="views.take"),
    ]

    def __init__(
        self,
        core: Core,
        account: Account,
        present: SavedView,
        open_view: Callable[[SavedView], object],
        *,
        site_url: str,
        page: str,
    ) -> None:
        """`present` is what is shown now, without a name; `open_view` shows another, which can be understood."""
        super().__init__(site_url=site_url, page=page)
        self._core = core
        self._account = account
        self._present = present
        self._open_view = open_view
        self._views: tuple[SavedView, ...] | None = None
        self._going = ""
        """The key of the view that somebody is about to remove."""

    def words(self, line: ViewLine) -> str:
        """The shelf whose records a view shows."""
        return shelf_title(line.heading)

    def heading(self) -> str:
        """Whose views they are."""
        return f"Saved views · {printable(self._account.username)}"

    def standing(self) -> str:
        """How many there are, or what the highlighted one asks for that is not understood."""
        view = self._chosen()
        error = not_understood(view) if view else None
        if error is not None:
            return f"Not understood any more. {describe(error)}"
        return counted(len(self._views), "view") if self._views else ""

    async def look(self) -> None:
        """Show what is saved now."""
        found = await self._core.views.of(self._account)
        if found == self._views:
            return
        self._views = found
        self._list.show(view_lines(found))
        keys = spoken(self)
        self._list.explain_nothing("No view is saved yet.", f"{keys['views.save']} saves what is shown now.")

    def _chosen(self) -> SavedView | None:
        line = self._list.highlighted
        return next((one for one in self._views or () if line is not None and one.key == line.key), None)

    async def action_open(self) -> None:
        """Show the records of the highlighted view."""
        view = self._chosen()
        if view is None:
            return
        if (error := not_understood(view)) is not None:
            self._told(f"The query of {view.name} is not understood any more. {describe(error)}")
            return
        self.dismiss()
        self._open_view(view)

    @work(group="dialog", exclusive=True)
    async def action_save(self) -> None:
        """Keep what is shown under a name."""
        about, old = asks_for(self._present), self._chosen()
        asking = AskingScreen("Save what is shown as", about, old.name if old else "", refuse=_unusable, warn=self._is)
        name = await self.app.push_screen_wait(asking)
        if name is not None:
            await self._act(lambda: self._save(replace(self._present, name=name)))

    @work(group="dialog", exclusive=True)
    async def action_rename(self) -> None:
        """Call the highlighted view otherwise."""
        view = self._chosen()
        if view is None:
            return

        def refuse(name: str) -> str:
            is_other = key_of(name) != view.key
            return _unusable(name) or (self._taken(name) if is_other else "")

        name = await self.app.push_screen_wait(AskingScreen("Rename", view.name, view.name, refuse=refuse))
        if name is not None:
            await self._act(lambda: self._rename(view, name))

    @work(group="act", exclusive=True)
    async def action_remove(self) -> None:
        """Forget the highlighted view, when that is asked for twice."""
        view = self._chosen()
        if view is None:
            return
        if self._going != view.key:
            self._going = view.key
            self._told(f"{spoken(self)['views.remove']} once more removes {view.name}.")
            return
        self._going = ""
        await self._act(lambda: self._remove(view))

    @work(group="act", exclusive=True)
    async def action_share(self) -> None:
        """Copy the line by which the highlighted view is handed on."""
        view = self._chosen()
        if view is not None:
            await self._act(lambda: self._share(view))

    @work(group="dialog", exclusive=True)
    async def action_take(self) -> None:
        """Save the view of a line that somebody has handed on."""
        about = "Paste the line that begins with runout-view."
        asking = AskingScreen("Take in a view", about, refuse=_no_view, warn=lambda text: self._is(_name_in(text)))
        text = await self.app.push_screen_wait(asking)
        if text is not None:
            await self._act(lambda: self._take(text))

    async def _save(self, view: SavedView) -> str:
        kept = await self._core.views.save(self._account, view, replace=True)
        return f"Saved as {kept.name}."

    async def _rename(self, view: SavedView, name: str) -> str:
        after = await self._core.views.rename(self._account, view.name, name)
        return f"It is called {after.name} now."

    async def _remove(self, view: SavedView) -> str:
        await self._core.views.remove(self._account, view.name)
        return f"Removed {view.name}: {asks_for(view)}."

    async def _share(self, view: SavedView) -> str:
        text = await self._core.views.text(self._account, view.name)
        self.app.copy_to_clipboard(text)
        return f"Copied, if the terminal lets us: {text}"

    async def _take(self, text: str) -> str:
        kept = await self._core.views.bring(self._account, text, replace=True)
        return f"Saved as {kept.name}."

    async def _act(self, act: Callable[[], Awaitable[str]]) -> None:
        """Do something with a view, and say what came of it."""
        try:
            self._told(await act())
        except RunoutError as error:
            self.notify(describe(error), severity="error", timeout=20, markup=False)
        self.look_again()

    def _told(self, text: str) -> None:
        self.notify(printable(text), markup=False)

    def _taken(self, name: str) -> str:
        other = next((one for one in self._views or () if one.key == key_of(name)), None)
        return f"There is a view {printable(other.name)} already." if other else ""

    def _is(self, name: str) -> str:
        taken = self._taken(name)
        return f"{taken} Enter once more replaces it." if taken else ""


def _unusable(name: str) -> str:
    try:
        checked(SavedView(name))
    except ViewError as error:
        return describe(error)
    return ""


def _no_view(text: str) -> str:
    try:
        from_shared(text)
    except ViewError as error:
        return describe(error)
    return ""


def _name_in(text: str) -> str:
    return from_shared(text).name
