internal import Glibc

/// Something that all ranks must have the same of, in words: a setting, a version, a digest.
public struct SharedFact: Equatable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension Communicator {
  /// Refuses ranks that differ in any of these facts. Collective: every rank must come here, with
  /// however many facts.
  ///
  /// - Parameters:
  ///   - facts: the first that differs, in rank 0's order, is named with its values, the ranks and
  ///     their hosts. Names are unique.
  ///   - advice: what to do about it.
  /// - Throws: `SharedFailure` on every rank.
  public func requireEqual(_ facts: [SharedFact], advice: String) throws {
    guard size > 1 else { return }
    let own = [Self.hostName] + facts.flatMap { [$0.name, $0.value] }
    let all = try allGatherVariable(Array(own.joined(separator: "\0").utf8)).map {
      $0.split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    let hosts = all.map { $0[0] }
    let tables = all.map { fields in
      stride(from: 1, to: fields.count - 1, by: 2).map { SharedFact(fields[$0], fields[$0 + 1]) }
    }
    // Programs of other versions may know other facts.
    let names = tables[0].map(\.name) + tables.flatMap { $0.map(\.name) }
    for name in names {
      let values = tables.map { table in table.first { $0.name == name }?.value ?? "unknown" }
      guard values.contains(where: { $0 != values[0] }) else { continue }
      throw SharedFailure(
        message: "the ranks differ in \(name): \(Self.groups(values, hosts)); \(advice)")
    }
  }

  /// `1 on rank 0 (node-a), 2 on ranks 1-3 (node-b)`, for each different value.
  private static func groups(_ values: [String], _ hosts: [String]) -> String {
    var order: [String] = []
    for value in values where !order.contains(value) { order.append(value) }
    let shown = order.prefix(3).map { value in
      let ranks = values.indices.filter { values[$0] == value }
      return "\(value) on \(naming(ranks, hosts: hosts))"
    }
    return shown.joined(separator: ", ") + (order.count > 3 ? " and \(order.count - 3) others" : "")
  }

  /// `rank 3 (node-b)`, or `ranks 0-2, 5 (node-a, node-c)`.
  public static func naming(_ ranks: [Int], hosts: [String]) -> String {
    var runs: [ClosedRange<Int>] = []
    for rank in ranks {
      if let last = runs.last, last.upperBound == rank - 1 {
        runs[runs.count - 1] = last.lowerBound...rank
      } else {
        runs.append(rank...rank)
      }
    }
    let numbers = runs.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    var places: [String] = []
    for rank in ranks where !places.contains(hosts[rank]) { places.append(hosts[rank]) }
    let shown = places.prefix(3).joined(separator: ", ") + (places.count > 3 ? ", …" : "")
    return "rank\(ranks.count == 1 ? "" : "s") \(numbers.joined(separator: ", ")) (\(shown))"
  }

  /// The texts of all ranks on all of them, in order.
  public func allGather(_ text: String) throws(MPIError) -> [String] {
    try allGatherVariable(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whose bits differ: compares arrays of numbers that all ranks should have the same of. Collective.
  ///
  /// - Parameter values: as many on every rank.
  /// - Returns: nil where all are equal; else the ranks that differ from most others, in words with
  ///   their hosts, and the first place where they do. Of two ranks nobody can tell which is right.
  public func firstDifference(
    in values: [UInt64]
  ) throws(MPIError) -> (ranks: String, index: Int)? {
    guard size > 1 else { return nil }
    var (least, greatest) = (values, values)
    try least.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try allReduceMin(buffer)
    }
    try greatest.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try allReduceMax(buffer)
    }
    guard let index = values.indices.first(where: { least[$0] != greatest[$0] }) else { return nil }
    let all = try allGather(values[index])
    let hosts = try allGather(Self.hostName)
    let common = all.max { a, b in all.count { $0 == a } < all.count { $0 == b } }
    let isMajority = 2 * all.count { $0 == common } > size
    let odd = all.indices.filter { !isMajority || all[$0] != common }
    return (Self.naming(odd, hosts: hosts), index)
  }

  /// This machine, as its users call it.
  public static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown host" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
