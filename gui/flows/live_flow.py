"""Live mode: from every change of the form to the counts under the formula and the matches in the table.

1. Whatever changes in the form is asked at once; what was being answered is given up. While the formula has problems,
   or a scan runs, nothing is asked: what is shown stays, dimmed.
2. An answer fills the strip, and the table instead of the last scan's matches: those cannot be exported then, nor
   measured. The matches of a scan that was run stay until the next change.
3. Once answers have come to rest for a moment, the chart and its reasons follow the formula.

It is off until it is switched on, and waits for a scan where the bars do not lie ready.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from engine.errors import CandlewickError, FormulaError, JobError, NotLiveError
from engine.formula.dial import Dial, dial_at
from engine.scan.job import ProcessingJob
from gui.bridge.live_bridge import LiveBridge, LiveReply
from gui.bridge.scan_bridge import ScanRequest
from gui.bridge.scan_state import ScanState
from gui.flows.handlers import Handler, Handlers
from gui.flows.inspection_flow import InspectionFlow
from gui.flows.scan_flow import ScanFlow
from gui.flows.window_parts import WindowParts
from gui.live.state import table_note
from gui.live.strip import LiveStrip
from gui.results.replacing import replace_rows

# A key is often several changes of the form; the chart waits until a slider rests.
_GATHER_MS, _REST_MS = 15, 350


class LiveFlow(QObject):
    """Joins form, strip and table with the answers."""

    def __init__(
        self,
        parts: WindowParts,
        strip: LiveStrip,
        live: LiveBridge,
        *,
        scans: ScanFlow,
        charts: InspectionFlow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._strip = strip
        self._scans = scans
        self._live = live
        self._charts = charts
        self._action = parts.actions["live"]
        # The job whose matches are in the table, and whether a scan has found them.
        self._shown: ProcessingJob | None = None
        self._is_scans = False
        self._is_taking = False
        self._resting: ScanRequest | None = None
        self._gather = self._timer(_GATHER_MS, self._ask)
        self._rest = self._timer(_REST_MS, self._come_to_rest)
        self._look = self._timer(0, self._show_dial)
        strip.set_action(self._action)
        self._connect()

    def handlers(self) -> Handlers:
        """Return what the actions of this flow do."""
        return {"live": self._on_switched}

    @property
    def is_on(self) -> bool:
        """Whether matches follow the formula."""
        return self._action.isChecked()

    def _timer(self, milliseconds: int, then: Handler) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer

    def _connect(self) -> None:
        parts, strip = self._parts, self._strip
        parts.form.changed.connect(self._on_changed)
        parts.editor.caret_moved.connect(self._look.start)
        parts.editor.number_stepped.connect(self._step_number)
        strip.dial_row.turned.connect(self._turn_number)
        strip.dial_row.let_go.connect(parts.editor.end_turning)
        self._scans.job_started.connect(self._on_job)
        self._scans.bridge.state_changed.connect(self._on_state)
        self._live.answered.connect(self._on_answered)
        self._live.refused.connect(self._on_refused)

    # ------------------------------------------------------------------ asking

    @Slot()
    def follow(self) -> None:
        """Open the bars anew: others were chosen, or they were read in again."""
        if self.is_on:
            self._live.forget()
            self._ask()

    @Slot()
    def _on_switched(self) -> None:
        self._strip.set_on(on=self.is_on)
        if self.is_on:
            self._show_dial()
            self._ask()
        else:
            self._live.forget()
            self._rest.stop()

    @Slot()
    def _on_changed(self) -> None:
        if self.is_on:
            self._gather.start()

    @Slot()
    def _ask(self) -> None:
        self._gather.stop()
        if not self.is_on or self._scans.bridge.state is not ScanState.IDLE:
            return
        self._live.cancel()
        try:
            request = self._scans.request()
        except CandlewickError as error:
            self._strip.show_note(_first_sentence(error))
            return
        self._strip.show_busy()
        self._live.ask(request)

    @Slot(object)
    def _on_state(self, state: ScanState) -> None:
        """Keep out of a scan's way, and read what it has left in the snapshot."""
        if state is ScanState.STARTING:
            self._live.forget()
            self._rest.stop()
            self._parts.results.footer.set_note("")
            if self.is_on:
                self._strip.show_note(self.tr("Waits while the scan runs"))
        elif state is ScanState.IDLE and self.is_on:
            self._ask()

    @Slot(object)
    def _on_job(self, request: ScanRequest) -> None:
        if not self._is_taking:
            self._shown, self._is_scans = request.job, True
            self._parts.results.footer.set_note("")

    # ------------------------------------------------------------------ answers

    @Slot(object)
    def _on_answered(self, reply: LiveReply) -> None:
        if not self.is_on:
            return
        answer, job = reply.answer, reply.request.job
        self._strip.show_answer(answer)
        # What a scan has found is more than what is shown here.
        if self._shown == job and self._is_scans:
            return
        if self._shown is None or self._is_scans:
            self._take_table(reply.request)
        results = self._parts.results
        had_row = results.view.current_id >= 0
        if not answer.total:
            results.set_empty_state(self.tr("No bar matches this formula now: its counts are under it."))
        kept = replace_rows(results, answer.matches, answer.universe, table_note(answer, self.tr))
        self._shown, self._is_scans = job, False
        if not had_row and not kept and self._parts.chart.data is None:
            results.select_first()
        self._resting = reply.request
        self._rest.start()

    def _take_table(self, request: ScanRequest) -> None:
        self._is_taking = True
        try:
            self._scans.begin_live(request)
        finally:
            self._is_taking = False

    @Slot()
    def _come_to_rest(self) -> None:
        """Draw the chart, and explain it, by the formula that is there now."""
        if self._resting is None or not self.is_on or self._scans.bridge.state is not ScanState.IDLE:
            return
        self._take_table(self._resting)
        self._resting = None
        results, chart = self._parts.results, self._parts.chart
        if results.view.current_id >= 0:
            results.match_selected.emit(
                *results.model.match_of(results.view.current_id), results.view.current_id
            )
        elif chart.data is not None:
            self._charts.go_to(chart.data.symbol)

    @Slot(object)
    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, CandlewickError):
            self._strip.show_note(self.tr("Live mode has failed: see Problems."))
        elif isinstance(error, FormulaError):
            self._strip.show_note(self.tr("The formula has problems: these are the counts before."))
        elif isinstance(error, NotLiveError):
            self._strip.show_note(self.tr(error.sentence))
        else:
            self._strip.show_note(_first_sentence(error))

    # ------------------------------------------------------------------ the number at the cursor

    @Slot()
    def _show_dial(self) -> None:
        if self.is_on:
            self._strip.dial_row.show_dial(self._dial())

    def _dial(self) -> Dial | None:
        editor = self._parts.editor
        return dial_at(editor.text(), editor.caret(), self._parts.form.values().parameters)

    @Slot(float)
    def _turn_number(self, value: float) -> None:
        dial = self._strip.dial_row.dial
        if dial is not None:
            self._parts.editor.turn_number(dial.start, dial.end, dial.text_of(value))
            self._look.stop()
            self._show_dial()

    @Slot(int)
    def _step_number(self, steps: int) -> None:
        if (dial := self._dial()) is not None:
            self._parts.editor.turn_number(dial.start, dial.end, dial.text_of(dial.stepped(steps)))


def _first_sentence(error: CandlewickError) -> str:
    return error.problems[0][1] if isinstance(error, JobError) else str(error)
