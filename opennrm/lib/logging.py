from __future__ import annotations

import logging


class DiscreetHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes where and which kind of error happened; messages and values of an exception may hold personal data."""

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and record.exc_info[0]:
            kind, trace = record.exc_info[0], record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown place"
            record = logging.makeLogRecord(
                {
                    **record.__dict__,
                    "exc_info": None,
                    "exc_text": None,
                    "args": None,
                    "msg": f"{kind.__name__} at {place}",
                }
            )
        return super().format(record)
