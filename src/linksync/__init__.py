"""Keeps the records of your app linked to an accounting system, and both ends in step."""
