"""The parts that draw the synthetic sample district, one module for each kind of thing."""
