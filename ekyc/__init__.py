"""ekyc: identity verification by video call, on your own server.

A customer photographs an identity card, meets a trained agent in a live call that runs through the
server, moves as asked while the server measures it, and is decided upon; everything is kept in the
customer's file.
"""

__version__ = "0.1.0"
