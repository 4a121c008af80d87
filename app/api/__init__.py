"""The HTTP service: thin routes over :class:`app.planner.Planner`."""
