@NullMarked
package io.tidegate.server.probe;

import org.jspecify.annotations.NullMarked;
