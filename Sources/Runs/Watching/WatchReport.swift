import Files

/// Everything that is watched, for programs.
package struct WatchReport: Encodable {
  /// Seconds since 1970.
  var time: Double
  /// How many runs are in which state; only those that some are in.
  var states: [String: Int]
  /// In the order in which they were named.
  var runs: [RunStatus]

  package init(_ sections: [WatchList.Section], time: Double) {
    self.time = time
    runs = sections.flatMap(\.runs)
    states = Dictionary(runs.map { ($0.state.rawValue, 1) }, uniquingKeysWith: +)
  }

  /// One line of JSON with sorted keys.
  package var json: String {
    get throws { try JSON.text(of: self, usesSnakeCase: true) }
  }
}
