"""What the bridge can do, whichever sides it joins."""
