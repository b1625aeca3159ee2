"""The engine from the command line: JSON in, JSON out. `python -m rules` and `alvh rules`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module

from rules.commands import output
from rules.commands.command_line import COMMANDS, Output, error_to_json, one_line, parsed
from rules.errors import Defect, RulesError, described

__all__ = ["main", "one_line"]


def main(argv: Sequence[str] | None = None, prog: str = "rules") -> int:
    """Run a command and return the exit code.

    0 done, 1 a defect of the program, 2 bad input or an output that cannot be written, 130 interrupted;
    all but 0 with one line on standard error. With --json a refusal and a defect are an object on standard output too.
    """
    json = "--json" in (sys.argv[1:] if argv is None else argv)
    try:
        output.write(_run(argv, prog))
    except RulesError as error:
        return _refused(prog, error, json)
    except output.CannotWrite as failed:
        output.drop()
        if isinstance(failed.reason, BrokenPipeError):
            return 0  # whoever read the output has seen enough
        return _leave(prog, f"standard output: cannot be written ({failed.reason.strerror}); make room, or write somewhere else", 2)
    except KeyboardInterrupt:
        return _leave(prog, "interrupted", 130)
    except Exception as error:
        return _failed(prog, str(error) if isinstance(error, Defect) else described(error), json)
    return 0


def _refused(prog: str, error: RulesError, json: bool) -> int:
    if json:
        _write_object(error)
    return _leave(prog, error, 2)


def _failed(prog: str, why: str, json: bool) -> int:
    if json:
        problem, _, remedy = why.partition("; ")
        _write_object(RulesError("program", problem, remedy))
    return _leave(prog, why, 1)


def _write_object(error: RulesError) -> None:
    """The error as JSON, where standard output still takes it; the line on standard error comes in any case."""
    with contextlib.suppress(output.CannotWrite, RulesError):
        output.write(error_to_json(error))


def _run(argv: Sequence[str] | None, prog: str) -> Output:
    with output.failures_named():  # the parser writes its help itself
        options = parsed(argv, prog)
    # No plugin has a part in a calculation; looking for installed ones costs more than most calculations.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    module, _, function = COMMANDS[options.command].runs.partition(":")
    with _without_collecting():
        made: Output = getattr(import_module(module), function)(options)
    return made


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """One calculation leaves no garbage worth collecting, and looking for it while modules load costs a tenth of a cold run.

    A batch returns before its first line is computed, so its lines are collected after as ever.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _leave(prog: str, why: object, code: int) -> int:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"{prog}: {one_line(why)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    code = main()
    gc.freeze()  # the process ends here: what it built need not be searched for cycles first
    raise SystemExit(code)
