"""Directed graphs of anything hashable; knows nothing of templates, stacks or clouds."""

from heat_mq.graph.cycles import CycleFound, find_cycle, text_of_cycle
from heat_mq.graph.dag import Dag

__all__ = ["CycleFound", "Dag", "find_cycle", "text_of_cycle"]
