package io.tidegate.server.console;

import io.tidegate.platform.identity.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page, and how they want it.
 *
 * @param seed a random value of this browser, from which the tokens in its forms are made
 * @param freshSeed whether the browser doesn't have it yet
 * @param staff null for whoever has not signed in, or no longer is
 */
record Visitor(
    Language language, Theme theme, String seed, boolean freshSeed, @Nullable Caller staff) {}
