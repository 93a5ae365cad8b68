"""Declare what is stored: models as fragments, columns, money, choices, search tokens, triggers."""
