"""importwise finds Python imports that cannot be resolved, as CPython would, without running the code."""

__version__ = "0.1.0"
