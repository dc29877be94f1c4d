internal import Glibc

/// A TCP socket that never blocks, closed with its last reference.
final class WatchSocket {
  let descriptor: Int32

  private init(adopting descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Listens at a port that the system chooses.
  ///
  /// - Parameter onlyHere: whether only this host's own address is listened at.
  /// - Returns: nil where the system allows none.
  static func listening(onlyHere: Bool) -> WatchSocket? {
    for address in onlyHere ? ["127.0.0.1", "::1"] : ["::", "0.0.0.0"] {
      guard let target = SocketAddress(address, port: 0) else { continue }
      let descriptor = socket(target.family, streamKind, 0)
      guard descriptor >= 0 else { continue }
      let result = WatchSocket(adopting: descriptor)
      // "::" hears both families, "0.0.0.0" one.
      result.set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0)
      let isBound = target.withPointer { bind(descriptor, $0, $1) == 0 }
      if isBound && listen(descriptor, 128) == 0 { return result }
    }
    return nil
  }

  /// The one that it is bound to.
  var port: UInt16? { SocketAddress.port(of: descriptor) }

  /// Begins to connect; see `isConnected`.
  static func connecting(to address: String, port: UInt16) -> WatchSocket? {
    guard let target = SocketAddress(address, port: port) else { return nil }
    let descriptor = socket(target.family, streamKind, 0)
    guard descriptor >= 0 else { return nil }
    let result = WatchSocket(adopting: descriptor)
    let code = target.withPointer { connect(descriptor, $0, $1) }
    guard code == 0 || errno == EINPROGRESS else { return nil }
    return result
  }

  /// Who has connected, if anybody has.
  func accepted() -> WatchSocket? {
    let peer = accept(descriptor, nil, nil)
    return peer >= 0 ? WatchSocket(adopting: peer) : nil
  }

  /// Lets the connection fail where the other host has answered nothing for this long.
  func failsUnanswered(after time: Duration) {
    let milliseconds = Int32(clamping: Int(time / .milliseconds(1)))
    set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, max(1, milliseconds))
    set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  /// What `receive` met.
  enum Outcome: Equatable {
    case done
    case nothingYet
    case closed
    /// The host behind the connection does not answer.
    case unreachable
  }

  /// Appends what has come.
  func receive(into bytes: inout [UInt8]) -> Outcome {
    var block = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &block, block.count, 0)
    if count > 0 { bytes.append(contentsOf: block[..<count]) }
    return count > 0 ? .done : count == 0 ? .closed : Self.outcome(errno)
  }

  /// Takes from the front of `bytes` what goes out at once. A connection that has ended shows itself
  /// in `receive`.
  func send(from bytes: inout [UInt8]) {
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if count > 0 { bytes.removeFirst(count) }
  }

  private static func outcome(_ code: Int32) -> Outcome {
    switch code {
    case EAGAIN, EINTR, EINPROGRESS, ENOTCONN: .nothingYet
    case ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN: .unreachable
    default: .closed
    }
  }

  private static var streamKind: Int32 { Int32(SOCK_STREAM.rawValue) }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }
}
