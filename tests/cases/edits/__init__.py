"""The captured cases by theme; see casebook.py."""
