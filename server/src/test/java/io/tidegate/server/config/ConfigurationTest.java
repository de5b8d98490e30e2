package io.tidegate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.shop.points.PointsSpending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationTest {
  @TempDir private Path data;

  private Configuration read(Map<String, String> environment, String... sets) {
    return Configuration.read(new Sources(data, null, environment, List.of(sets), Map.of()));
  }

  private List<String> problems(Map<String, String> environment, String... sets) {
    return catchThrowableOfType(ConfigurationException.class, () -> read(environment, sets))
        .problems();
  }

  private void file(String text) throws IOException {
    Files.writeString(data.resolve(Sources.FILE_NAME), text);
  }

  private static Configuration.InForce key(Configuration configuration, String name) {
    return configuration.inForce().stream()
        .filter(key -> key.key().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void hasItsDefaults() {
    Settings settings = read(Map.of()).settings();
    assertThat(settings.http()).isEqualTo(new Settings.Http("127.0.0.1", 8080, 1000, 4096));
    assertThat(settings.demo()).isEqualTo(new Settings.Demo(true, 0, ""));
    assertThat(settings.database().embedded()).isTrue();
    assertThat(settings.messaging().embedded()).isTrue();
    assertThat(settings.orders())
        .isEqualTo(
            new Settings.Orders(
                Duration.ofHours(24), Duration.ofDays(10), 0, 0, Duration.ofDays(7)));
    assertThat(settings.points()).isEqualTo(PointsSpending.DEFAULT);
    assertThat(settings.businessZone().getId()).isEqualTo("Asia/Shanghai");
    assertThat(settings.roles()).isEqualTo(Set.of(Role.values()));
  }

  @Test
  void everyDefaultIsAllowed() throws Kind.BadValue {
    Set<String> variables = new HashSet<>();
    for (Key<?> key : Keys.all()) {
      if (!key.equals(Keys.DEMO)) { // its default follows from http.host
        assertThat(key.kind().reader().read(key.byDefault())).as(key.name()).isNotNull();
      }
      assertThat(variables.add(key.variable())).as(key.variable()).isTrue();
    }
  }

  @Test
  void laterSourcesWinAndAreNamed() throws IOException {
    file("# ports\n\nhttp.port = 1001\nhttp.host=127.0.0.2\nlog.level=debug\n");
    Configuration read =
        Configuration.read(
            new Sources(
                data,
                null,
                Map.of("TIDEGATE_HTTP_HOST", "127.0.0.3", "TIDEGATE_HTTP_PORT", "1002"),
                List.of("order.pay-window=90s"),
                Map.of("http.port", "1003")));
    assertThat(read.settings().http().port()).isEqualTo(1003);
    assertThat(read.settings().http().host()).isEqualTo("127.0.0.3");
    assertThat(read.settings().orders().payWindow()).isEqualTo(Duration.ofSeconds(90));
    assertThat(key(read, "http.port").from()).isEqualTo("flag --port");
    assertThat(key(read, "http.host").from()).isEqualTo("environment TIDEGATE_HTTP_HOST");
    assertThat(key(read, "order.pay-window").from()).isEqualTo("flag --set order.pay-window");
    assertThat(key(read, "log.level").from()).isEqualTo(data.resolve(Sources.FILE_NAME) + ":5");
    assertThat(key(read, "business.zone").from()).isEqualTo("default");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http.port|65536|is not in 0 to 65535",
        "http.port|-1|is not in 0 to 65535",
        "http.port|80a|is no whole number",
        "http.port|''|is no whole number",
        "http.port|99999999999999999999|is no whole number",
        "demo|yes|is neither true nor false",
        "demo|TRUE|is neither true nor false",
        "demo|''|is neither true nor false",
        "order.pay-window|24|is no duration",
        "order.pay-window|1.5h|is no duration",
        "order.pay-window|-1h|is no duration",
        "order.pay-window|0s|is not in",
        "order.pay-window|999999999999d|is not in",
        "order.complete-after|366d|is not in",
        "points.value|0|is not in 1 to 1000000",
        "points.share-max-percent|101|is not in 0 to 100",
        "business.zone|Mars/Base|is no zone",
        "db.url|mysql://x|does not begin with",
        "db.url|jdbc:postgresql://|is no address",
        "rocketmq.namesrv|localhost|is not HOST:PORT",
        "rocketmq.namesrv|localhost:70000|is not HOST:PORT",
        "rocketmq.namesrv|a:1;|is not HOST:PORT",
        "simulators.url|ftp://a|is no http",
        "simulators.url|http://a?x=1|must have neither",
        "simulators.url|http://u:p@a|is no http",
        "http.host|a b|is no address",
        "log.level|INFO|is not one of",
        "node.role|api,api|has api twice",
        "node.role|api,web|is not one of",
        "node.role|''|is not one of",
        "reports.memory|63MiB|is not in 64MiB to",
        "reports.threads|0|is not in 1 to 256",
        "disk.free-min|5|is no size such as",
        "disk.free-min|5GB|is no size such as",
        "disk.free-min|999999999GiB|is not in 0MiB to 1024GiB",
        "console.password|short|is shorter than 8",
        "sandbox.merchant|''|has not 1 to 64",
      })
  void refusesWhatIsNoValue(String key, String value, String why) {
    List<String> problems = problems(Map.of(), key + "=" + value);
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).startsWith("flag --set " + key).contains(why);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "90s,PT1M30S",
    "15m,PT15M",
    "24h,PT24H",
    "10d,PT240H",
  })
  void readsDurations(String text, Duration expected) throws Kind.BadValue {
    Kind<Duration> kind = Kinds.duration(Duration.ZERO, Duration.ofDays(99));
    assertThat(kind.reader().read(text)).isEqualTo(expected);
  }

  @Test
  void tellsAllProblemsAtOnce() throws IOException {
    file("http.prot=1\ndemo=maybe\nhttp.port=1\nhttp.port=2\nbad=\\u12\n");
    List<String> problems =
        problems(
            Map.of("TIDEGATE_LOG_LEVL", "info", "TIDEGATE_LOG_LEVEL", "loud"),
            "order.pay-window=soon",
            "nonsense");
    String file = data.resolve(Sources.FILE_NAME).toString();
    assertThat(problems)
        .containsExactlyInAnyOrder(
            file + ":1: unknown key \"http.prot\"; did you mean http.port?",
            file + ":2: demo \"maybe\" is neither true nor false",
            file + ":4: \"http.port\" is set in line 3 already",
            file + ":5: is no key=value (a \\u needs four hex digits)",
            "environment TIDEGATE_LOG_LEVL: unknown key \"log.levl\"; did you mean log.level?",
            "environment TIDEGATE_LOG_LEVEL: log.level \"loud\" is not one of error, warn, info, debug",
            "flag --set order.pay-window: order.pay-window \"soon\" is no duration such as 500ms,"
                + " 90s, 15m, 24h or 10d",
            "flag --set: \"nonsense\" is not key=value");
  }

  /** With four wrong letters any short name is near any other. */
  @Test
  void suggestsOnlyWhatIsNear() {
    assertThat(problems(Map.of(), "dem=1", "db.ur=x", "http.prt=1", "rocketmq.nameserver=a:1"))
        .filteredOn(line -> line.contains("unknown key"))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).endsWith("unknown key \"dem\""),
            line -> assertThat(line).endsWith("did you mean db.url?"),
            line -> assertThat(line).endsWith("did you mean http.port?"),
            line -> assertThat(line).endsWith("did you mean rocketmq.namesrv?"));
    assertThat(problems(Map.of(), "x=1", "node=1", "log.x=1", "cat.food=1", "http.cat=1"))
        .hasSize(5)
        .noneMatch(line -> line.contains("did you mean"));
  }

  @Test
  void tellsWhatDoesNotFitTogetherBesideWhatCannotBeRead() {
    assertThat(problems(Map.of(), "nope=1", "http.port=abc", "http.host=0.0.0.0"))
        .hasSize(3)
        .anyMatch(line -> line.contains("unknown key \"nope\""))
        .anyMatch(line -> line.contains("http.port \"abc\""))
        .anyMatch(line -> line.contains("demo=false needs identity.jwks-url"));
  }

  @Test
  void refusesAKeyGivenTwiceOnTheCommandLine() {
    assertThat(problems(Map.of(), "http.port=1", "http.port=2"))
        .containsExactly("flag --set http.port: is given twice");
  }

  @Test
  void countsLinesOfContinuedValues() throws IOException {
    file("http.host=127.0.\\\n   0.7\r\n# x \\\n! y\nhttp.port=x\n");
    assertThat(problems(Map.of())).singleElement().asString().contains(":5: http.port");
    file("http.host=127.0.\\\n   0.7\n");
    assertThat(read(Map.of()).settings().http().host()).isEqualTo("127.0.0.7");
  }

  @Test
  void refusesFilesThatAreNoText() throws IOException {
    Files.write(data.resolve(Sources.FILE_NAME), new byte[] {'a', '=', (byte) 0xff});
    assertThat(problems(Map.of())).singleElement().asString().endsWith("is not UTF-8");
    Files.write(data.resolve(Sources.FILE_NAME), new byte[(int) PropertiesFile.BYTES_MAX + 1]);
    assertThat(problems(Map.of())).singleElement().asString().contains("is larger than");
  }

  @Test
  void readsUtf8() throws IOException {
    file("\uFEFFsandbox.merchant=潮门\n");
    assertThat(read(Map.of()).settings().sandbox().merchant()).isEqualTo("潮门");
  }

  @Test
  void aNamedFileMustBeThere() {
    Path missing = data.resolve("missing.properties");
    Sources sources = new Sources(data, missing, Map.of(), List.of(), Map.of());
    assertThat(
            catchThrowableOfType(ConfigurationException.class, () -> Configuration.read(sources))
                .problems())
        .containsExactly(missing + ": there is no such file");
  }

  @Test
  void showsNoSecret() {
    String password = "swordfish-in-the-open";
    Configuration read =
        read(
            Map.of("TIDEGATE_SANDBOX_SECRET", password),
            "console.password=" + password,
            "db.url=jdbc:postgresql://h:1/d?user=u&password=" + password + "&sslmode=require");
    assertThat(read.inForce().toString()).doesNotContain(password);
    assertThat(read.settings().toString()).doesNotContain(password);
    assertThat(key(read, "db.url").value())
        .isEqualTo("jdbc:postgresql://h:1/d?user=u&password=******&sslmode=require");
    assertThat(key(read, "sandbox.secret").value()).isEqualTo("******");
    assertThat(read.settings().database().url().text()).contains(password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db.url=jdbc:mysql://h/d?password=swordfish",
        "db.url=postgresql://u:swordfish@h/d",
        "console.password=swordfi",
      })
  void problemsShowNoSecret(String set) {
    assertThat(problems(Map.of(), set).toString()).doesNotContain("swordfi");
  }

  @Test
  void theDemoStaysOnThisMachine() {
    assertThat(problems(Map.of(), "demo=true", "http.host=0.0.0.0"))
        .singleElement()
        .asString()
        .startsWith("flag --set http.host: http.host is not loopback");
    assertThat(
            problems(Map.of(), "identity.jwks-url=https://id/keys", "identity.issuer=https://id"))
        .singleElement()
        .asString()
        .contains("doesn't go together with demo=true");
    assertThat(offDemo("http.host=0.0.0.0").demo().on()).isFalse();
    assertThat(read(Map.of(), "http.host=::1").settings().demo().on()).isTrue();
    assertThat(read(Map.of(), "http.host=localhost").settings().demo().on()).isTrue();
    assertThat(offDemo("http.host=127.0.0.1.evil.example").demo().on()).isFalse();
  }

  @Test
  void withoutTheDemoTokensComeFromSomebodyElse() {
    assertThat(problems(Map.of(), "demo=false", "sandbox.secret=long-enough", "demo.skus=5"))
        .hasSize(3)
        .anySatisfy(line ->
            assertThat(line).startsWith("flag --set demo: demo=false needs identity.jwks-url"));
    assertThat(problems(Map.of(), "http.host=0.0.0.0"))
        .singleElement()
        .asString()
        .startsWith("flag --set http.host: demo=false needs identity.jwks-url");
    assertThat(offDemo("demo=false").servesConsole()).isFalse();
    assertThat(read(Map.of()).settings().servesConsole()).isTrue();
    assertThat(read(Map.of(), "node.role=api").settings().servesConsole()).isFalse();
  }

  /** Real money and the demo, which anybody may order from, never go together. */
  @Test
  void realProvidersAreForSystemsThatAreNoDemo() {
    assertThat(problems(Map.of(), "demo=true", "alipay.app-id=2021000000000001"))
        .singleElement()
        .asString()
        .contains("alipay.app-id is a provider with real money, which demo=true doesn't allow");
    assertThat(
            problems(
                Map.of(),
                "demo=false",
                "alipay.app-id=2021000000000001",
                "identity.jwks-url=https://id/keys",
                "identity.issuer=https://id"))
        .hasSize(4)
        .anySatisfy(line -> assertThat(line).contains("needs alipay.seller-id"))
        .anySatisfy(line -> assertThat(line).contains("alipay.private-key-file is needed"))
        .anySatisfy(line -> assertThat(line).contains("alipay.public-key-file is needed"))
        .anySatisfy(line -> assertThat(line).contains("needs payment.callback-url"));
    assertThat(offDemo("demo=false").providers().alipay().isGiven()).isFalse();
  }

  @Test
  void eachProviderSaysWhatItLacks() {
    String[] needs = {
      "demo=false",
      "identity.jwks-url=https://id/keys",
      "identity.issuer=https://id",
      "payment.callback-url=https://api.example.com"
    };
    assertThat(problems(Map.of(), with(needs, "wechat.merchant-id=1900000001")))
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).contains("needs wechat.app-id"))
        .anySatisfy(line -> assertThat(line).contains("needs wechat.merchant-serial"))
        .anySatisfy(line -> assertThat(line).contains("wechat.api-v3-key, of 32 bytes"))
        .anySatisfy(line -> assertThat(line).contains("wechat.private-key-file is needed"))
        .anySatisfy(line -> assertThat(line).contains("or wechat.certificates-file"));
    assertThat(problems(Map.of(), with(needs, "stripe.secret-key=sk_live_0123456789")))
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("needs stripe.webhook-secret"))
        .anySatisfy(line -> assertThat(line).contains("needs stripe.return-url"));
    for (String real :
        List.of("wechat.merchant-id=1900000001", "stripe.secret-key=sk_live_0123456789")) {
      assertThat(problems(Map.of(), "demo=true", real))
          .singleElement()
          .asString()
          .contains("real money, which demo=true doesn't allow")
          .doesNotContain("sk_live");
    }
  }

  private static String[] with(String[] sets, String more) {
    String[] all = Arrays.copyOf(sets, sets.length + 1);
    all[sets.length] = more;
    return all;
  }

  @Test
  void aProvidersKeysAreReadFromFiles() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2_048);
    KeyPair pair = generator.generateKeyPair();
    Path ours = data.resolve("ours.pem");
    String base64 = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
    Files.writeString(
        ours, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    String[] given = {
      "demo=false",
      "identity.jwks-url=https://id/keys",
      "identity.issuer=https://id",
      "payment.callback-url=https://api.example.com",
      "alipay.app-id=2021000000000001",
      "alipay.seller-id=2088000000000001",
      "alipay.private-key-file=" + ours,
      "alipay.public-key=" + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
    };
    Settings settings = read(Map.of(), given).settings();
    assertThat(settings.providers().alipay().privateKey().text())
        .isEqualTo(Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    assertThat(settings.toString()).doesNotContain(base64.substring(0, 40));
    Files.writeString(ours, "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----");
    assertThat(problems(Map.of(), given))
        .singleElement()
        .asString()
        .contains("alipay.private-key-file is PKCS#1");
    Files.delete(ours);
    assertThat(problems(Map.of(), given))
        .singleElement()
        .asString()
        .contains("alipay.private-key-file can't be read");
  }

  private Settings offDemo(String set) {
    return read(Map.of(), set, "identity.jwks-url=https://id/keys", "identity.issuer=https://id")
        .settings();
  }

  @ParameterizedTest
  @CsvSource({"512KiB,524288", "256MiB,268435456", "2GiB,2147483648", "0MiB,0"})
  void readsSizes(String text, long bytes) {
    assertThat(read(Map.of(), "disk.free-min=" + text).settings().diskFreeBytesMin())
        .isEqualTo(bytes);
  }

  @Test
  void leavesForeignVariablesAlone() {
    Map<String, String> foreign =
        Map.of(
            "TIDEGATE_JAVA_OPTS", "-Xmx1g",
            "TIDEGATE_NO_BUILD", "1",
            "TIDEGATE_CACHE", "/somewhere",
            "TIDEGATE_SERVICE_HOST", "10.0.0.1",
            "TIDEGATE_PORT", "tcp://10.0.0.1:80",
            "TIDEGATE_PORT_80_TCP_ADDR", "10.0.0.1",
            "PATH", "/bin");
    assertThat(read(foreign).settings().http().port()).isEqualTo(8080);
  }
}
