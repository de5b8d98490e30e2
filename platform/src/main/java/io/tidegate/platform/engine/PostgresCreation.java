package io.tidegate.platform.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes a new data directory. It is made under another name and renamed at the end, so that an
 * interrupted creation leaves nothing that looks like data.
 */
record PostgresCreation(PostgresDirectory directory, PostgresBinaries binaries, EngineUser user) {
  static final String USER = "tidegate";
  static final String DATABASE = "tidegate";
  private static final long COMMAND_SECONDS_MAX = 120;

  // Run in single-user mode: no port is open yet. The extension goes first, so that every later
  // database has it.
  private static final String FIRST_STATEMENTS =
      "create extension pg_stat_statements;\ncreate database "
          + DATABASE
          + " strategy file_copy;\n";

  void create(boolean sync) {
    Path fresh = directory.root().resolve("data.new");
    Path passwordFile = directory.root().resolve("password.initdb");
    try {
      Trees.delete(fresh);
      Files.createDirectory(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      user.own(fresh);
      directory.keep("password.initdb", directory.password());
      user.own(passwordFile); // in setpriv mode initdb can't read ours
      run(
          List.of(
              binaries.initdb().toString(),
              "-D",
              fresh.toString(),
              "--username=" + USER,
              "--pwfile=" + passwordFile,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--no-sync",
              "--no-instructions"),
          "");
      run(
          List.of(
              binaries.postgres().toString(),
              "--single",
              "-F",
              "-D",
              fresh.toString(),
              "template1"),
          FIRST_STATEMENTS);
      if (sync) {
        run(List.of(binaries.initdb().toString(), "-D", fresh.toString(), "--sync-only"), "");
      }
      Files.move(fresh, directory.data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EngineException(
          "PostgreSQL can't make its data directory in "
              + directory.root()
              + ": "
              + Trees.reason(e),
          e);
    } finally {
      forget(passwordFile);
    }
  }

  private void run(List<String> command, String input) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(user.detached(command))
            .redirectErrorStream(true)
            .redirectOutput(directory.startLog().toFile());
    PostgresLaunch.cleanEnvironment(builder);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // It ended before it read; its exit status tells more.
    }
    try {
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new EngineException(
            command.getFirst() + " didn't end within " + COMMAND_SECONDS_MAX + " s");
      }
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly); // initdb has helpers
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new EngineException("Interrupted while PostgreSQL made its data directory", e);
    }
    String trouble = PostgresLaunch.trouble(directory.startLog());
    if (process.exitValue() != 0
        || trouble.contains("FATAL")
        || trouble.contains("ERROR")) { // single-user mode ends with 0 after an error
      throw new EngineException(
          "PostgreSQL can't make its data directory in " + directory.root() + ": " + trouble);
    }
  }

  private static void forget(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EngineException(file + " can't be removed: " + Trees.reason(e), e);
    }
  }
}
