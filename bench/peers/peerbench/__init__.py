"""Measures SFTP servers on loopback, interleaved, with the same clients."""
