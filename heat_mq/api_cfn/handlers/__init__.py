"""One function for each action; the table of them is :mod:`heat_mq.api_cfn.actions`."""
