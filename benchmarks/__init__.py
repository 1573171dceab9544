"""Speed and memory, measured beside others: ``make bench`` (``bench.py``), and four studies of single parts.

The studies (``formula.py``, ``pairs.py``, ``soak.py``) are programs of their own. Nothing that is shipped imports
anything from here, and no test asserts a speed.
"""
