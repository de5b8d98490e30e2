package io.tidegate.broker;

import java.nio.file.Path;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.namesrv.NamesrvConfig;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/**
 * How name server and broker run beside a program that owns the machine: loopback only, few
 * threads, small files, and lazy flushes, since the truth is the event log and its disk is needed
 * more there.
 */
final class ServerSettings {

  private static final String LOOPBACK = "127.0.0.1";
  private static final int COMMIT_LOG_FILE_BYTES = 64 * 1024 * 1024;
  private static final int CONSUME_QUEUE_FILE_BYTES = 6_000_000;
  private static final int PULL_MESSAGES_MAX = 1_024;
  private static final int PULL_BYTES_MAX = 4 * 1024 * 1024;
  private static final int KEPT_HOURS = 48;

  /** The store's own limits: above 85 % of the disk it deletes, above 90 % it refuses messages. */
  private static final int DISK_CLEAN_PERCENT = 85;

  private static final int DISK_REFUSE_PERCENT = 90;

  private final BrokerArguments arguments;
  private final BrokerConfig broker;

  ServerSettings(BrokerArguments arguments) {
    this.arguments = arguments;
    this.broker = brokerConfig();
  }

  Path directory() {
    return arguments.directory();
  }

  NamesrvConfig namesrv() {
    var config = new NamesrvConfig();
    config.setRocketmqHome(directory().toString());
    config.setKvConfigPath(directory().resolve("namesrv/kvConfig.json").toString());
    config.setConfigStorePath(directory().resolve("namesrv/namesrv.properties").toString());
    config.setClientRequestThreadPoolNums(2);
    config.setDefaultThreadPoolNums(2);
    return config;
  }

  NettyServerConfig namesrvListener() {
    return listener(arguments.namesrvPort());
  }

  NettyServerConfig brokerListener() {
    return listener(arguments.brokerPort());
  }

  private static NettyServerConfig listener(int port) {
    var config = new NettyServerConfig();
    config.setBindAddress(LOOPBACK);
    config.setListenPort(port);
    config.setServerWorkerThreads(2);
    config.setServerSelectorThreads(1);
    return config;
  }

  BrokerConfig broker() {
    return broker;
  }

  private BrokerConfig brokerConfig() {
    var config = new BrokerConfig();
    config.setRocketmqHome(directory().toString());
    config.setNamesrvAddr(LOOPBACK + ":" + arguments.namesrvPort());
    config.setBrokerClusterName("tidegate");
    config.setBrokerName("tidegate-0");
    config.setBrokerIP1(LOOPBACK); // what clients are told; the binding is the listener's
    config.setBrokerIP2(LOOPBACK);
    config.setAutoCreateTopicEnable(false); // a misspelt topic is an error, not a new topic
    config.setTransactionMetricFlushInterval(500); // until this has passed a service spins a core
    config.setPopConsumerFSServiceInit(false); // nobody pops, and its services stop slowly
    config.setConsumerManageThreadPoolNums(1); // with more, two offset updates can swap
    config.setSendMessageThreadPoolNums(2);
    config.setPullMessageThreadPoolNums(4);
    config.setLitePullMessageThreadPoolNums(4);
    config.setAckMessageThreadPoolNums(1);
    config.setProcessReplyMessageThreadPoolNums(1);
    config.setQueryMessageThreadPoolNums(1);
    config.setAdminBrokerThreadPoolNums(2);
    config.setClientManageThreadPoolNums(2);
    config.setLoadBalanceProcessorThreadPoolNums(1);
    config.setHeartbeatThreadPoolNums(1);
    config.setEndTransactionThreadPoolNums(1);
    config.setRecoverThreadPoolNums(2);
    return config;
  }

  MessageStoreConfig store() {
    var config = new MessageStoreConfig();
    config.setStorePathRootDir(directory().resolve("store").toString());
    config.setStorePathCommitLog(directory().resolve("store/commitlog").toString());
    config.setMappedFileSizeCommitLog(COMMIT_LOG_FILE_BYTES);
    config.setMappedFileSizeConsumeQueue(CONSUME_QUEUE_FILE_BYTES);
    config.setFlushIntervalCommitLog(10_000);
    config.setFlushCommitLogTimed(false); // a timed one sleeps through a stop
    config.setFlushCommitLogThoroughInterval(20_000);
    config.setFlushIntervalConsumeQueue(10_000);
    config.setFlushConsumeQueueThoroughInterval(60_000);
    config.setMaxTransferCountOnMessageInMemory(PULL_MESSAGES_MAX);
    config.setMaxTransferCountOnMessageInDisk(PULL_MESSAGES_MAX);
    config.setMaxTransferBytesOnMessageInMemory(PULL_BYTES_MAX);
    config.setMaxTransferBytesOnMessageInDisk(PULL_BYTES_MAX);
    config.setMessageIndexEnable(false);
    config.setEnableCompaction(false);
    config.setTimerWheelEnable(false);
    config.setFileReservedTime(KEPT_HOURS);
    config.setDiskMaxUsedSpaceRatio(DISK_CLEAN_PERCENT);
    config.setDiskSpaceCleanForciblyRatio(DISK_CLEAN_PERCENT);
    config.setDiskSpaceWarningLevelRatio(DISK_REFUSE_PERCENT);
    return config;
  }
}
