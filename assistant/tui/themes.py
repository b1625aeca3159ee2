"""The three looks: dark, light, high contrast. Nothing is told by colour alone."""

from __future__ import annotations

from textual.theme import Theme

from assistant.settings import ThemeName

_DARK = Theme(
    name="alvh-dark",
    primary="#6ea8c8",
    secondary="#8fb39a",
    accent="#e0b36a",
    foreground="#d7dce0",
    background="#12171c",
    surface="#171d23",
    panel="#212a32",
    success="#8fb39a",
    warning="#e0b36a",
    error="#e07a6a",
    dark=True,
)
_LIGHT = Theme(
    name="alvh-light",
    primary="#1f5f86",
    secondary="#2f6b45",
    accent="#8a5a00",
    foreground="#1d2429",
    background="#f7f6f2",
    surface="#efeee8",
    panel="#e2e0d8",
    success="#2f6b45",
    warning="#8a5a00",
    error="#a63022",
    dark=False,
)
_CONTRAST = Theme(
    name="alvh-contrast",
    primary="#00ffff",
    secondary="#00ff00",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    success="#00ff00",
    warning="#ffff00",
    error="#ff6666",
    dark=True,
    variables={"text-muted": "#ffffff", "text-disabled": "#d0d0d0", "border": "#ffffff"},
)
LOOKS: dict[ThemeName, Theme] = {"dark": _DARK, "light": _LIGHT, "contrast": _CONTRAST}
