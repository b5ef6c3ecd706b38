"""The CloudFormation-compatible query API: authenticate, authorize, check, ask the engine, answer XML or JSON."""
