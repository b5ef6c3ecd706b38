"""heat_mq: a distributed orchestration engine that speaks OpenStack Heat's interfaces."""
