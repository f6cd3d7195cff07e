"""The time in a media worker: that of the server that started it.

Calls end by what a worker reports: since when somebody is gone is compared with the server's time,
which need not be the machine's (`ekyc.clock`).
"""

from ekyc.clock import SteadyClock

CLOCK = SteadyClock()
"""This process's; a worker has it follow the server's when it starts."""
