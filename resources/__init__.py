"""Files that travel with the program (icons, ready-made scans, help); read through ``importlib.resources``, no code here."""
