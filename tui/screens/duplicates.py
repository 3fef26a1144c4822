"""What is owned more than once: groups of copies, from which one goes to the copy among all records."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from core.domain.collection import Collection
from core.domain.duplicates import Group, Likeness, duplicates
from core.domain.ids import InstanceId
from core.text import printable
from tui.keys import spoken
from tui.letting_go import let_go
from tui.render.duplicates import COLUMNS as DUPLICATE_COLUMNS
from tui.render.duplicates import DuplicateLine, duplicate_lines, how_many, how_many_copies
from tui.render.list_lines import ListColumn
from tui.screens.listed import ListedScreen

from textual.binding import Binding, BindingType

_KINDS: Final[Sequence[Likeness | None]] = (None, *Likeness)

_NAMES: Final = {
    None: "everything",
    Likeness.RELEASE: "the same release only",
    Likeness.MASTER: "the same master only",
    Likeness.ALIKE: "the same artist, title and year only",
}


class DuplicatesScreen(ListedScreen[DuplicateLine]):
    """Information only: nothing is merged, and nothing is asked of Discogs."""

    COLUMNS: ClassVar[Sequence[ListColumn]] = DUPLICATE_COLUMNS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Go to this copy", id="duplicates.open"),
        Binding("f", "kind", "Which", id="duplicates.kind"),
    ]

    def __init__(
        self,
        username: str,
        collection: Callable[[], Collection | None],
        go_to: Callable[[InstanceId], None],
        *,
        site_url: str,
        page: str,
    ) -> None:
        """`collection` tells what is here now, None before it was read; `go_to` shows a copy among all records."""
        super().__init__(site_url=site_url, page=page)
        self._username = username
        self._collection = collection
        self._go_to = go_to
        self._kind: Likeness | None = None
        self._of: Collection | None = None
        """What was looked through."""
        self._groups: tuple[Group, ...] = ()
        self._told = ""

    def words(self, line: DuplicateLine) -> str:
        """The group in which a copy stands."""
        return line.about

    def heading(self) -> str:
        """Whose copies they are, and which of the groups are shown."""
        return f"Owned more than once · {printable(self._username)} · {_NAMES[self._kind]}"

    def standing(self) -> str:
        """How many groups there are."""
        return self._told

    async def look(self) -> None:
        """Look through the collection, if it is another than it was."""
        collection = self._collection()
        if collection is None or collection is self._of:
            return
        groups = await asyncio.to_thread(duplicates, collection.copies, collection.masters)
        left = [*self._groups, *(self._of.copies if self._of else ())]
        self._of, self._groups = collection, groups
        await self._show()
        del groups
        await let_go(left)

    async def _show(self) -> None:
        collection, kind, groups = self._of, self._kind, self._groups
        if collection is None:
            return
        shown = groups if kind is None else tuple(group for group in groups if group.likeness is kind)
        lines = await asyncio.to_thread(duplicate_lines, shown, collection)
        if collection is not self._of or kind is not self._kind:
            return  # Somebody else shows what is wanted by now.
        self._told = f"{how_many_copies(shown)}: {how_many(shown)}" if shown else ""
        self._list.show(lines)
        self._list.explain_nothing(*self._nothing(collection))

    def _nothing(self, collection: Collection) -> tuple[str, ...]:
        if not collection.copies:
            return ("There is nothing here yet.", "What you own more than once will stand here after a sync.")
        if not self._groups:
            return ("Nothing is here twice.", "No two copies are of one release or master, or alike in what they are.")
        return ("Nothing is here twice in this way.", f"{spoken(self)['duplicates.kind']} shows other groups.")

    async def action_kind(self) -> None:
        """Show groups of one kind only, one kind after the other, and then all of them again."""
        self._kind = _KINDS[(_KINDS.index(self._kind) + 1) % len(_KINDS)]
        self.redraw()
        await self._show()
        self.redraw()

    async def action_open(self) -> None:
        """Go to the highlighted copy among all records."""
        line = self._list.highlighted
        if line is not None:
            self.dismiss()
            self._go_to(line.instance)
