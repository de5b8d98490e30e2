package io.tidegate.harness.simulators;

import java.net.URI;
import java.util.concurrent.CountDownLatch;

/**
 * A callback that is on its way: one notify id, whose body never changes however often it is sent.
 *
 * @param style how it is sent, and what acknowledges it
 * @param tried released when the first try is over, whatever it brought
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared: its id says who it is.
record Notice(String id, URI url, byte[] body, NoticeStyle style, CountDownLatch tried) {}
