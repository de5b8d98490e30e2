package io.tidegate.server.cli;

import static io.tidegate.server.cli.Customer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestBroker;
import io.tidegate.server.Wiring;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole program, as talkative as it can be made: what people and providers trust it with goes
 * through all of it, well and badly, and is in no log of it, of its database or of its broker.
 */
@Tag("own-engine")
class PrivateLogsTest {

  private static final String NAME = "诸葛可辨";
  private static final String PHONE = "13987650123";
  private static final String STREET = "Recognisable Lane 77";
  private static final String REASON = "because of my recognisable aunt";
  private static final String PASSWORD = "recognisable-password";
  private static final String GUESS = "recognisable-guess";
  private static final String ADDRESS =
      "{\"name\":\"%s\",\"phone\":\"%s\",\"region\":\"330106\",\"line\":\"%s\"}"
          .formatted(NAME, PHONE, STREET);
  private static final int CUTS = 5;
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  @TempDir private static Path folder;
  private static TestBroker broker;
  private static StandInProvider provider;
  private static Customer customer;
  private static ProgramProcess program;
  private static String api;
  private static String database;
  private static String sku;

  @BeforeAll
  static void start() throws Exception {
    broker = TestBroker.own(folder.resolve("mq"), Wiring.TOPICS);
    provider = new StandInProvider();
    program = ProgramProcess.start(words("serve", "--port", "0"));
    api = program.awaitReady();
    database =
        json(Files.readString(data().resolve("run").resolve("endpoints.json")))
            .path("database")
            .asString();
    customer = Customer.mintedBy(words("token", "--user", "42"));
    sku = customer.firstSku(api);
  }

  @AfterAll
  static void stop() {
    program.close();
    customer.close();
    provider.close();
    broker.close();
  }

  private static Path data() {
    return folder.resolve("data");
  }

  private static String[] words(String... words) {
    return StartRefusalsTest.words(
        words,
        "--data",
        data().toString(),
        "--set",
        "rocketmq.namesrv=" + broker.namesrv(),
        "--set",
        "simulators.url=" + provider.url(),
        "--set",
        "sandbox.secret=" + StandInProvider.SECRET,
        "--set",
        "console.password=" + PASSWORD,
        "--set",
        "log.level=debug");
  }

  @Test
  void noLogHoldsWhatPeopleAndProvidersTrustItWith() throws Exception {
    customersAreRefused();
    databaseFailsUnderAnOrder();
    orderIsPaidAndItsMessageFails();
    staffSignsIn();
    assertThat(program.stop().exitCode()).isZero();

    Map<Path, String> logs = logs();
    String ours = Objects.requireNonNull(logs.get(data().resolve("log").resolve(Logs.FILE_NAME)));
    assertThat(ours)
        .as("all of this was worth a line")
        .contains(" DEBUG ", "is given up", "violates check constraint", "is rejected");
    assertThat(String.join("", logs.values())).contains("ERROR:  new row"); // PostgreSQL's own
    Matcher secret = Pattern.compile("password=([^&]+)").matcher(database);
    assertThat(secret.find()).isTrue();
    Map<String, String> trusted =
        Map.of(
            "name",
            NAME,
            "phone",
            PHONE,
            "street",
            STREET,
            "reason",
            REASON,
            "token",
            customer.token().substring(customer.token().lastIndexOf('.') + 1),
            "the provider's secret",
            StandInProvider.SECRET,
            "the console's password",
            PASSWORD,
            "a wrong password",
            GUESS,
            "the database's password",
            secret.group(1));
    logs.forEach((file, text) ->
        trusted.forEach((what, it) ->
            assertThat(text.lines().filter(line -> line.contains(it)))
                .as("%s in %s", what, file)
                .isEmpty()));
  }

