"""The chart: candles, volume, the formula's own indicators and its signals. ``panel.ChartPanel`` is the entrance.

Modules without Qt (``data``, ``state``, ``scale``, ``date_ticks``, ``number_text``, ``pixel_columns``) decide what
is shown; the ``*_item``, ``*_axis`` and ``view`` modules put it on the screen.
"""
