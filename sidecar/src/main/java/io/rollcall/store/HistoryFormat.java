package io.rollcall.store;

import io.rollcall.core.ClockReading;
import io.rollcall.core.StoredFormat;
import io.rollcall.core.status.SavedTraffic;
import io.rollcall.core.status.TrafficText;
import io.rollcall.store.HistoryDocument.StoredMark;
import io.rollcall.store.HistoryDocument.StoredSeries;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The format of {@code history.json}. What is absent is empty. Pure. */
public final class HistoryFormat implements StoredFormat<SavedTraffic> {
  private static final int VERSION = 1;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public SavedTraffic empty() {
    return SavedTraffic.EMPTY;
  }

  @Override
  public Record write(SavedTraffic traffic, ClockReading now) {
    var members = new TreeMap<String, Map<String, StoredSeries>>();
    traffic.members().forEach((pool, ofPool) -> members.put(pool, written(ofPool)));
    return new HistoryDocument(
        VERSION,
        now.writtenAt(),
        written(traffic.hours()),
        written(traffic.days()),
        members,
        traffic.marks().stream().map(StoredMark::of).toList());
  }

  @Override
  public SavedTraffic read(StoredFields fields, ClockReading now) {
    var document = fields.as(HistoryDocument.class);
    var members = new TreeMap<String, SortedMap<String, TrafficText>>();
    if (document.members() != null) {
      document.members().forEach((pool, ofPool) -> members.put(pool, read(ofPool)));
    }
    return new SavedTraffic(
        read(document.hours()),
        read(document.days()),
        members,
        document.marks() == null
            ? List.of()
            : document.marks().stream()
                .map(mark -> StoredFormat.required(mark, "marks").mark())
                .toList());
  }

  @Override
  public SavedTraffic readStable(StoredFields fields, ClockReading now) {
    return SavedTraffic.EMPTY;
  }

  @Override
  public String stableFields() {
    return "nothing";
  }

  private static SortedMap<String, StoredSeries> written(Map<String, TrafficText> texts) {
    var series = new TreeMap<String, StoredSeries>();
    texts.forEach((name, text) -> series.put(name, StoredSeries.of(text)));
    return series;
  }

  private static SortedMap<String, TrafficText> read(@Nullable Map<String, StoredSeries> series) {
    var texts = new TreeMap<String, TrafficText>();
    if (series != null) {
      series.forEach((name, one) -> texts.put(name, StoredFormat.required(one, name).text()));
    }
    return texts;
  }
}
