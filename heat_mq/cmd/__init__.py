"""Programs: read the configuration, build, run."""
