"""Look of the window: colours, palettes, icons. ``theme`` is the entrance, ``switch`` changes it at run time."""
