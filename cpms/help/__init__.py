"""The help centre: texts of `topics/`, their search, and which of them a page opens."""
