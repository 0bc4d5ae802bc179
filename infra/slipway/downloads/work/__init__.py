"""Counting logs as they arrive, each once.

events     which logs a message tells of                                  (pure)
stop       how work is asked to end
logs       where logs are: read and listed
recount    whole days again, from their logs
count      one log
queue      Amazon SQS
loop       message after message
take       logs that no message tells of
redrive    dead letters
metrics    what was done, for CloudWatch
"""

from __future__ import annotations

__all__: list[str] = []
