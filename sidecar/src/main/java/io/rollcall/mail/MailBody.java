package io.rollcall.mail;

import java.util.List;
import java.util.stream.Collectors;

/** One content in two forms: plain text, and simple HTML that loads nothing. */
final class MailBody {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder html = new StringBuilder();

  /** Paragraphs of one line each, under a title that may be empty. */
  void lines(String title, List<String> lines) {
    title(title);
    for (String line : lines) {
      text.append(line).append('\n');
      html.append("<p>").append(MailText.html(line)).append("</p>\n");
    }
    text.append('\n');
  }

  /** Rows of cells; a row may be shorter than others. */
  void table(String title, List<List<String>> rows) {
    title(title);
    html.append("<table cellpadding=\"4\">\n");
    for (List<String> row : rows) {
      text.append("  ").append(String.join("  ", row)).append('\n');
      html.append(
          row.stream()
              .map(cell -> "<td>" + MailText.html(cell) + "</td>")
              .collect(Collectors.joining("", "<tr>", "</tr>\n")));
    }
    text.append('\n');
    html.append("</table>\n");
  }

  /** An address of our own making. */
  void link(String url) {
    text.append(url).append("\n\n");
    String shown = MailText.html(url);
    html.append("<p><a href=\"%s\">%s</a></p>\n".formatted(shown, shown));
  }

  String text() {
    return text.toString();
  }

  String html() {
    return "<!doctype html>\n<html><body>\n" + html + "</body></html>\n";
  }

  private void title(String title) {
    if (!title.isEmpty()) {
      text.append(title).append('\n');
      html.append("<h3>").append(MailText.html(title)).append("</h3>\n");
    }
  }
}
