"""Speed, measured as ratios between contenders in one run: `python -m bench`."""
