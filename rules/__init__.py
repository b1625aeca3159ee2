"""The ALVH method as arithmetic: parameters with their basis, calculators, and hedge plans that explain themselves.

The package reads no clock, draws no random number and touches no file except through
`rules.parameters.load_parameters` and the command line in `rules.__main__`.
"""

from __future__ import annotations

__version__ = "0.1.0"
