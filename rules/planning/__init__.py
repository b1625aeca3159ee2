"""From a condor book to a layered hedge plan."""
