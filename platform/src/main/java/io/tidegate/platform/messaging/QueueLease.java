package io.tidegate.platform.messaging;

import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A queue that this node reads for a consumer.
 *
 * @param id its row, which is also the slot of its receipts
 * @param queue the broker's queue
 * @param epoch who writes with an older one has lost the queue
 * @param nextOffset where to read on, or -1 when nothing was read yet
 */
record QueueLease(int id, MessageQueue queue, long epoch, long nextOffset) {

  boolean sameTurn(QueueLease other) {
    return id == other.id && epoch == other.epoch;
  }
}
