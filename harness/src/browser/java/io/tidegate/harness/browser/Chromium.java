package io.tidegate.harness.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Chromium of this machine: {@code TIDEGATE_CHROMIUM}, else one on the path. */
record Chromium(Path program) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Path ON_MACOS =
      Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

  /** How it is started. Root has no sandbox, and nothing is fetched from elsewhere. */
  static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  static Optional<Chromium> find() {
    String named = System.getenv("TIDEGATE_CHROMIUM");
    Stream<Path> places =
        named != null
            ? Stream.of(Path.of(named))
            : Stream.concat(onPath(System.getenv("PATH")), Stream.of(ON_MACOS));
    return places.filter(Files::isExecutable).findFirst().map(Chromium::new);
  }

  private static Stream<Path> onPath(String path) {
    return NAMES.stream()
        .flatMap(
            name -> Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)));
  }
}
