"""`rules estimate-betas FILE`: VIX betas from a settlement file, written as a parameter overlay."""

from __future__ import annotations

import argparse

from rules.commands.command_line import Output, given_parameters
from rules.files import source_name, text_of
from rules.vix.beta_estimation import overlay_text


def command(options: argparse.Namespace) -> Output:
    """The overlay as YAML text, with n, R2 and the period as comments."""
    vix = None if options.vix is None else text_of(options.vix)
    names = (source_name(options.file), None if options.vix is None else source_name(options.vix))
    return overlay_text(text_of(options.file), vix, names, given_parameters(options)).rstrip("\n")
