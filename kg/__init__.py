"""Parley: who said what about a negotiation, who says otherwise, and what can still be believed."""

__version__ = "0.1.0"
