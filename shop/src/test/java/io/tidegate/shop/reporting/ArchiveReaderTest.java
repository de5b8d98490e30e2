package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.testing.ShopServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Look-ups in the archive, also where its files hang. */
class ArchiveReaderTest {

  private static final byte[] SECRET = "a secret of the test".getBytes(StandardCharsets.UTF_8);
  private static final Instant AT = Instant.parse("2026-05-04T10:00:00Z");
  private static final OrderNumber NUMBER = OrderNumber.of(AT.toEpochMilli(), 7, 1, 0);
  private static final ArchiveReader.Ask ASK =
      new ArchiveReader.Ask(7, Long.MAX_VALUE, 0, 10, "", "");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MORE_THAN_TURNS = 6;

  @TempDir private Path folder;
  private LakeShop shop;
  private Path archive;
  private Path file;

  @BeforeEach
  void write() {
    shop = new LakeShop(folder);
    archive = shop.lake.folder().resolve(ArchiveFiles.FOLDER);
    try (ArchiveWriter writer =
        new ArchiveWriter(connect(), archive, YearMonth.of(2026, 5), ArchiveFile.Source.RETIRED)) {
      writer.add(
          new ArchivedOrder(
              NUMBER, 7, AT, "completed", 6, 100, "CNY", null, "{}", "{\"a\":1}", "[]", "[]"));
      List<ArchiveFile> files = writer.finish();
      shop.database.writeOnce(tx -> {
        ArchiveFiles.add(tx, files);
        return true;
      });
      file = archive.resolve(files.getFirst().path());
    }
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private Connection connect() {
    try {
      return shop.lake.connect();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private ArchiveReader reader(Duration lookMax) {
    return new ArchiveReader(connect(), archive, new ArchiveFiles(shop.database), lookMax);
  }

  /** A pipe that nobody writes: whoever opens it waits, as for a disk that doesn't answer. */
  private void hang() throws Exception {
    Files.move(file, file.resolveSibling("kept"));
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
  }

  /**
   * Whoever waits gets nothing to read, and the file is there again. Opened for both ways, the pipe
   * is written also where nobody has come to it yet.
   */
  private void answer() throws Exception {
    Path pipe = file.resolveSibling("pipe");
    Files.move(file, pipe);
    Files.move(file.resolveSibling("kept"), file);
    try (FileChannel both =
        FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      both.write(ByteBuffer.allocate(16));
    }
  }

  @Test
  void anOrderAndAListAreFound() {
    try (ArchiveReader reader = reader(ArchiveReader.LOOK_MAX)) {
      assertThat(reader.order(NUMBER).orElseThrow().document()).isEqualTo("{\"a\":1}");
      assertThat(reader.mine(ASK)).hasSize(1);
    }
  }

  @Test
  void aFileThatHangsIsNotWaitedForAndHoldsUpNothingForGood() throws Exception {
    hang();
    try (ArchiveReader reader = reader(Duration.ofMillis(300))) {
      for (int look = 0; look < MORE_THAN_TURNS; look++) {
        assertThatThrownBy(() -> reader.order(NUMBER))
            .isInstanceOf(ArchiveFailure.class)
            .hasMessageMatching("a look into the archive took longer than .*|too many look .*");
      }
      answer();
      await().atMost(PATIENCE).ignoreExceptions().until(() -> reader.order(NUMBER).isPresent());
      await().atMost(PATIENCE).ignoreExceptions().until(() -> reader.mine(ASK).size() == 1);
    }
  }

  @Test
  void whoAsksIsToldThatTheArchiveIsNotThereNow() throws Exception {
    hang();
    try (ArchiveReader reader = reader(Duration.ofMillis(300));
        ShopServer server = new ShopServer(new ArchiveRoutes(reader, SECRET));
        HttpClient client = HttpClient.newHttpClient()) {
      String path = ArchiveRoutes.ORDER + NUMBER;
      HttpResponse<String> told =
          client.send(
              HttpRequest.newBuilder(server.base().resolve(path))
                  .header("Authorization", new ArchiveKey(SECRET).sign(path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(told.statusCode()).isEqualTo(503);
      assertThat(told.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(told.headers().firstValue("Retry-After")).isPresent();
      assertThat(JsonMapper.shared().readTree(told.body()).path("code").asString())
          .isEqualTo("archive_unavailable");
      answer();
    }
  }
}
