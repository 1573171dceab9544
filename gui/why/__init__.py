"""The why-matched panel: the conditions of the formula on one bar, with values and distances."""
