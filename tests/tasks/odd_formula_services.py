"""Formula services with the faults that real plug-ins have; workers import them by name."""

from __future__ import annotations

import os
import signal

import pandas as pd

# A symbol whose first close is one of these behaves so; all others match on every bar.
SPIN, EXIT, RAISE, KILL = 666.0, 667.0, 668.0, 669.0


class OddFormulaService:
    def evaluate(
        self, formula: str, df: pd.DataFrame, parameters: dict[str, float] | None = None
    ) -> pd.Series:
        first = float(df["close"].iloc[0])
        if first == SPIN:
            while True:  # a loop that never ends, on a real processor
                pass
        if first == EXIT:
            os._exit(3)
        if first == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if first == RAISE:
            message = "the plug-in's own bug"
            raise ZeroDivisionError(message)
        return pd.Series(data=True, index=df.index)