  private static void customersAreRefused() throws Exception {
    assertThat(customer.post(api + "/v1/addresses", "a", ADDRESS).statusCode()).isEqualTo(201);
    assertThat(place("bad", ADDRESS.replace(PHONE, PHONE + "x")).statusCode()).isEqualTo(400);
    assertThat(place("more", ADDRESS.replace("line", PHONE)).statusCode()).isEqualTo(400);
    assertThat(place("broken", ADDRESS.replace("}", "")).statusCode()).isEqualTo(400);
    assertThat(customer.get(api + "/v1/orders?q=" + PHONE).statusCode()).isLessThan(500);
    assertThat(customer.get(api + "/v1/orders/" + PHONE).statusCode()).isBetween(400, 499);
    assertThat(
            customer
                .send(
                    Customer.request(api + "/v1/orders")
                        .header("Authorization", "Bearer " + customer.token() + "x")
                        .GET())
                .statusCode())
        .isEqualTo(401);
    String number = json(place("cancelled", ADDRESS)).path("number").asString();
    String body = "{\"reason\":\"" + REASON + "\"}";
    assertThat(customer.post(api + "/v1/orders/" + number + "/cancel", "c", body).statusCode())
        .isEqualTo(200);
  }

  /** Its message quotes the row, and its stack is logged. */
  private static void databaseFailsUnderAnOrder() throws Exception {
    execute(
        "alter table customer.consignee add constraint nobody check (name <> '"
            + NAME
            + "')"
            + " not valid");
    assertThat(place("failing", ADDRESS).statusCode()).isGreaterThanOrEqualTo(500);
    execute("alter table customer.consignee drop constraint nobody");
    for (int i = 0; i < CUTS; i++) {
      execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where application_name like 'tidegate%'");
      assertThat(place("cut-" + i, ADDRESS).statusCode()).isEqualTo(201);
    }
  }

  private static void orderIsPaidAndItsMessageFails() throws Exception {
    HttpResponse<String> placed = place("good", ADDRESS);
    assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
    String number = json(placed).path("number").asString();
    provider.holdBackAnswers(1);
    String payment =
        json(customer.post(
                api + "/v1/orders/" + number + "/payments", "p", "{\"provider\":\"sandbox\"}"))
            .path("id")
            .asString();
    HttpResponse<String> forged =
        customer.send(
            Customer.request(api + "/v1/callbacks/sandbox")
                .header("Sandbox-Timestamp", "1")
                .header("Sandbox-Signature", GUESS)
                .POST(BodyPublishers.ofString(ADDRESS)));
    assertThat(forged.statusCode()).isEqualTo(400);
    provider.cutNext(2);
    assertThat(provider.captured(api, payment).body()).isEqualTo("success");
    await()
        .atMost(ProgramProcess.PATIENCE)
        .until(() ->
            provider.heard().stream().anyMatch(told -> told.contains(PHONE))
                && provider.heard().stream().anyMatch(told -> told.startsWith("/warehouse"))
                && Files.readString(data().resolve("log").resolve(Logs.FILE_NAME))
                    .contains("is given up"));
  }

  private static void staffSignsIn() throws Exception {
    HttpResponse<String> page = customer.send(Customer.request(api + "/console/sign-in").GET());
    Matcher csrf = CSRF.matcher(page.body());
    assertThat(csrf.find()).as(page.body()).isTrue();
    String cookie = page.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    for (String password : new String[] {GUESS, PASSWORD}) {
      String form =
          "name=admin&password=%s&csrf=%s"
              .formatted(password, URLEncoder.encode(csrf.group(1), StandardCharsets.UTF_8));
      HttpResponse<String> answer =
          customer.send(
              Customer.request(api + "/console/sign-in")
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .header("Cookie", cookie)
                  .POST(BodyPublishers.ofString(form)));
      assertThat(answer.statusCode()).isEqualTo(password.equals(PASSWORD) ? 303 : 401);
    }
  }

  private static HttpResponse<String> place(String key, String address) throws Exception {
    return customer.post(
        api + "/v1/orders",
        key,
        "{\"items\":[{\"sku\":\"%s\",\"quantity\":1}],\"address\":%s}".formatted(sku, address));
  }

  /** Whatever is written to be read by people: of the program, its database and its broker. */
  private static Map<Path, String> logs() throws IOException {
    Map<Path, String> logs = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String parent = String.valueOf(file.getParent().getFileName());
        if (file.toString().endsWith(".log") || parent.equals("log") || parent.equals("logs")) {
          logs.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
      }
    }
    return logs;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
