/** Tests of the HTTP edge, over real sockets. */
@NullMarked
package io.tidegate.platform.http;

import org.jspecify.annotations.NullMarked;
