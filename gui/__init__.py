"""The window: it shows and never computes. ``app`` builds the objects, panels know only what they are given."""
