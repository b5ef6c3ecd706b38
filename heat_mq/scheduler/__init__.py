"""Runs nodes as coroutines: claim, resolve, step, wait, settle.

A node is a generator (:mod:`heat_mq.scheduler.drive`) that yields requests; thousands wait while few threads work. The
loop knows nothing of resources, and the generators nothing of threads.
"""
