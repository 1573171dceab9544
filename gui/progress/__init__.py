"""The status bar's progress: a bar, one line of figures, and Cancel."""
