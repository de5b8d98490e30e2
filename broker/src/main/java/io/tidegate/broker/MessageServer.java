package io.tidegate.broker;

import java.time.Duration;
import org.apache.rocketmq.auth.config.AuthConfig;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/** A name server and a broker that know each other, on loopback. */
final class MessageServer {

  private static final Duration REGISTER_TRY = Duration.ofMillis(10);
  private static final int REGISTER_TRIES_MAX = 3_000;

  private final NamesrvController namesrv;
  private final BrokerController broker;

  private MessageServer(NamesrvController namesrv, BrokerController broker) {
    this.namesrv = namesrv;
    this.broker = broker;
  }

  /** Starts both; returns when a client that asks the name server finds every topic. */
  static MessageServer start(BrokerArguments arguments) throws Exception {
    System.setProperty(
        RemotingCommand.REMOTING_VERSION_KEY, Integer.toString(MQVersion.CURRENT_VERSION));
    var settings = new ServerSettings(arguments);
    var namesrv = new NamesrvController(settings.namesrv(), settings.namesrvListener());
    if (!namesrv.initialize())
      throw new IllegalStateException("the name server did not initialize");
    namesrv.start();
    var broker =
        new BrokerController(
            settings.broker(),
            settings.brokerListener(),
            new NettyClientConfig(),
            settings.store(),
            auth(settings));
    if (!broker.initialize()) throw new IllegalStateException("the broker did not initialize");
    for (var topic : arguments.topics()) {
      broker
          .getTopicConfigManager()
          .updateTopicConfig(
              new TopicConfig(
                  topic,
                  arguments.queues(),
                  arguments.queues(),
                  PermName.PERM_READ | PermName.PERM_WRITE));
    }
    broker.start();
    var server = new MessageServer(namesrv, broker);
    server.register(arguments.topics().getLast());
    return server;
  }

  private static AuthConfig auth(ServerSettings settings) {
    var auth = new AuthConfig();
    auth.setConfigName(settings.broker().getBrokerName());
    auth.setClusterName(settings.broker().getBrokerClusterName());
    auth.setAuthConfigPath(settings.directory().resolve("store/config").toString());
    return auth;
  }

  /**
   * Registers until the name server has the route. The broker registers only with name servers that
   * an asynchronous scan has found; its first try usually finds none, and the next comes after 10
   * s.
   */
  private void register(String topic) throws InterruptedException {
    for (var tries = 0; tries < REGISTER_TRIES_MAX; tries++) {
      broker.registerBrokerAll(true, false, true);
      if (namesrv.getRouteInfoManager().pickupTopicRouteData(topic) != null) return;
      Thread.sleep(REGISTER_TRY);
    }
    throw new IllegalStateException("the name server did not learn of the broker");
  }

  /** Stops both; everything that was acknowledged is in the store. */
  void stop() {
    try (var _ = SwiftStop.of(Thread.currentThread())) {
      broker.shutdown();
      namesrv.shutdown();
    }
  }
}
