"""`python -m xlprocess`."""

from xlprocess.doors.cli import main

if __name__ == "__main__":
    main()
