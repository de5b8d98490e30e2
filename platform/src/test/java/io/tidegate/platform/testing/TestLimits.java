package io.tidegate.platform.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.PreInterruptCallback;
import org.junit.jupiter.api.extension.PreInterruptContext;

/**
 * What every test may take, on any machine, and leaves behind. JUnit finds it as a service. Whoever
 * awaits a condition and names no time has {@link #PATIENCE}: enough where somebody else takes most
 * of the machine. A test that takes longer than {@code junit.jupiter.execution.timeout.default} is
 * broken off, and all that its JVM was at is told, virtual threads included, which no other dump
 * shows. Databases of a class of tests go with it.
 */
public final class TestLimits implements AfterAllCallback, PreInterruptCallback {

  /** Nobody waits so long but where something has failed. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Most of what is awaited is there at once or in a moment, thousands of times in a build. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** Made once for a JVM, before its first test. */
  public TestLimits() {
    Awaitility.setDefaultTimeout(PATIENCE);
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(LOOK_EVERY);
  }

  /** A class within another one may use what that one has made. */
  @Override
  public void afterAll(ExtensionContext over) {
    if (over.getRequiredTestClass().getEnclosingClass() == null) {
      TestPostgres.classIsOver();
    }
  }

  @Override
  public void beforeThreadInterrupt(PreInterruptContext broken, ExtensionContext test)
      throws IOException {
    Path folder = Files.createTempDirectory("tidegate-threads-");
    Path dump = folder.resolve("threads.txt"); // it writes no file that is there
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      System.err.println(test.getDisplayName() + " took too long. All threads:");
      System.err.println(Files.readString(dump));
    } finally {
      Files.deleteIfExists(dump);
      Files.delete(folder);
    }
  }
}
