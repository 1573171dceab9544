"""What a bar is: arrays, timeframes, resampling, quality and universes. Pure: nothing here reads or starts anything."""
