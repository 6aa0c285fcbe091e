"""Gives every test the real servers."""

pytest_plugins = ["tests.stack"]
