"""Files that travel with the program (icons, ready-made scans, help); found by ``importlib.resources``."""
