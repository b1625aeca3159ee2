"""The screen of the dialogue."""

from __future__ import annotations

from textual.binding import ActiveBinding
from textual.screen import Screen

from assistant.tui.actions import BY_NAME


class MainScreen(Screen[None]):
    """Its foot names the keys in the order of the actions, those of the part that has the focus before them."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """What each key does now."""
        order = {name: place for place, name in enumerate(BY_NAME)}
        return dict(sorted(super().active_bindings.items(), key=lambda bound: order.get(bound[1].binding.id or "", -1)))
