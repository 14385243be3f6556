"""One function per act: guards first, then one event. Web, command line and flows all call these.

Every handler takes a command and the office that it is brought to, and gives the ledger entry that
it wrote. Brought again under the same idempotency key, a command gives the entry that it wrote the
first time. A refusal is a ``GuardError`` that says which guard and what would satisfy it, and
leaves nothing behind.
"""
