"""The set-up behind the Makefile. Standard library only, and no newer syntax than Python 3.8's: it runs before anything
is installed, on whatever Python the machine has."""
