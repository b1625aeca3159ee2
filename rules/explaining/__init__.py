"""Why a saved calculation says what it says, and what changed between two."""
