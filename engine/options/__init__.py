"""Option contracts for signals: one row in, the same row with its contracts out.

``chain`` is what a chain is, ``pricing`` what an option is worth, ``strategies`` which legs are wanted, ``rules``
what a contract must satisfy, ``selection`` the choice among real quotes, ``structure`` what was chosen.
"""
