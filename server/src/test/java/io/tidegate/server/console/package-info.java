/** Tests of the console: pages over HTTP, with orders in a real database. */
@NullMarked
package io.tidegate.server.console;

import org.jspecify.annotations.NullMarked;
