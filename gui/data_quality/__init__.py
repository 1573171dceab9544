"""What is wrong with the data in use: a badge in the status bar, and the list behind it."""
