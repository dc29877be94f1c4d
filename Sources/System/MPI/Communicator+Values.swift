// The collectives on arrays, single numbers and text.
extension Communicator {
  /// Copies the root's array to every rank; the counts must be equal.
  public func broadcast<Scalar: MPIScalar>(
    _ values: inout [Scalar], root: Int = 0
  ) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try broadcast(buffer, root: root)
    }
  }

  /// The root's number.
  public func broadcast<Scalar: MPIScalar>(
    _ value: Scalar, root: Int = 0
  ) throws(MPIError) -> Scalar {
    var values = [value]
    try broadcast(&values, root: root)
    return values[0]
  }

  /// The root's text; what the other ranks pass is ignored.
  public func broadcast(_ text: String, root: Int = 0) throws(MPIError) -> String {
    var bytes = rank == root ? Array(text.utf8) : []
    let count = try broadcast(Int64(bytes.count), root: root)
    if rank != root { bytes = [UInt8](repeating: 0, count: Int(count)) }
    try broadcast(&bytes, root: root)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Replaces each element by its sum over the ranks.
  public func allReduceSum<Scalar: MPIScalar>(_ values: inout [Scalar]) throws(MPIError) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try allReduceSum(buffer)
    }
  }

  /// The minimum over the ranks.
  public func allReduceMin<Scalar: MPIScalar>(_ value: Scalar) throws(MPIError) -> Scalar {
    var value = value
    try withUnsafeMutablePointer(to: &value) { (pointer) throws(MPIError) in
      try allReduceMin(UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return value
  }

  /// The maximum over the ranks.
  public func allReduceMax<Scalar: MPIScalar>(_ value: Scalar) throws(MPIError) -> Scalar {
    var value = value
    try withUnsafeMutablePointer(to: &value) { (pointer) throws(MPIError) in
      try allReduceMax(UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return value
  }

  /// The numbers of all ranks, in their order.
  public func allGather<Scalar: MPIScalar>(_ value: Scalar) throws(MPIError) -> [Scalar] {
    try allGather([value])
  }

  /// The arrays of all ranks, all of one length, one after the other.
  public func allGather<Scalar: MPIScalar>(_ values: [Scalar]) throws(MPIError) -> [Scalar] {
    guard let first = values.first else { return [] }
    var result = [Scalar](repeating: first, count: size * values.count)
    try values.withUnsafeBufferPointer { (input) throws(MPIError) in
      try result.withUnsafeMutableBufferPointer { (output) throws(MPIError) in
        try allGather(input, into: output)
      }
    }
    return result
  }

  /// The arrays of all ranks, which may differ in length.
  public func allGatherVariable<Scalar: MPIScalar & Numeric>(
    _ values: [Scalar]
  ) throws(MPIError) -> [[Scalar]] {
    let counts = try allGather(Int64(values.count)).map { Int($0) }
    var flat = [Scalar](repeating: 0, count: counts.reduce(0, +))
    try values.withUnsafeBufferPointer { (input) throws(MPIError) in
      try flat.withUnsafeMutableBufferPointer { (output) throws(MPIError) in
        try allGatherVariable(input, counts: counts, into: output)
      }
    }
    var result: [[Scalar]] = []
    var offset = 0
    for count in counts {
      result.append(Array(flat[offset..<offset + count]))
      offset += count
    }
    return result
  }

  /// The texts of all ranks, in their order.
  ///
  /// - Returns: `size` texts on the root, nil for a rank that has none; empty elsewhere.
  public func gather(_ text: String?, root: Int = 0) throws(MPIError) -> [String?] {
    _ = try checkedRoot(root, "MPI_Gather")
    let present = try allGather(UInt8(text == nil ? 0 : 1))
    let texts = try allGatherVariable(Array((text ?? "").utf8))
    guard rank == root else { return [] }
    return zip(present, texts).map { $0 == 1 ? String(decoding: $1, as: UTF8.self) : nil }
  }

  /// Does work that may fail on some ranks and lets all of them go on or stop together. Collective.
  ///
  /// A rank that throws before a collective would leave the others waiting in it. Here each says
  /// whether it failed, and all throw the same.
  ///
  /// - Throws: `SharedFailure` on every rank when `work` failed on any; `MPIError`.
  public func agree<Result>(_ work: () throws -> Result) throws -> Result {
    var message: String?
    var result: Result?
    do {
      result = try work()
    } catch {
      message = "\(error)"
    }
    if let failure = try firstFailure(message) { throw failure }
    guard let result else { throw SharedFailure(message: "no result", rank: rank, isCommon: true) }
    return result
  }

  /// What went wrong on the lowest rank that has a message, or nil when none has. Collective.
  public func firstFailure(_ message: String?) throws(MPIError) -> SharedFailure? {
    let failed = try allGather(UInt8(message == nil ? 0 : 1))
    guard let first = failed.firstIndex(of: 1) else { return nil }
    return SharedFailure(
      message: try broadcast(message ?? "", root: first), rank: first,
      isCommon: !failed.contains(0))
  }
}
