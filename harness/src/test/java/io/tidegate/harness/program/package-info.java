/**
 * The whole program from outside: the launcher, HTTP, signals and kills. Runs when all is built.
 */
@NullMarked
package io.tidegate.harness.program;

import org.jspecify.annotations.NullMarked;
