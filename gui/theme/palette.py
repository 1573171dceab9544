"""The interface colours as a ``QPalette`` for the Fusion style.

Fusion derives frames and bevels from these roles by itself; there is no style sheet, which would
slow every repaint.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from gui.theme.colours import InterfaceColours, mix

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup


def palette(colours: InterfaceColours) -> QPalette:
    """Return a palette with every role set, so that nothing is left to the platform."""
    result = QPalette()
    for role, colour in _roles(colours).items():
        result.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText):
        result.setColor(_Group.Disabled, role, QColor(colours.disabled))
    result.setColor(_Group.Disabled, _Role.Highlight, QColor(colours.border))
    result.setColor(_Group.Disabled, _Role.Base, QColor(colours.window))
    # A list that lost the focus keeps its selection readable, but quieter than the one that has it.
    quiet = mix(colours.accent, colours.surface, 0.35)
    result.setColor(_Group.Inactive, _Role.Highlight, QColor(quiet))
    return result


def _roles(colours: InterfaceColours) -> dict[QPalette.ColorRole, str]:
    return {
        _Role.Window: colours.window,
        _Role.WindowText: colours.text,
        _Role.Base: colours.surface,
        _Role.AlternateBase: colours.alternate,
        _Role.Text: colours.text,
        _Role.PlaceholderText: colours.muted,
        _Role.Button: colours.raised,
        _Role.ButtonText: colours.text,
        _Role.BrightText: colours.error,
        _Role.ToolTipBase: colours.tooltip,
        _Role.ToolTipText: colours.text,
        _Role.Highlight: colours.accent,
        _Role.HighlightedText: colours.accent_text,
        _Role.Accent: colours.accent,
        _Role.Link: colours.link,
        _Role.LinkVisited: mix(colours.link, colours.muted, 0.5),
        _Role.Light: mix(colours.raised, "#ffffff", 0.12),
        _Role.Midlight: mix(colours.raised, "#ffffff", 0.06),
        _Role.Mid: colours.border,
        _Role.Dark: mix(colours.border, "#000000", 0.15),
        _Role.Shadow: mix(colours.window, "#000000", 0.6),
    }
