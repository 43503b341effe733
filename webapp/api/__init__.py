"""The programs' door: letters and verdicts as JSON."""
