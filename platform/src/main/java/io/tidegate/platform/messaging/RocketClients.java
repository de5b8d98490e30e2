package io.tidegate.platform.messaging;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;

/**
 * The message broker's clients of one {@link Messaging}: they share one connection and its threads.
 *
 * <p>Pulls are asynchronous, each with its own offset: so a queue costs no thread, filtered
 * messages move the offset too, and an offset that the broker does not have is an answer, not an
 * exception. The newer lite client hides offsets and blocks a thread for each queue.
 */
@SuppressWarnings("deprecation") // of the pull consumer; see above
final class RocketClients {

  private static final AtomicInteger INSTANCES = new AtomicInteger();
  private static final String POLLING_THREAD = "NettyEventExecutor";
  private static final Duration WAKE_EVERY = Duration.ofMillis(20);
  private static final int SEND_MAX_MILLIS = 3_000;
  private static final int PULL_HELD_MILLIS = 15_000;
  private static final int PULL_MAX_MILLIS = 20_000;

  static {
    // Read once, when the client's first class is loaded; else it logs to the user's home folder.
    System.setProperty("rmq.logback.configurationFile", "rocketmq-client-logback.xml");
    System.setProperty("tls.enable", "false");
  }

  private final String namesrv;
  private final String instance;

  RocketClients(String namesrv) {
    this.namesrv = namesrv;
    this.instance = "tidegate-" + ProcessHandle.current().pid() + "-" + INSTANCES.incrementAndGet();
  }

  DefaultMQProducer producer(String group) {
    DefaultMQProducer producer = new DefaultMQProducer(group);
    configure(producer);
    producer.setSendMsgTimeout(SEND_MAX_MILLIS);
    producer.setRetryTimesWhenSendAsyncFailed(0); // the relay tries again, in order
    producer.setRetryTimesWhenSendFailed(0);
    return producer;
  }

  DefaultMQPullConsumer consumer(String group, Set<String> topics) {
    DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(group);
    configure(consumer);
    consumer.setRegisterTopics(topics);
    consumer.setBrokerSuspendMaxTimeMillis(PULL_HELD_MILLIS);
    consumer.setConsumerTimeoutMillisWhenSuspend(PULL_MAX_MILLIS);
    return consumer;
  }

  /**
   * Shuts a client down. The last one of a connection joins a thread that sits in a poll of 3 s and
   * has nothing to do; it is woken until the client has stopped.
   */
  static void shutdown(Runnable client) {
    Thread stopping = Thread.currentThread();
    AtomicBoolean stopped = new AtomicBoolean();
    Thread waker =
        Thread.ofVirtual()
            .start(() -> {
              while (!stopped.get() && stopping.isAlive()) {
                LockSupport.parkNanos(WAKE_EVERY.toNanos());
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals(POLLING_THREAD))
                    .forEach(Thread::interrupt);
              }
            });
    try {
      client.run();
    } finally {
      stopped.set(true);
      LockSupport.unpark(waker);
    }
  }

  private void configure(ClientConfig config) {
    config.setNamesrvAddr(namesrv);
    config.setInstanceName(instance);
    config.setClientCallbackExecutorThreads(2);
    config.setVipChannelEnabled(false);
    config.setEnableHeartbeatChannelEventListener(false); // nobody here listens
    config.setHeartbeatBrokerInterval(30_000);
  }
}
