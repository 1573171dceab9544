"""The formula language: text to tree, tree to plan, plan over bars. No ``eval``, no input or output.

``service`` is the door; the steps are ``layout`` and ``parser`` (text to tree), ``checker`` (names, types, limits),
``planner`` (each distinct term once) and ``evaluator`` (arrays).
"""
