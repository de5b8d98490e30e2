/** Tests of the configuration. */
@NullMarked
package io.tidegate.server.config;

import org.jspecify.annotations.NullMarked;
