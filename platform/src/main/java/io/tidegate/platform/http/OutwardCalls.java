package io.tidegate.platform.http;

import io.tidegate.platform.http.OutwardAnswer.Answered;
import io.tidegate.platform.http.OutwardAnswer.Failed;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls to addresses that people typed in, which may point anywhere: only public ones are called.
 *
 * <p>A name is looked up once for each connection, every address that it has is looked at, and the
 * connection is made to one of those very addresses; so a name that tells something else a moment
 * later leads nowhere. Redirects are not followed, proxies not asked, and what is answered is read
 * up to a limit and thrown away.
 *
 * <p>Nothing is opened before the first call.
 */
public final class OutwardCalls implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OutwardCalls.class);

  private static final int URL_CHARS_MAX = 2_048;

  /** A longer answer costs its connection: it is not read to its end. */
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  private static final int BUFFER_BYTES = 8 << 10;
  private static final int RETRY_AFTER_CHARS_MAX = 64;

  private final Settings settings;
  private final Names names;
  private @Nullable OutboundClient client;
  private volatile boolean closed;

  /**
   * What is allowed.
   *
   * @param allowPrivate whether addresses that are not public may be called, and any without TLS
   * @param callMax how long a call may take, to the end of the answer; a look-up of the name is not
   *     broken off, and a call whose time is over when it ends is not made
   */
  public record Settings(boolean allowPrivate, Duration callMax) {}

  /** Tells what addresses a name has. */
  @FunctionalInterface
  public interface Names {
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  public OutwardCalls(Settings settings) {
    this(settings, SystemDefaultDnsResolver.INSTANCE::resolve);
  }

  public OutwardCalls(Settings settings, Names names) {
    this.settings = settings;
    this.names = names;
  }

  /** Whether anything was opened. */
  synchronized boolean isOpen() {
    return client != null;
  }

  private synchronized @Nullable OutboundClient client() {
    OutboundClient opened = client;
    if (opened == null && !closed) {
      opened = new OutboundClient(new Looking());
      client = opened;
    }
    return opened;
  }

  /** What keeps a URL from ever being called, in words; empty where it may be. */
  public Optional<String> refusal(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException _) {
      return Optional.of("is no URL");
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean plain = settings.allowPrivate() && scheme.equals("http");
    if (!scheme.equals("https") && !plain) {
      return Optional.of("must begin with https://");
    }
    if (url.getHost() == null || url.getPort() == 0 || url.getPort() > 65_535) {
      return Optional.of("must name a host");
    }
    if (text.length() > URL_CHARS_MAX || !text.equals(url.toASCIIString())) {
      return Optional.of("must be at most " + URL_CHARS_MAX + " characters of ASCII");
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      return Optional.of("must have neither a user nor a fragment");
    }
    return isForbiddenLiteral(url.getHost())
        ? Optional.of("must not be a private address")
        : Optional.empty();
  }

  /** An address instead of a name is looked at now; a name when it is called. */
  private boolean isForbiddenLiteral(String host) {
    try {
      boolean v6 = host.startsWith("[");
      String literal = v6 ? host.substring(1, host.length() - 1) : host;
      return !settings.allowPrivate() && !PublicAddresses.has(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException _) {
      return host.equalsIgnoreCase("localhost") && !settings.allowPrivate();
    }
  }

  /** Posts a body, and waits for what is known after it. Never throws for what the other does. */
  public OutwardAnswer post(URI url, Map<String, String> headers, byte[] body) {
    if (!settings.allowPrivate() && !"https".equalsIgnoreCase(url.getScheme())) {
      return new Failed(Failed.Why.TLS); // it was allowed when the address was typed in
    }
    OutboundClient through = client();
    if (through == null) {
      return new Failed(Failed.Why.STOPPING);
    }
    HttpUriRequestBase wire = new HttpUriRequestBase("POST", url);
    Timeout callMax = Timeout.of(settings.callMax());
    wire.setConfig(
        RequestConfig.copy(OutboundClient.DEFAULTS)
            .setConnectionRequestTimeout(callMax)
            .setResponseTimeout(callMax)
            .build());
    wire.setEntity(new ByteArrayEntity(body, null));
    headers.forEach(wire::addHeader);
    try {
      return call(through, wire, through.deadline(wire, settings.callMax()));
    } catch (RejectedExecutionException _) {
      return new Failed(Failed.Why.STOPPING); // closed since
    }
  }

  private OutwardAnswer call(
      OutboundClient through, HttpUriRequestBase wire, OutboundClient.Deadline deadline) {
    AtomicReference<@Nullable Answered> known = new AtomicReference<>();
    try (deadline) {
      return through.execute(
          wire,
          response -> {
            Answered answered = head(response);
            known.set(answered);
            drain(response.getEntity());
            return answered;
          });
    } catch (IOException | RuntimeException e) {
      Answered answered = known.get();
      if (answered != null) {
        return answered; // the status is the answer, even where what follows it never ends
      }
      log.debug("a call to {} failed: {}", wire.getAuthority(), e.toString());
      boolean stopping = closed || Thread.currentThread().isInterrupted();
      return new Failed(stopping ? Failed.Why.STOPPING : why(e, deadline.isPast()));
    }
  }

  private static Answered head(ClassicHttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    String value = header == null || header.getValue() == null ? "" : header.getValue();
    return new Answered(response.getCode(), value.length() > RETRY_AFTER_CHARS_MAX ? "" : value);
  }

  /** Reads an answer to its end, so that its connection can be used again. */
  private static void drain(@Nullable HttpEntity entity) throws IOException {
    if (entity == null) {
      return;
    }
    InputStream content = entity.getContent();
    byte[] buffer = new byte[BUFFER_BYTES];
    int all = 0;
    while (all <= ANSWER_BYTES_MAX) {
      int read = content.read(buffer);
      if (read < 0) {
        return;
      }
      all += read;
    }
    throw new IOException("a long answer");
  }

  private static Failed.Why why(Throwable cause, boolean late) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      switch (at) {
        case ForbiddenAddress _ -> {
          return Failed.Why.FORBIDDEN_ADDRESS;
        }
        case UnknownHostException _ -> {
          return Failed.Why.NO_ADDRESS;
        }
        case ConnectTimeoutException _ -> {
          return Failed.Why.NO_CONNECTION;
        }
        case ConnectException _ -> {
          return Failed.Why.NO_CONNECTION;
        }
        case NoRouteToHostException _ -> {
          return Failed.Why.NO_CONNECTION;
        }
        case SSLException _ -> {
          return late ? Failed.Why.TIMED_OUT : Failed.Why.TLS;
        }
        case SocketTimeoutException _ -> {
          return Failed.Why.TIMED_OUT;
        }
        default -> {
          // its cause may say more
        }
      }
    }
    return late ? Failed.Why.TIMED_OUT : Failed.Why.BROKEN;
  }

  /** Breaks off calls that are under way. */
  @Override
  public synchronized void close() {
    closed = true;
    OutboundClient opened = client;
    if (opened != null) {
      opened.close();
    }
  }

  /** A name with an address that must not be called. */
  private static final class ForbiddenAddress extends UnknownHostException {
    private static final long serialVersionUID = 1L;
  }

  /** Looks up names, and looks at all that they have, before anything is dialled. */
  private final class Looking implements DnsResolver {

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      InetAddress[] found = names.addresses(host);
      if (found.length == 0) {
        throw new UnknownHostException(host);
      }
      if (!settings.allowPrivate() && !Arrays.stream(found).allMatch(PublicAddresses::has)) {
        throw new ForbiddenAddress();
      }
      return found;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
      return Arrays.stream(resolve(host))
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
