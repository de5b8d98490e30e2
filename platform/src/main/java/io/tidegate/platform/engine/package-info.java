/**
 * Engines that the program starts by itself: a real PostgreSQL, unpacked from a dependency, and a
 * RocketMQ name server and broker, each run as a child process.
 *
 * <p>Owns one directory for each engine (data, logs, password, port) and the cache of unpacked
 * programs; no table. Calls only the operating system. Hears when its child process ends, and
 * starts it again. Tells its progress as lines of text to whoever started it.
 */
@NullMarked
package io.tidegate.platform.engine;

import org.jspecify.annotations.NullMarked;
