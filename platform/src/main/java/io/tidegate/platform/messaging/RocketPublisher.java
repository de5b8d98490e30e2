package io.tidegate.platform.messaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/** Sends events to RocketMQ, in batches of one queue each, all queues side by side. */
final class RocketPublisher implements EventPublisher, AutoCloseable {

  private static final int BATCH_MAX = 200;
  static final int BATCH_BYTES_MAX = 512 * 1024;

  private final DefaultMQProducer producer;
  private final Topics topics;
  private final String source;
  private final Map<String, List<MessageQueue>> queues = new HashMap<>();
  private boolean started;

  RocketPublisher(RocketClients clients, Topics topics, String source) {
    this.producer = clients.producer(topics.prefix() + "relay");
    this.topics = topics;
    this.source = source;
  }

  @Override
  public synchronized void publish(List<LoggedEvent> events) {
    try {
      if (!started) {
        producer.start();
        started = true;
      }
      Map<MessageQueue, List<LoggedEvent>> lines = new LinkedHashMap<>();
      for (LoggedEvent event : events) {
        lines.computeIfAbsent(queue(event), _ -> new ArrayList<>()).add(event);
      }
      List<Map.Entry<MessageQueue, Batches>> open = new ArrayList<>();
      lines.forEach((queue, line) -> open.add(Map.entry(queue, new Batches(line))));
      while (!open.isEmpty()) {
        sendOneEach(open);
        open.removeIf(entry -> entry.getValue().isEmpty());
      }
    } catch (MQClientException | RemotingException | MQBrokerException e) {
      queues.clear();
      throw new PublishException("the broker can't be reached", e);
    } catch (PublishException e) {
      queues.clear();
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted", e);
    }
  }

  private MessageQueue queue(LoggedEvent event) throws MQClientException {
    String topic = topics.of(event.type());
    List<MessageQueue> known = queues.get(topic);
    if (known == null) {
      known =
          producer.fetchPublishMessageQueues(topic).stream()
              .sorted(Comparator.naturalOrder())
              .toList();
      queues.put(topic, known);
    }
    return known.get(Topics.queue(event.key(), known.size()));
  }

  private void sendOneEach(List<Map.Entry<MessageQueue, Batches>> open)
      throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
    List<CompletableFuture<SendResult>> sent = new ArrayList<>(open.size());
    for (Map.Entry<MessageQueue, Batches> entry : open) {
      List<Message> batch =
          entry.getValue().next().stream()
              .map(event -> Envelope.message(entry.getKey().getTopic(), source, event))
              .toList();
      Acknowledgement acknowledgement = new Acknowledgement();
      producer.send(batch, entry.getKey(), acknowledgement);
      sent.add(acknowledgement.result);
    }
    for (CompletableFuture<SendResult> result : sent) {
      try {
        SendStatus status = result.get().getSendStatus();
        if (status != SendStatus.SEND_OK) {
          throw new PublishException("the broker answered " + status, null);
        }
      } catch (ExecutionException e) {
        throw new PublishException("a batch was not acknowledged", e);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (started) {
      RocketClients.shutdown(producer::shutdown);
      started = false;
    }
  }

  /** What is to be sent to one queue, batch by batch. */
  private static final class Batches {
    private final List<LoggedEvent> events;
    private int from;

    Batches(List<LoggedEvent> events) {
      this.events = events;
    }

    boolean isEmpty() {
      return from == events.size();
    }

    List<LoggedEvent> next() {
      int start = from;
      int bytes = 0;
      while (from < events.size() && from - start < BATCH_MAX) {
        bytes += Envelope.bytes(events.get(from));
        if (bytes > BATCH_BYTES_MAX && from > start) {
          break;
        }
        from++;
      }
      return events.subList(start, from);
    }
  }

  private static final class Acknowledgement implements SendCallback {
    final CompletableFuture<SendResult> result = new CompletableFuture<>();

    @Override
    public void onSuccess(SendResult sent) {
      result.complete(sent);
    }

    @Override
    public void onException(Throwable e) {
      result.completeExceptionally(e);
    }
  }
}
