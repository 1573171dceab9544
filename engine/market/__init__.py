"""What a bar is: arrays, timeframes, resampling, quality, universes. Nothing here reads or starts anything."""
