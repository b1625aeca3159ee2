"""Charts as picture files, drawn by matplotlib, which is loaded only here."""
