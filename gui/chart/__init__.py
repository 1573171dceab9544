"""The chart: candles, volume, the formula's indicators and its signals. ``panel.ChartPanel`` is the entrance.

Modules without Qt (``data``, ``state``, ``scale``, ``date_ticks``, ``number_text``, ``legend``,
``pixel_columns``) decide what is shown; the other ones put it on the screen.
"""
