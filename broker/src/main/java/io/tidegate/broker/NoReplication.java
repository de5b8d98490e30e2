package io.tidegate.broker;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.remoting.protocol.body.HARuntimeInfo;
import org.apache.rocketmq.store.CommitLog;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.PutMessageStatus;
import org.apache.rocketmq.store.ha.HAClient;
import org.apache.rocketmq.store.ha.HAConnection;
import org.apache.rocketmq.store.ha.HAConnectionStateNotificationRequest;
import org.apache.rocketmq.store.ha.HAService;
import org.apache.rocketmq.store.ha.WaitNotifyObject;
import org.jspecify.annotations.Nullable;

/**
 * Replication to nobody: the usual service listens on every interface, whatever address the broker
 * binds. RocketMQ finds this class by its name in {@code META-INF/service}.
 */
public final class NoReplication implements HAService {

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong pushed = new AtomicLong();
  private final WaitNotifyObject nobody = new WaitNotifyObject();

  @Override
  public void init(DefaultMessageStore store) {}

  @Override
  public void start() {}

  @Override
  public void shutdown() {}

  @Override
  public void updateMasterAddress(String address) {}

  @Override
  public void updateHaMasterAddress(String address) {}

  @Override
  public int inSyncReplicasNums(long masterPutWhere) {
    return 1;
  }

  @Override
  public AtomicInteger getConnectionCount() {
    return connections;
  }

  @Override
  public void putRequest(CommitLog.GroupCommitRequest request) {
    request.wakeupCustomer(PutMessageStatus.PUT_OK);
  }

  @Override
  public void putGroupConnectionStateRequest(HAConnectionStateNotificationRequest request) {}

  @Override
  public List<HAConnection> getConnectionList() {
    return List.of();
  }

  @Override
  @SuppressWarnings("NullAway") // a master has no client, and RocketMQ says so with null
  public @Nullable HAClient getHAClient() {
    return null;
  }

  @Override
  public AtomicLong getPush2SlaveMaxOffset() {
    return pushed;
  }

  @Override
  public HARuntimeInfo getRuntimeInfo(long masterPutWhere) {
    var info = new HARuntimeInfo();
    info.setMaster(true);
    info.setMasterCommitLogMaxOffset(masterPutWhere);
    return info;
  }

  @Override
  public WaitNotifyObject getWaitNotifyObject() {
    return nobody;
  }

  @Override
  public boolean isSlaveOK(long masterPutWhere) {
    return false;
  }
}
