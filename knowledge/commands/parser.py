"""The words of the knowledge commands."""

from __future__ import annotations

import argparse
import json
from typing import NoReturn

from knowledge.errors import KnowledgeError


class OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are those of the package; sub-commands inherit it."""

    def error(self, message: str) -> NoReturn:
        """Raise KnowledgeError."""
        raise KnowledgeError("command line", message, f"see {self.prog} --help")


def one_line(text: object) -> str:
    """A message without line breaks and control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in str(text)).split())


def error_to_json(error: KnowledgeError) -> str:
    """A refusal as JSON on one line, without line breaks and control characters in its texts."""
    cleaned = KnowledgeError(one_line(error.field), one_line(error.problem), one_line(error.remedy))
    return json.dumps(cleaned.as_object(), ensure_ascii=False)


def parser_for(prog: str) -> argparse.ArgumentParser:
    """The parser of all knowledge commands."""
    common = OneLineParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--knowledge", metavar="DIR", help="the knowledge folder")
    common.add_argument("--parameters", metavar="FILE", help=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="JSON output")
    parser = OneLineParser(parents=[common], prog=prog, description="Add, list, search, check and move the documents that answers come from.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[common], help=text, description=text[0].upper() + text[1:] + ".")

    command("add", "add files, folders and globs: text, Markdown, HTML, PDF, YAML notes").add_argument("paths", nargs="+", metavar="PATH")
    command("list", "the documents")
    command("show", "one document").add_argument("id")
    command("remove", "remove a document").add_argument("id")
    command("restore", "bring back a shipped document that was removed").add_argument("id")
    search = command("search", "the passages for some words, best of each document first")
    search.add_argument("words", nargs="?")
    search.add_argument("--batch", metavar="FILE", help="one JSON object with a question on each line; - reads standard input")
    search.add_argument("-k", type=int, default=10, help="how many documents")
    command("conflicts", "where documents give different values for the same thing")
    command("stats", "what the base holds")
    check = command("check", "whether all parts of the base agree, or whether files written by hand can be added")
    check.add_argument("files", nargs="*", metavar="FILE", help="articles, glossary terms and silences to check instead of the base")
    check.add_argument("--repair", action="store_true", help="mend what does not agree")
    new = command("new", "write a skeleton to fill in: an article, glossary terms or silences")
    new.add_argument("file", metavar="FILE", help="where to write it: .md for an article, .yaml for terms or silences")
    new.add_argument("--kind", choices=["article", "terms", "silences"], help="default: by the file's ending, terms for .yaml")
    new.add_argument("--title", default="", help="its title")
    command("evaluate", "how well questions find their pages, over a JSONL file of questions").add_argument("file", metavar="FILE")
    command("reencode", "encode the base by the encoder that ALVH_ENCODER names, and make vectors that are lacking")
    command("export", "write what you added and removed to one file").add_argument("file", metavar="FILE")
    command("import", "take in a file that export has written").add_argument("file", metavar="FILE")
    return parser
