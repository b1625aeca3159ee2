"""The line of keys."""

from __future__ import annotations

import gc

from driving import MakeApp, press, settled
from textual.widgets._footer import FooterKey


async def test_keys_that_are_no_longer_shown_are_let_go(make_app: MakeApp) -> None:
    async with make_app().run_test(size=(120, 40)) as pilot:
        await settled(pilot)

        async def kept_after_a_look_at_the_documents() -> int:
            await press(pilot, "f9")
            await press(pilot, "escape")
            gc.collect()
            return sum(isinstance(one, FooterKey) for one in gc.get_objects())

        await kept_after_a_look_at_the_documents()
        first = await kept_after_a_look_at_the_documents()
        for _ in range(4):
            last = await kept_after_a_look_at_the_documents()
        assert last <= first
