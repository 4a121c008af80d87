"""Siting: the plan's targets answered for a district. See :func:`app.siting.decide.decide`."""
