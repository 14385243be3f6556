"""Every act and every look as JSON under ``/api/v1``: the same handlers, the same guards.

``acts`` is the table of acts, ``looks`` what can be read, ``answers`` the shape of what is given
back, ``document`` the OpenAPI description made of all of them.
"""
