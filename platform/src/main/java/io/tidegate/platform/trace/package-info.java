/**
 * Where time goes: spans of requests, transactions, messages and calls, told to a collector.
 *
 * <p>By default nobody is told, and then nothing is measured, made or kept: {@link
 * io.tidegate.platform.trace.Tracer#OFF}. OpenTelemetry stays behind this seam. Spans hold no
 * personal data: no path, no body, no parameter, no message of an exception. Owns no table, calls
 * nothing beneath; hears nothing, and tells the collector.
 */
@NullMarked
package io.tidegate.platform.trace;

import org.jspecify.annotations.NullMarked;
