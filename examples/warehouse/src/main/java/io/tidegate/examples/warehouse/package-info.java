/**
 * A warehouse of others, as an example: a program of its own that takes what Tidegate wants
 * shipped, picks, packs with Tidegate's leave, ships, and tells how far it is.
 *
 * <p>It uses nothing of Tidegate's but the signed HTTP form of {@code docs/parts.md}.
 */
@NullMarked
package io.tidegate.examples.warehouse;

import org.jspecify.annotations.NullMarked;
