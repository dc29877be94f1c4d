/// Work that threads share out item by item: made once, run often, without an allocation.
public final class WorkerTask {
  let body: (_ worker: Int, _ item: Int) -> Void

  public init(_ body: @escaping (_ worker: Int, _ item: Int) -> Void) { self.body = body }
}
