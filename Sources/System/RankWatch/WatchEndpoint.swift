/// Where rank 0's watch is found: addresses, port, and the token of the job.
public final class WatchEndpoint {
  let listener: WatchSocket?
  let addresses: [String]
  let port: UInt16
  let token: UInt64

  /// On rank 0.
  /// Where the system allows no listening, each rank only knows of itself.
  /// - Parameter hosts: of all ranks.
  public init(hosts: [String]) {
    let onlyHere = Set(hosts).count == 1
    let listener = hosts.count > 1 ? WatchSocket.listening(onlyHere: onlyHere) : nil
    port = listener?.port ?? 0
    self.listener = listener
    addresses = onlyHere ? ["127.0.0.1", "::1"] : SocketAddress.ofThisHost
    token = UInt64.random(in: .min ... .max)
  }

  /// On the other ranks.
  /// - Parameter text: rank 0's `text`.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count >= 2, let token = UInt64(words[0]), let port = UInt16(words[1]) else {
      return nil
    }
    listener = nil
    self.token = token
    self.port = port
    addresses = words.dropFirst(2).map(String.init)
  }

  /// What the other ranks make theirs of.
  public var text: String { "\(token) \(port) " + addresses.joined(separator: " ") }
}
