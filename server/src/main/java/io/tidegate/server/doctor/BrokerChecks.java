package io.tidegate.server.doctor;

import io.tidegate.platform.messaging.BrokerFacts;
import io.tidegate.platform.messaging.BrokerFacts.Broker;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Name servers and brokers: there, new enough, with topics and room. */
final class BrokerChecks {
  private static final Pattern VERSION = Pattern.compile("V([0-9]+)_.*");

  /** Remoting clients of 5 talk to it, and what was measured was measured with it. */
  private static final int VERSION_MIN = 5;

  private BrokerChecks() {}

  static void run(Target target, Check.Area area) throws InterruptedException {
    if (target.namesrv().isEmpty()) {
      area.ok(
          "kind",
          "embedded: serve would start a RocketMQ of its own in "
              + target.settings().data().resolve("rocketmq"));
      return;
    }
    area.ok("kind", target.settings().messaging().embedded() ? "embedded, runs" : "outside");
    try {
      BrokerFacts facts = BrokerFacts.ask(target.namesrv(), target.topics());
      area.ok("name servers", target.namesrv() + " answers");
      judge(facts, target.topics().size(), area);
    } catch (BrokerFacts.Unreachable e) {
      area.wrong(
          "name servers",
          target.namesrv() + " doesn't answer (" + e.getMessage() + ")",
          "orders go on without it, and nothing follows a payment; check rocketmq.namesrv");
    }
  }

  /**
   * Judges what was told; asks nobody.
   *
   * @param topics how many were asked for
   */
  static void judge(BrokerFacts facts, int topics, Check.Area area) {
    area.demand(
        !facts.brokers().isEmpty(),
        "brokers",
        facts.brokers().size() + " registered",
        "start one with these name servers: none has told them of itself");
    area.demand(
        facts.topicsMissing().isEmpty(),
        "topics",
        facts.topicsMissing().isEmpty()
            ? topics + " are there"
            : String.join(", ", facts.topicsMissing()) + " missing",
        "create them with at least 4 queues each (mqadmin updateTopic)");
    facts.brokers().forEach(broker -> broker(broker, area));
  }

  private static void broker(Broker broker, Check.Area area) {
    Matcher version = VERSION.matcher(broker.version());
    area.demand(
        version.matches() && Integer.parseInt(version.group(1)) >= VERSION_MIN,
        "version",
        broker.name() + " is " + broker.version(),
        "use RocketMQ " + VERSION_MIN + " or newer");
    area.demand(
        broker.messageBytesMax() >= BrokerFacts.MESSAGE_BYTES_MAX,
        "message size",
        broker.name() + " takes " + broker.messageBytesMax() / 1024 + " KiB",
        "set maxMessageSize to " + BrokerFacts.MESSAGE_BYTES_MAX + " or more");
    if (broker.diskUsed() <= 0 || broker.diskUsedMax() <= 0) {
      area.note(
          "disk",
          broker.name() + " doesn't tell how full its disk is, or its watermark",
          "look at it there: past the watermark messages are thrown away before their time");
      return;
    }
    area.demand(
        broker.diskUsed() < broker.diskUsedMax(),
        "disk",
        String.format(
            Locale.ROOT,
            "%s: %.0f %% used, watermark %.0f %%",
            broker.name(),
            broker.diskUsed() * 100,
            broker.diskUsedMax() * 100),
        "make room: past the watermark messages are thrown away before their time");
  }
}
