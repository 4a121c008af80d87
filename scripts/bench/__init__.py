"""The benchmark: contests between Tongquan and its peers, everyone in a process of their own.

The leading process (:mod:`bench.lead`) lets the players take turns, so that whatever else the machine does slows all of
them alike. It imports nothing large itself.
"""
