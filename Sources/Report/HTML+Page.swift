extension HTML {
  /// A whole page, which needs nothing else.
  ///
  /// - Parameters:
  ///   - version: of the program whose results it shows, where that is known.
  ///   - script: what shows values under the pointer.
  static func page(
    title: String, _ sections: [HTML], version: String = "", script: HTML = ""
  ) -> HTML {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title) · switch-dist</title>
    <style>\(verbatim(Style.sheet))</style></head>
    <body><main>\(HTML(sections, separator: "\n"))
    <footer>Written by switch-dist\(version.isEmpty ? "" : " \(version)"). For research; not a medical device.</footer>\
    </main>\(script)</body></html>

    """
  }

  static func section(_ title: String, _ content: HTML) -> HTML {
    "<section><h2>\(title)</h2>\n\(content)</section>"
  }
}
