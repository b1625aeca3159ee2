"""The program behind a page: the UI as anyone may use it who has the page, without the files of this machine."""

from __future__ import annotations

import argparse


def main() -> int:
    """Run the UI until it is quit."""
    parser = argparse.ArgumentParser(prog="alvh serve")
    parser.add_argument("--knowledge", default=None)
    parser.add_argument("--parameters", default=None)
    options = parser.parse_args()
    from assistant.tui.running import run_app

    return run_app(options.knowledge, options.parameters, served=True)


if __name__ == "__main__":
    raise SystemExit(main())
