"""Where the four corners of a card are: photographs, two nets, their confidence."""
