"""The engine: walking networks, circles, homes and scores, for children. It computes and does nothing else.

No download, no disk beyond its own arrays, no web, no map. All lengths are metres, all times seconds,
all coordinates metric unless a name says ``lonlat``. *Absent means out of reach*: a distance that does not
exist is ``inf`` inside an array and ``None`` (or a null) in every table.
"""
