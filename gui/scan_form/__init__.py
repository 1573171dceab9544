"""The scan form: which symbols, which bars, which matches, and the button that starts it all."""
