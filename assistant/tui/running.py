"""The UI over a knowledge base and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.tui.app import AlvhApp

if TYPE_CHECKING:
    from assistant.session import Session
    from knowledge.base import KnowledgeBase


def run_app(knowledge: str | None, parameters: str | None, *, served: bool = False) -> int:
    """Run the UI until it is quit; `served` in a browser, where files of this machine are not to be read."""
    from knowledge.settings import home_folder

    def open_session() -> Session:
        from assistant.__main__ import open_session as opened

        return opened(knowledge, parameters, reads_files=not served)

    def open_base() -> KnowledgeBase:
        from knowledge.base import KnowledgeBase
        from knowledge.settings import knowledge_folder

        return KnowledgeBase(knowledge_folder(knowledge))

    AlvhApp(open_session, open_base=open_base, home=home_folder(), parameters_file=parameters, served=served).run()
    return 0
