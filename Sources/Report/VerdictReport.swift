import Checks
import Datasets
import Files

/// A data set's verdict on one page that needs nothing else.
public enum VerdictReport {
  /// Writes the page with pictures of the images that findings name and of each list.
  public static func write(
    _ verdict: Verdict, of source: DatasetSource, to path: String
  ) throws(FileError) {
    guard !path.isEmpty else {
      throw FileError("\"\"", "an empty name is no file; name one with --html")
    }
    let page = VerdictPage(verdict, source)
    do {
      try FileSystem.replace(path, with: page.html())
    } catch {
      throw FileError(path, "the page cannot be written; name another file with --html")
    }
  }
}
