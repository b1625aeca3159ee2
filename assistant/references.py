"""A cited source as an entry of a reference list."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def apa(title: str, author: str | None, date: str | None, url: str | None) -> str:
    """A web page or document by APA style, 7th edition: author, date, title, site, address; plain text, the title not set in italics.

    Without an author the title takes its place, without a date it says n.d. `date` is an ISO day, month or year; other dates are left as they are.
    """
    dated = f"({_date(date)})"
    named = _ended(author) if author else None
    site = _site(url)
    parts = [named, f"{dated}.", _ended(title)] if named else [_ended(title), f"{dated}."]
    parts += [_ended(site)] if site and (author is None or site.lower() not in author.lower()) else []
    return " ".join([*(part for part in parts if part), *([url] if url and site else [])])


def _date(date: str | None) -> str:
    if date is None or not date.strip():
        return "n.d."
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", date)
    if match is None or (match.group(2) and not 1 <= int(match.group(2)) <= 12):
        return date
    year, month, day = match.groups()
    if month is None:
        return year
    return f"{year}, {MONTHS[int(month) - 1]}" + (f" {int(day)}" if day else "")


def _site(url: str | None) -> str | None:
    """The host of a web address, without www; None for a file."""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return None
    return (urlsplit(url).hostname or "").removeprefix("www.") or None


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
