"""One module for each scenario of run.py."""
