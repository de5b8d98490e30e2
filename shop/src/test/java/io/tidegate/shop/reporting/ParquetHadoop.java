package io.tidegate.shop.reporting;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** Reads Parquet files with the library that Spark and Trino's older readers are built on. */
final class ParquetHadoop {

  private static final LogicalTypeAnnotation BIGINT = LogicalTypeAnnotation.intType(64, true);
  private static final LogicalTypeAnnotation INTEGER = LogicalTypeAnnotation.intType(32, true);
  private static final LogicalTypeAnnotation MICROS =
      LogicalTypeAnnotation.timestampType(false, LogicalTypeAnnotation.TimeUnit.MICROS);

  private ParquetHadoop() {}

  /**
   * A file.
   *
   * @param columns name and type, as the lake calls it
   * @param rows their values as texts, with bars between them; times in microseconds
   */
  record Read(List<String> columns, List<String> rows) {}

  static Read read(Path file) throws IOException {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ZstdOnly())
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      MessageType schema = reader.getFooter().getFileMetaData().getSchema();
      MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
      List<String> rows = new ArrayList<>();
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            columns.getRecordReader(pages, new GroupRecordConverter(schema));
        for (long row = 0; row < pages.getRowCount(); row++) {
          rows.add(text(schema, records.read()));
        }
      }
      return new Read(
          schema.getFields().stream().map(field -> field.getName() + " " + type(field)).toList(),
          rows);
    }
  }

  private static LakeType type(Type field) {
    PrimitiveType type = field.asPrimitiveType();
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    LakeType read =
        switch (type.getPrimitiveTypeName()) {
          case INT64 -> BIGINT.equals(logical) ? LakeType.BIGINT : LakeType.TIMESTAMP;
          case INT32 -> INTEGER.equals(logical) ? LakeType.INTEGER : LakeType.DATE;
          case BINARY -> LakeType.VARCHAR;
          case BOOLEAN -> LakeType.BOOLEAN;
          case FLOAT, DOUBLE, INT96, FIXED_LEN_BYTE_ARRAY ->
              throw new AssertionError("not every reader has " + field);
        };
    if (!Objects.equals(annotation(read), logical)) {
      throw new AssertionError("not every reader has " + field);
    }
    return read;
  }

  private static @Nullable LogicalTypeAnnotation annotation(LakeType type) {
    return switch (type) {
      case BIGINT -> BIGINT;
      case INTEGER -> INTEGER;
      case VARCHAR -> LogicalTypeAnnotation.stringType();
      case BOOLEAN -> null;
      case DATE -> LogicalTypeAnnotation.dateType();
      case TIMESTAMP -> MICROS;
    };
  }

  private static String text(MessageType schema, Group row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < schema.getFieldCount(); i++) {
      values.add(row.getFieldRepetitionCount(i) == 0 ? "null" : text(schema.getType(i), row, i));
    }
    return String.join("|", values);
  }

  private static String text(Type field, Group row, int at) {
    return switch (type(field)) {
      case BIGINT, TIMESTAMP -> Long.toString(row.getLong(at, 0));
      case INTEGER, DATE -> Integer.toString(row.getInteger(at, 0));
      case VARCHAR -> row.getString(at, 0);
      case BOOLEAN -> Boolean.toString(row.getBoolean(at, 0));
    };
  }

  /** The codec of all our files, without what Hadoop would load for it. */
  private static final class ZstdOnly
      implements CompressionCodecFactory, CompressionCodecFactory.BytesInputDecompressor {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
      throw new AssertionError("nothing is written");
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
      if (name != CompressionCodecName.ZSTD) {
        throw new AssertionError("a file is compressed with " + name);
      }
      return this;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      bytes.writeAllTo(compressed);
      return BytesInput.from(Zstd.decompress(compressed.toByteArray(), size));
    }

    @Override
    public void decompress(ByteBuffer in, int compressed, ByteBuffer out, int size) {
      throw new AssertionError("buffers are not asked for");
    }

    @Override
    public void release() {
      // nothing is held
    }
  }
}
