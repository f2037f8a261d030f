"""Endpoints for particular accounting systems, one folder each."""
