"""Files that a result can become: one module per format, each registering itself by file ending."""
