"""The media workers' figures, for those who watch the server: a worker is known by its place."""

from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from ekyc.domain.pulse import LAG_STEPS_S, Pulse

_GAUGES = {
    "rooms": ("ekyc_media_rooms", "Rooms open in a media worker"),
    "tasks": ("ekyc_media_tasks", "Tasks its loop holds"),
    "handles": ("ekyc_media_open_files", "Files and sockets it has open"),
    "resident_bytes": ("ekyc_media_resident_bytes", "Memory it has in use"),
}
_COUNTERS = {
    "datagrams": ("ekyc_media_datagrams", "Datagrams read from its sockets"),
    "passed_on": ("ekyc_media_passed_on", "Packets of media sent to listeners"),
    "unsent": ("ekyc_media_unsent", "Packets the kernel did not take"),
}
_STEPS = [*(f"{step:g}" for step in LAG_STEPS_S), "+Inf"]


class MediaWorkers(Collector):
    """Each worker's pulse; what is counted begins anew when a worker is replaced."""

    def __init__(self, pulses: Mapping[int, Pulse]) -> None:
        self._pulses = [(str(place), pulse) for place, pulse in pulses.items()]

    def collect(self) -> Iterator[Metric]:
        """The families of the page."""
        for field, (name, about) in _GAUGES.items():
            gauge = GaugeMetricFamily(name, about, labels=["worker"])
            for place, pulse in self._pulses:
                gauge.add_metric([place], getattr(pulse, field))
            yield gauge
        for field, (name, about) in _COUNTERS.items():
            counter = CounterMetricFamily(name, about, labels=["worker"])
            for place, pulse in self._pulses:
                counter.add_metric([place], getattr(pulse, field))
            yield counter
        yield self._refused()
        yield self._lags()

    def _refused(self) -> Metric:
        about = "Datagrams the guard did not let in, by reason"
        counter = CounterMetricFamily("ekyc_media_refused", about, labels=["worker", "reason"])
        for place, pulse in self._pulses:
            for reason, count in pulse.refused.items():
                counter.add_metric([place, reason], count)
        return counter

    def _lags(self) -> Metric:
        about = "How late a worker's loop came to what was due"
        lags = HistogramMetricFamily("ekyc_media_loop_lag_seconds", about, labels=["worker"])
        for place, pulse in self._pulses:
            buckets = list(zip(_STEPS, accumulate(pulse.lags), strict=True))
            lags.add_metric([place], buckets, pulse.lag_s)
        return lags
