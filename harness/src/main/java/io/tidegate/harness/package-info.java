/**
 * The second program's command line: {@code simulate} and {@code bench}. Owns no table; calls the
 * commands of its subpackages; hears and tells nothing. The program knows the server only through
 * HTTP, the command line and SQL.
 */
@NullMarked
package io.tidegate.harness;

import org.jspecify.annotations.NullMarked;
