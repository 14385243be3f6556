"""The commands of ``enonce``, one file for each room of the house.

A new command is one function with ``@app.command`` in the file of its room.
"""
