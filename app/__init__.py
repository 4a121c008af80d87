"""The faces: command line, HTTP service, maps and tables. All reach the engine through :class:`app.planner.Planner`."""
