"""The command line: arguments in, text out. Nothing is decided here about imports."""
