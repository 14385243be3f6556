"""Mail: from the ledger's notices to letters in a person's language, and out of the house.

``collect`` makes rows of notices, ``timing`` says when each goes, ``sender`` claims and sends them
through ``smtp`` or into ``maildir``, ``compose`` writes what they say, ``bounces`` reads what comes
back, ``calendar`` and ``webhooks`` are what programs read. Nothing here knows a setting: ``flows``
gives them.
"""
