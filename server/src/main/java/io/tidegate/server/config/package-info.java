/**
 * What the program was told: the table of keys, where each value came from, and the settings that
 * the wiring takes.
 *
 * <p>Owns no table. Calls nothing, hears nothing, tells nothing.
 */
@NullMarked
package io.tidegate.server.config;

import org.jspecify.annotations.NullMarked;
