package io.tidegate.harness.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param sent requests that were started
 * @param answered requests that got a whole answer, whatever it said
 * @param failed requests whose connection ended without one
 * @param unknown requests whose answer did not come in time
 * @param notSent requests that were due and that no connection was free for, until the end
 * @param connectFailures connections that could not be made
 * @param elapsed from the first request to the last answer
 * @param latencyMicros of answers and of unknown ones; in an open loop counted from the intended
 *     start
 * @param cpu of the generator's thread
 */
public record Tally(
    long sent,
    long answered,
    long failed,
    long unknown,
    long notSent,
    long connectFailures,
    Duration elapsed,
    Histogram latencyMicros,
    Duration cpu) {}
