"""The line of keys at the foot of a screen."""

from __future__ import annotations

from textual.widgets import Footer


class KeysFooter(Footer):
    """Textual's footer, which lets go of the keys that it no longer shows.

    Textual makes the keys anew at each change of focus and binds each to `compact`; those bindings are dropped only when that value
    is set, so over a day every key ever shown would stay in memory.
    """

    async def recompose(self) -> None:
        """Make the keys anew and drop the bindings of the former ones."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)
