"""Numbers, units and dates in a question, each with its span."""

from assistant.quantities.model import Quantity, Unit
from assistant.quantities.reader import read_quantities

__all__ = ["Quantity", "Unit", "read_quantities"]
