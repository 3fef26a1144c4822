"""A screen owns the state, calls the services and hands values down to its widgets."""
