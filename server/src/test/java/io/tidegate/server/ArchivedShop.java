package io.tidegate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.HttpServer;
import io.tidegate.platform.http.HttpSettings;
import io.tidegate.server.archive.Retirement;
import io.tidegate.server.audit.AuditOptions;
import io.tidegate.server.audit.AuditReport;
import io.tidegate.server.audit.AuditReport.Invariant;
import io.tidegate.server.audit.AuditReport.Status;
import io.tidegate.server.audit.Auditor;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.reporting.ArchiveFiles;
import io.tidegate.shop.reporting.ArchiveReader;
import io.tidegate.shop.reporting.ArchiveRoutes;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A shop whose orders leave the database, as its customers and staff see it over HTTP. */
final class ArchivedShop implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();

  final EveryEvent shop;
  final ContractClient client = new ContractClient();
  private final Connection duck;
  private final Path archive;
  private volatile @Nullable URI address;
  private @Nullable HttpServer reports;

  ArchivedShop(Path data) throws Exception {
    shop = new EveryEvent(data, _ -> Optional.ofNullable(address));
    duck = DriverManager.getConnection("jdbc:duckdb:");
    archive = data.resolve("archive");
  }

  YearMonth month() {
    return YearMonth.from(shop.foundation().database().now().atOffset(ZoneOffset.UTC));
  }

  Retirement retirement() {
    return new Retirement(
            shop.foundation().ground().jdbcUrl(),
            shop.foundation().database(),
            archive,
            this::duck,
            _ -> {})
        .withoutNodes();
  }

  /** This month leaves, and the process of the reports reads it from then on. */
  Retirement.Outcome retire() throws SQLException {
    Retirement.Outcome outcome = retirement().retire(month(), -1, false);
    assertThat(outcome.against()).isEmpty();
    assertThat(outcome.retired()).isTrue();
    reports =
        HttpServer.start(
            HttpSettings.onPort(0),
            shop.foundation().tokens(),
            shop.foundation().clock(),
            shop.foundation().meters(),
            List.of(
                new ArchiveRoutes(
                    new ArchiveReader(
                        duck(), archive, new ArchiveFiles(shop.foundation().database())),
                    shop.foundation().keys().secret(ArchiveRoutes.SECRET))));
    come();
    shop.stores().archiveMonths().refresh();
    return outcome;
  }

  URI reports() {
    return URI.create("http://127.0.0.1:" + Objects.requireNonNull(reports).port());
  }

  /** The process of the reports is away. */
  void go() {
    address = null;
  }

  /** And is there again. */
  void come() {
    address = reports();
  }

  private Connection duck() throws SQLException {
    return duck.unwrap(DuckDBConnection.class).duplicate();
  }

  /** What still goes on of a customer's orders comes to its end. */
  void endAll(String token) throws Exception {
    for (String number :
        shop.texts("select number::text from ordering.orders where state in (4, 5)")) {
      send(
          "POST",
          "/v1/orders/{number}/confirm-receipt",
          "/v1/orders/" + number + "/confirm-receipt",
          token,
          "");
    }
    endSending();
    // What is paid and waits for its warehouse is done once it is refunded.
    for (String number :
        shop.texts("select number::text from ordering.orders where state in (2, 3)")) {
      refund(number, token, "late");
    }
    endSending();
  }

  private void endSending() {
    shop.run(
        "update notification.message set state = 'sent', next_try_at = null, sent_at = now() where state <> 'sent'");
    shop.run("update payment.refund set check_at = null");
  }

  /** All of an order goes back. */
  void refund(String number, String token, String reason) throws Exception {
    HttpResponse<String> asked =
        send(
            "POST",
            "/v1/orders/{number}/refunds",
            "/v1/orders/" + number + "/refunds",
            token,
            "{\"reason\":\"%s\"}".formatted(reason),
            "refund-" + number);
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    shop.tellUntil(OrderNumber.parse(number).orElseThrow(), "order.refunded.v1");
  }

  /** All that the archive's files say, as text. */
  String files() throws Exception {
    StringBuilder all = new StringBuilder();
    try (Connection connection = duck();
        Statement statement = connection.createStatement();
        Stream<Path> files = Files.walk(archive)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        try (ResultSet rows =
            statement.executeQuery("select t::varchar from read_parquet('" + file + "') t")) {
          while (rows.next()) {
            all.append(rows.getString(1)).append('\n');
          }
        }
      }
    }
    return all.toString();
  }

  AuditReport audit() {
    return Auditor.run(
        shop.foundation().ground().jdbcUrl(),
        AuditOptions.of(true, AuditOptions.CONSUMERS),
        _ -> {});
  }

  List<String> broken() {
    return audit().invariants().stream()
        .filter(each -> each.status() == Status.BROKEN)
        .map(Invariant::name)
        .toList();
  }

  JsonNode get(String template, String path, String token) throws Exception {
    HttpResponse<String> answer = send("GET", template, path, token, "");
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return json(answer);
  }

  HttpResponse<String> send(
      String method, String template, String path, String token, String body, String... key)
      throws Exception {
    return client.send(method, template, shop.base().resolve(path), token, body, key);
  }

  static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  static String code(HttpResponse<String> answer) {
    return json(answer).path("code").asString();
  }

  @Override
  public void close() throws SQLException {
    if (reports != null) {
      reports.close();
    }
    client.close();
    shop.close();
    duck.close();
  }
}
