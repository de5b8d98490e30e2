package io.tidegate.platform.identity;

import java.util.List;

/** The place where the nodes of one system keep the keys that sign its own tokens. */
public interface SigningKeys {
  /** All keys that may have signed a valid token, newest first; made on the first call. */
  List<SigningKey> all();
}
