package io.tidegate.server.config;

/** A value that somebody gave to a key, not looked at yet. */
record Given(String key, String text, Origin origin) {}
