/** Tests of the command line. */
@NullMarked
package io.tidegate.server.cli;

import org.jspecify.annotations.NullMarked;
