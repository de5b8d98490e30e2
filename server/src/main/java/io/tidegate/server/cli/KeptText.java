package io.tidegate.server.cli;

import io.tidegate.server.config.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A random text that is made once and kept in a folder: a password, a name of this node. */
final class KeptText {
  /** Letters and digits that nobody takes for one another. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int CHARACTERS = 20; // 100 bits

  private KeptText() {}

  static Secret in(Path folder, String name) {
    Path file = PrivateFile.folder(folder).resolve(name);
    return new Secret(
        PrivateFile.read(file)
            .orElseGet(() -> {
              String made = random();
              PrivateFile.write(file, made + "\n");
              return made;
            }));
  }

  private static String random() {
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < CHARACTERS; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
