"""The net that reads lines of print: its texts, its drawings, its training."""
