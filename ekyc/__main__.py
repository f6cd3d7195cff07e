"""`python -m ekyc …`: the same as the `ekyc` command."""

from ekyc.cli import main

if __name__ == "__main__":
    main()
