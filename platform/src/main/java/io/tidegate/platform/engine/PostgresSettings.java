package io.tidegate.platform.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What an embedded PostgreSQL may take of the machine. Durability is no setting: fsync,
 * synchronous_commit and full_page_writes are always on.
 *
 * @param sharedBuffersBytes PostgreSQL's own page cache
 * @param cacheBytes what the planner believes the operating system caches, its page cache included
 * @param walBytesMax write-ahead log between two checkpoints; a quarter of it is kept for reuse
 * @param walBuffersBytes write-ahead log in memory
 * @param maintenanceBytes memory of one VACUUM or CREATE INDEX
 * @param connectionsMax sessions at the same time
 * @param stopFastMax how long a fast stop may take until it becomes an immediate one, which the
 *     next start recovers from
 * @param diskFreeBytesMin the start is refused with less free space than this
 * @param syncCreation whether a new data directory is on the disk before it is used; only
 *     throw-away ones do without
 */
public record PostgresSettings(
    long sharedBuffersBytes,
    long cacheBytes,
    long walBytesMax,
    long walBuffersBytes,
    long maintenanceBytes,
    int connectionsMax,
    Duration stopFastMax,
    long diskFreeBytesMin,
    boolean syncCreation) {
  private static final long MIB = 1L << 20;

  /**
   * Settings scaled to this machine's memory, or to the container's: 2 GiB of shared buffers on 24
   * GiB.
   */
  public static PostgresSettings forThisMachine() {
    long memory =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    return forMemory(memory);
  }

  static PostgresSettings forMemory(long memoryBytes) {
    long shared = Math.clamp(memoryBytes / 12, 128 * MIB, 2048 * MIB);
    return new PostgresSettings(
        shared,
        Math.max(memoryBytes / 2, 2 * shared),
        Math.clamp(memoryBytes / 3, 1024 * MIB, 8192 * MIB),
        Math.clamp(memoryBytes / 256, 4 * MIB, 64 * MIB),
        Math.clamp(memoryBytes / 48, 64 * MIB, 512 * MIB),
        200,
        Duration.ofSeconds(3),
        256 * MIB,
        true);
  }

  /**
   * Small settings for tests: 128 MiB of shared buffers, and as durable once it runs as any other.
   */
  public static PostgresSettings tests() {
    return new PostgresSettings(
        128 * MIB,
        512 * MIB,
        512 * MIB,
        4 * MIB,
        64 * MIB,
        200,
        Duration.ofSeconds(3),
        64 * MIB,
        false);
  }

  /** The same with another least free space. */
  public PostgresSettings withDiskFreeBytesMin(long bytes) {
    return new PostgresSettings(
        sharedBuffersBytes,
        cacheBytes,
        walBytesMax,
        walBuffersBytes,
        maintenanceBytes,
        connectionsMax,
        stopFastMax,
        bytes,
        syncCreation);
  }

  /** The text of postgresql.conf; paths in it are relative to the data directory. */
  String configuration(int port) {
    return """
    # Written by Tidegate at every start. Put settings of your own into ../postgresql.local.conf.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    max_connections = %d
    password_encryption = scram-sha-256
    shared_preload_libraries = 'pg_stat_statements'

    fsync = on
    synchronous_commit = on
    full_page_writes = on

    shared_buffers = %s
    effective_cache_size = %s
    maintenance_work_mem = %s
    wal_buffers = %s
    max_wal_size = %s
    min_wal_size = %s
    checkpoint_timeout = 15min
    checkpoint_completion_target = 0.9

    jit = off
    max_parallel_workers_per_gather = 0
    autovacuum_naptime = 60s
    track_io_timing = off
    track_wal_io_timing = off

    timezone = 'UTC'
    lc_messages = 'C'
    default_text_search_config = 'pg_catalog.simple'

    # A week of logs: the file of a weekday is overwritten a week later. Terse, and without parameters:
    # the DETAIL of an error and the values of a statement may be somebody's phone number.
    logging_collector = on
    log_directory = '../log'
    log_filename = 'postgres-%%a.log'
    log_file_mode = 0600
    log_rotation_age = 1d
    log_rotation_size = 0
    log_truncate_on_rotation = on
    log_timezone = 'UTC'
    log_error_verbosity = terse
    log_parameter_max_length = 0
    log_checkpoints = on
    log_lock_waits = on
    include_if_exists = '../postgresql.local.conf'
    """
        .formatted(
            port,
            connectionsMax,
            kib(sharedBuffersBytes),
            kib(cacheBytes),
            kib(maintenanceBytes),
            kib(walBuffersBytes),
            mib(walBytesMax),
            mib(walBytesMax / 4));
  }

  private static String kib(long bytes) {
    return bytes / 1024 + "kB";
  }

  private static String mib(long bytes) {
    return bytes / MIB + "MB";
  }
}
