package io.tidegate.server.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of our own jars, loaded while they are the ones that this program was started with:
 * whoever builds the project again replaces the jars beneath it, and a clean stop needs classes
 * that no request ever did.
 */
final class OwnClasses {
  private static final Logger log = LoggerFactory.getLogger(OwnClasses.class);
  private static final String CLASS_SUFFIX = ".class";

  private static final String OWN_JAR = "tidegate-";

  private OwnClasses() {}

  /** Loads them all, in a thread of their own. */
  static void loadAll() {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("own-classes")
            .unstarted(() -> {
              places().forEach(OwnClasses::loadFrom);
              log.info("own classes are loaded");
            });
    thread.start();
  }

  /** Our jars on the class path, and what a build left as folders. */
  private static List<Path> places() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(
            place -> Files.isDirectory(place) || place.getFileName().toString().startsWith(OWN_JAR))
        .toList();
  }

  private static void loadFrom(Path place) {
    try {
      if (Files.isDirectory(place)) {
        load(place);
        return;
      }
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        load(jar.getPath("/"));
      }
    } catch (IOException e) {
      log.debug("the classes in {} are not loaded ahead: {}", place, e.getMessage());
    }
  }

  private static void load(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith(CLASS_SUFFIX) && !name.endsWith("-info.class"))
          .map(name -> name.substring(0, name.length() - CLASS_SUFFIX.length()))
          .map(name -> name.replace('/', '.'))
          .forEach(OwnClasses::load);
    }
  }

  private static void load(String name) {
    try {
      Class.forName(name, false, OwnClasses.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      log.debug("{} is not loaded ahead: {}", name, e.toString());
    }
  }
}
