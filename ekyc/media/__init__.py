"""The call itself: WebRTC through the server, relayed and recorded packet by packet."""
