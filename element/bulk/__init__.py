"""Bulk sending: recipients, planned into the fewest calls, sent, and accounted for in the ledger. See bulk.py."""
