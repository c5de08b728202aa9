"""The chat page over the index in `index/`: `python app.py`, the same as `byline serve`."""

import sys

from byline.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
