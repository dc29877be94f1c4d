/// What ranks tell each other beside MPI: one kind of message, of `byteCount` bytes.
package struct WatchMessage: Equatable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// Says what a rank is at, once a second.
    case state
    /// The rank ends in order, or has said itself why not.
    case farewell
    /// The job is ended.
    case end
  }

  package static let byteCount = 40

  /// Of the job, so that strangers are not listened to.
  package var token: UInt64
  var kind: Kind
  var rank: Int
  var state: RankState

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    append(token)
    append(kind.rawValue)
    append(state.place.rawValue)
    append(UInt8(state.waits ? 1 : 0))
    append(UInt8(0))
    append(UInt32(truncatingIfNeeded: rank))
    append(Int64(state.iteration))
    append(Int64(state.exchange))
    append(Int64(state.work))
    return bytes
  }

  package init(token: UInt64, kind: Kind, rank: Int, state: RankState) {
    self.token = token
    self.kind = kind
    self.rank = rank
    self.state = state
  }

  /// - Returns: nil for anything but a message of this job.
  package init?(_ bytes: ArraySlice<UInt8>, token: UInt64) {
    func value<Value: FixedWidthInteger>(at offset: Int) -> Value {
      var value: Value = 0
      for index in (0..<Value.bitWidth / 8).reversed() {
        value = value << 8 | Value(bytes[bytes.startIndex + offset + index])
      }
      return value
    }
    guard bytes.count == Self.byteCount, value(at: 0) == token,
      let kind = Kind(rawValue: bytes[bytes.startIndex + 8]),
      let place = RankPlace(rawValue: bytes[bytes.startIndex + 9])
    else { return nil }
    self.token = token
    self.kind = kind
    let rank: UInt32 = value(at: 12)
    self.rank = Int(rank)
    let (iteration, exchange, work): (UInt64, UInt64, UInt64) =
      (value(at: 16), value(at: 24), value(at: 32))
    state = RankState(
      place: place, iteration: Int(truncatingIfNeeded: iteration),
      exchange: Int(truncatingIfNeeded: exchange), waits: bytes[bytes.startIndex + 10] == 1,
      work: Int(truncatingIfNeeded: work))
  }
}
