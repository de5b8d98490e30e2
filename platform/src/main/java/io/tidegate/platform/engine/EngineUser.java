package io.tidegate.platform.engine;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Whom PostgreSQL runs as; it refuses root. An ordinary user runs it directly. Root runs it in a
 * user namespace in which root has another number (no file changes its owner, and folders that only
 * root may enter stay usable), else as another user of the machine.
 *
 * @param prefix the words before a command that runs as this user
 * @param uid who owns the engine's files
 * @param reachesOnlyPublic whether folders above the engine's files must let everybody through
 */
record EngineUser(List<String> prefix, int uid, boolean reachesOnlyPublic) {
  private static final String NOBODY = "65534";
  private static final long PROBE_SECONDS_MAX = 10;

  static EngineUser ofThisProcess() {
    return of((int) new UnixSystem().getUid(), () -> runs(namespace()), () -> runs(setpriv()));
  }

  static EngineUser of(int uid, BooleanSupplier namespaces, BooleanSupplier otherUser) {
    if (uid != 0) {
      return new EngineUser(List.of(), uid, false);
    }
    if (namespaces.getAsBoolean()) {
      return new EngineUser(namespace(), 0, false);
    }
    if (otherUser.getAsBoolean()) {
      return new EngineUser(setpriv(), Integer.parseInt(NOBODY), true);
    }
    throw new EngineException(
        "PostgreSQL refuses to run as root, and neither unshare nor setpriv works here. Start Tidegate as an ordinary user, or use a server of your own with db.url.");
  }

  /**
   * A command for this user in a session of its own, so that Ctrl-C in our terminal doesn't stop
   * the database, or break off what makes it, before us.
   */
  List<String> detached(List<String> command) {
    return Stream.of(ownSession(), prefix, command).flatMap(List::stream).toList();
  }

  List<String> command(List<String> command) {
    return Stream.concat(prefix.stream(), command.stream()).toList();
  }

  /** Makes sure that this user owns a folder or file of the engine's. */
  void own(Path path) {
    try {
      if (Trees.ownerOf(path) == uid) {
        return;
      }
      if (!prefix.isEmpty()) {
        Trees.give(path, uid);
        return;
      }
      throw new EngineException(
          path
              + " belongs to another user (number "
              + Trees.ownerOf(path)
              + "). Start Tidegate as that user, or use another --data folder.");
    } catch (IOException e) {
      throw new EngineException("The owner of " + path + " can't be set: " + Trees.reason(e), e);
    }
  }

  /** Refuses a folder that this user can't enter, before PostgreSQL says so less clearly. */
  void mustReach(Path folder) {
    if (reachesOnlyPublic && !runs(command(List.of("test", "-x", folder.toString())))) {
      throw new EngineException(
          "Root can't run PostgreSQL itself, and user "
              + uid
              + " can't enter "
              + folder
              + ". Start Tidegate as an ordinary user, or use a --data folder that everybody may enter, such as /var/lib/tidegate.");
    }
  }

  private static List<String> namespace() {
    return List.of("unshare", "--user", "--map-user=" + someUser(), "--map-group=65534", "--");
  }

  private static List<String> setpriv() {
    return List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
  }

  /**
   * initdb wants a user with a name, so on machines without a 65534 any other than root will do.
   */
  private static String someUser() {
    try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"))) {
      List<String> users =
          lines.map(line -> line.split(":", -1)).filter(f -> f.length > 2).map(f -> f[2]).toList();
      if (!users.contains(NOBODY)) {
        return users.stream().filter(user -> !user.equals("0")).findFirst().orElse(NOBODY);
      }
    } catch (IOException e) {
      // No such file: the probe that follows decides.
    }
    return NOBODY;
  }

  static List<String> ownSession() {
    if (onPath("setsid").isPresent()) {
      return List.of("setsid");
    }
    if (onPath("perl").isPresent()) { // macOS has no setsid command
      return List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV or exit 127", "--");
    }
    return List.of();
  }

  private static Optional<Path> onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Whether a command ends well, or {@code true} behind a prefix. It runs in a session of its own:
   * a Ctrl-C that ended it would look as if it could not be run.
   */
  static boolean runs(List<String> prefixOrCommand) {
    List<String> command = new ArrayList<>(ownSession());
    command.addAll(prefixOrCommand);
    if (command.getLast().equals("--")) {
      command.add("true");
    }
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return false; // not installed
    }
    try {
      if (process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while looking for whom PostgreSQL can run as", e);
    }
  }
}
