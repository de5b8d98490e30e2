package io.tidegate.broker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.rocksdb.util.Environment;

/** RocksDB's native library, unpacked once; else each start writes it to the temporary folder. */
final class NativeLibrary {

  private NativeLibrary() {}

  /**
   * Puts the library of this system into the first folder of {@code java.library.path}, if it is
   * not there. Where that cannot be done RocksDB unpacks it itself.
   */
  static void provide(String libraryPath) throws IOException {
    var first = libraryPath.split(File.pathSeparator, -1)[0];
    if (first.isEmpty()) return;
    var name = Environment.getJniLibraryFileName("rocksdb");
    var target = Path.of(first).resolve(name);
    if (Files.exists(target)) return;
    try (var library = Environment.class.getResourceAsStream("/" + name)) {
      if (library == null) return;
      Files.createDirectories(target.getParent());
      var partial = Files.createTempFile(target.getParent(), name, ".part");
      Files.copy(library, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
