"""What a bar is: arrays, timeframes, resampling, quality, universes. Nothing here does input or output."""
