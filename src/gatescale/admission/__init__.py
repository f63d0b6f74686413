"""The language of admission rules: what one may say, whether it holds, until when. No I/O."""
