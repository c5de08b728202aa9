"""The chat page over the index in `index/`: `python app.py`, the same as `byline serve`."""

from byline.build import serve_chat
from byline.settings import read_settings

if __name__ == "__main__":
    serve_chat(read_settings())
