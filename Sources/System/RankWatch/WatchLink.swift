/// A connection to another rank's watch.
final class WatchLink {
  let socket: WatchSocket
  /// When it was made.
  let begun: Duration
  /// The other rank, once it has said so.
  var rank: Int?
  private var inbox: [UInt8] = []
  /// What of the last message has not gone out yet.
  private var outbox: [UInt8] = []

  init(_ socket: WatchSocket, at begun: Duration) {
    self.socket = socket
    self.begun = begun
  }

  /// Sends a message, or leaves it out where the other side does not read.
  func send(_ message: WatchMessage) {
    if !outbox.isEmpty { socket.send(from: &outbox) }
    guard outbox.isEmpty else { return }
    outbox = message.bytes
    socket.send(from: &outbox)
    if outbox.count == WatchMessage.byteCount { outbox = [] }
  }

  /// The messages that have come, in order, and how the connection is then. What is no message of this
  /// job closes it.
  func receive(token: UInt64) -> (messages: [WatchMessage], outcome: WatchSocket.Outcome) {
    var outcome = WatchSocket.Outcome.done
    while outcome == .done { outcome = socket.receive(into: &inbox) }
    var messages: [WatchMessage] = []
    while inbox.count >= WatchMessage.byteCount {
      guard let message = WatchMessage(inbox.prefix(WatchMessage.byteCount), token: token) else {
        return (messages, .closed)
      }
      messages.append(message)
      inbox.removeFirst(WatchMessage.byteCount)
    }
    return (messages, outcome)
  }
}
