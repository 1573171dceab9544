"""The command line's entry: imports nothing at the top, because every worker process imports it again."""

from __future__ import annotations


def main() -> int:
    """Run the command line; returns the exit code."""
    from multiprocessing import freeze_support  # noqa: PLC0415  workers must not pay for imports

    freeze_support()
    import gc  # noqa: PLC0415
    import os  # noqa: PLC0415

    # To look for garbage in what is just being loaded takes a tenth of the time; the command switches it on again.
    gc.disable()
    # To look for plug-ins of pydantic's in every installed package takes longer than all our settings.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from engine.cli.main import main as run  # noqa: PLC0415

    return run()


if __name__ == "__main__":
    raise SystemExit(main())
