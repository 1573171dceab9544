"""Every function of the language, one module per family; ``index`` finds them by name."""
