"""The keys of the place where somebody is, at the bottom."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer


class KeyLine(Footer):
    """Made anew only when other keys are to be shown.

    Textual's own is made anew twice whenever the focus goes, and each time the whole screen is laid out and painted.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)
        self._shown: tuple[tuple[str, str, bool], ...] | None = None

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look, when everything that changes them at once has done so."""
        self._bindings_ready = True
        if screen.app.app_focus and self.is_attached and screen is self.screen:
            self.call_after_refresh(self._renew)

    async def _renew(self) -> None:
        if not self.is_attached:
            return  # Its screen was left meanwhile.
        active = self.screen.active_bindings.values()
        shown = tuple(
            (self.app.get_key_display(binding), binding.description, enabled)
            for (_node, binding, enabled, _tooltip) in active
            if binding.show
        )
        if shown != self._shown:
            self._shown = shown
            await self.recompose()
