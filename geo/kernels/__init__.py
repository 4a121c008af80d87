"""Kernels: the searches of the engine, compiled. See :mod:`geo.kernels.lanes` for how they work."""
