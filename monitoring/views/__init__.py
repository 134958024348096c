"""Pages about returns: the grantee's in `grantee`, the office's in `office`."""
