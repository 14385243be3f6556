"""Who is at the desk: accounts, sessions, passkeys, tokens, and the guards before every page."""
