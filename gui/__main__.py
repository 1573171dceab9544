"""The window's entry: imports nothing at the top, because every worker process imports it again."""

from __future__ import annotations


def main() -> int:
    """Open the window; returns the exit code."""
    import gc  # noqa: PLC0415
    from multiprocessing import freeze_support  # noqa: PLC0415  workers must not load Qt

    freeze_support()
    # To look for garbage in what is just being loaded takes a tenth of the time; the window begins with it later.
    gc.disable()
    from gui.start import main as start  # noqa: PLC0415

    return start()


if __name__ == "__main__":
    raise SystemExit(main())
