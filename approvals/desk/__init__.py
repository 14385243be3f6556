"""The desk: the pages where people act, in French and in English.

``app`` builds the program, ``pages`` has one module a page, ``seen`` is what a page knows of who
asks, ``ports`` what the desk needs of the house. The guards are the handlers', not the pages'.
"""
