/** Tests of months that leave the database. */
@NullMarked
package io.tidegate.server.archive;

import org.jspecify.annotations.NullMarked;
