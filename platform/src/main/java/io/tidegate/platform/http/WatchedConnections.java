package io.tidegate.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/**
 * Takes every connection as HTTP/1.1, each with an eye on what comes in vain and how long heads
 * take.
 */
final class WatchedConnections implements ServerConnectionSelector {
  private final Http1ConnectionSelector http1;
  private final SlowRequests slowRequests;
  private final TurnedAway turnedAway;

  WatchedConnections(Http1Config.Builder config, SlowRequests slowRequests, TurnedAway turnedAway) {
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(config.addReceiveListener(new HeadListener()).build())
            .build();
    this.slowRequests = slowRequests;
    this.turnedAway = turnedAway;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var watched = new WatchedConnection(context, slowRequests, turnedAway);
    var connection = (Http1Connection) http1.connection(watched);
    watched.opened(connection);
    return connection;
  }

  /** Tells a connection how far its present head has come. */
  private static final class HeadListener implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
      ((WatchedConnection) context).firstLineCame();
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
      ((WatchedConnection) context).headCame();
    }
  }
}
