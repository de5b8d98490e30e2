package io.tidegate.server.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The process of the reports, which is started when somebody asks for it. */
@FunctionalInterface
public interface ReportsProcess {
  /** There is none. */
  ReportsProcess NONE = _ -> Optional.empty();

  /**
   * Where it listens; starts it where it doesn't run.
   *
   * @param wait how long its start is waited for
   */
  Optional<URI> url(Duration wait);
}
