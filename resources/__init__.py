"""What the program shows or reads but does not compute: icons, ready-made scans, help, the default settings.

Here: files, found with ``importlib.resources.files("resources")`` from a source tree and from an installed wheel
alike. Not here: code. ``config.yaml`` stands at the root of the repository and joins this package in the wheel.
"""
