"""Looks at stacks without changing them; answers in the shapes of heat_mq.rpc.answers."""
