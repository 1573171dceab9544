"""The evidence panel: what came after the matches of the scan, window by window."""
