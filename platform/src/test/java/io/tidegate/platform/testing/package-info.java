/**
 * The real engines for the tests of every module; published as this module's test-jar.
 *
 * <p>Owns one PostgreSQL for each test JVM, in a folder below the system's temporary one, which
 * goes away with the JVM, or databases and topics on outside engines that it is told of. Calls
 * {@code platform.engine}.
 */
@NullMarked
package io.tidegate.platform.testing;

import org.jspecify.annotations.NullMarked;
