/**
 * RocketMQ's name server and broker in one child JVM. Owns the directory it is given (store,
 * configuration, logs, lock and pid file); calls RocketMQ only; hears its parent through standard
 * input (its end means: stop) and SIGTERM; tells {@code ready}, {@code stopping} and {@code
 * stopped} on standard output. It knows no business word: topics are arguments.
 */
@NullMarked
package io.tidegate.broker;

import org.jspecify.annotations.NullMarked;
