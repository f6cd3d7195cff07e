"""Sealed files (.ekr): written once, record by record, read at any place."""
