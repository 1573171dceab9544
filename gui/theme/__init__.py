"""Look of the window: colours, palettes, icons. ``theme`` is the entrance, ``switch`` the live change."""
