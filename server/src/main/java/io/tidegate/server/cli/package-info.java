/**
 * The commands of the command line, and what a running program needs around its parts: the data
 * directory, engines and simulators as children, logging, signals, a bounded stop.
 *
 * <p>Owns the files in the data directory except the engines' own. Calls the platform, the
 * configuration and {@code doctor}, hears nothing, tells nothing. It doesn't know the parts: the
 * entry hands in how they are started.
 */
@NullMarked
package io.tidegate.server.cli;

import org.jspecify.annotations.NullMarked;
