package io.tidegate.platform.messaging;

import io.tidegate.platform.trace.Kind;
import io.tidegate.platform.trace.Span;
import io.tidegate.platform.trace.Tracer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private final Tracer tracer;
  private final Map<String, List<MessageQueue>> queues = new HashMap<>();
  private boolean started;

  RocketPublisher(RocketClients clients, Topics topics, String source, Tracer tracer) {
    this(clients, "relay", topics, source, tracer);
  }

  RocketPublisher(
      RocketClients clients, String group, Topics topics, String source, Tracer tracer) {
    this.producer = clients.producer(topics.prefix() + group);
    this.topics = topics;
    this.source = source;
    this.tracer = tracer;
  }

  @Override
  public void publish(List<LoggedEvent> events) {
    publish(events, event -> topics.of(event.type()), _ -> {});
  }

  /**
   * The same to topics that the caller names.
   *
   * @param mark sees every message before it is sent
   */
  void publish(
      List<LoggedEvent> events, Function<LoggedEvent, String> topic, Consumer<Message> mark) {
    List<Span> spans = tracer.isOn() ? spans(events) : List.of();
    try {
      send(events, topic, mark);
    } catch (PublishException e) {
      spans.forEach(span -> span.failed("PublishException"));
      throw e;
    } finally {
      spans.forEach(Span::end);
    }
  }

  /** Each traced event's, from here to the broker's answer. */
  private List<Span> spans(List<LoggedEvent> events) {
    List<Span> spans = new ArrayList<>();
    for (LoggedEvent event : events) {
      Span span = tracer.follow(Kind.PRODUCER, "send " + event.type(), event.traceparent());
      if (span.isTold()) {
        spans.add(Heard.described(span, event, "send"));
      }
    }
    return spans;
  }

  private synchronized void send(
      List<LoggedEvent> events, Function<LoggedEvent, String> topic, Consumer<Message> mark) {
    try {
      if (!started) {
        producer.start();
        started = true;
      }
      Map<MessageQueue, List<LoggedEvent>> lines = new LinkedHashMap<>();
      for (LoggedEvent event : events) {
        lines.computeIfAbsent(queue(topic.apply(event), event), _ -> new ArrayList<>()).add(event);
      }
      List<Map.Entry<MessageQueue, Batches>> open = new ArrayList<>();
      lines.forEach((queue, line) -> open.add(Map.entry(queue, new Batches(line))));
      while (!open.isEmpty()) {
        sendOneEach(open, mark);
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

  private MessageQueue queue(String topic, LoggedEvent event) throws MQClientException {
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

  private void sendOneEach(List<Map.Entry<MessageQueue, Batches>> open, Consumer<Message> mark)
      throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
    List<CompletableFuture<SendResult>> sent = new ArrayList<>(open.size());
    for (Map.Entry<MessageQueue, Batches> entry : open) {
      List<Message> batch =
          entry.getValue().next().stream()
              .map(event -> Envelope.message(entry.getKey().getTopic(), source, event))
              .peek(mark)
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
