package io.rollcall.status;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** The report as a page of its own: one document, no script, nothing from elsewhere. */
final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }
      body { margin: 1rem; }
      h1 { font-size: 1.3rem; border-left: .4rem solid #b45309; padding-left: .6rem; }
      h1.in-sync { border-color: #15803d; }
      h1.degraded { border-color: #b91c1c; }
      h2 { font-size: 1.05rem; margin: 1.5rem 0 .2rem; }
      p { margin: .2rem 0; }
      div { overflow-x: auto; }
      table { border-collapse: collapse; }
      th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
      th { white-space: nowrap; }
      td { border-top: 1px solid #8884; overflow-wrap: break-word; max-width: 30rem; }
      """;

  /** What the page may load: its own style, known by its hash, and nothing else. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(sha256(STYLE));

  private HtmlPage() {}

  static String render(Report report) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    <h1 class="%s">%s</h1>
    %s</main>
    <footer><p>%s</p></footer>
    </body>
    </html>
    """
        .formatted(
            escape(report.state() + ", " + report.title()),
            STYLE,
            escape(report.state()),
            escape(report.sentence()),
            report.sections().stream().map(HtmlPage::section).collect(Collectors.joining()),
            escape(report.title()));
  }

  private static String section(Report.Section section) {
    return """
    <section>
    <h2>%s</h2>
    <p>%s</p>
    %s</section>
    """
        .formatted(
            escape(section.title()),
            escape(section.note()),
            section.rows().isEmpty() ? "" : table(section));
  }

  private static String table(Report.Section section) {
    return """
    <div tabindex="0" role="region" aria-label="%s">
    <table>
    <thead>%s</thead>
    <tbody>
    %s
    </tbody>
    </table>
    </div>
    """
        .formatted(
            escape(section.title()),
            row("th scope=\"col\"", "th", section.heads()),
            section.rows().stream()
                .map(cells -> row("td", "td", cells))
                .collect(Collectors.joining("\n")));
  }

  private static String row(String open, String close, List<String> cells) {
    return cells.stream()
        .map(cell -> "<" + open + ">" + escape(cell) + "</" + close + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }

  /** Any text as text, in an element and in a quoted attribute. */
  static String escape(String text) {
    return Words.visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
