"""Indicators as functions over float64 arrays: TA-Lib's catalogue, and the few kernels that it lacks."""
