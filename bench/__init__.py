"""The numbers of the architecture, each beside its floor from the same run: ``./dev bench``."""
