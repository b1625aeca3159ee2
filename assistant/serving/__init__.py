"""The terminal UI in a browser: a web server for one machine's own pages, each page a program of its own behind it."""
