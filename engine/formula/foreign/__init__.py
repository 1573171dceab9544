"""What other programs write, recognised in a text that is no formula of ours, and answered with ours.

AmiBroker, MetaStock, Pine, TC2000, StockCharts, Chartink and the Chinese family (TDX, hikyuu). Words that differ by
name alone are in ``engine.formula.names``.
"""

from engine.formula.foreign.answers import explained

__all__ = ["explained"]
