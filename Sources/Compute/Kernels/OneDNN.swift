internal import CAllocationCounter
internal import COneDNN

/// Calls a oneDNN function and turns its status into an error that names the call.
func checked(_ call: String, _ status: dnnl_status_t) throws(KernelError) {
  guard status == dnnl_success else {
    let text = dnnl_status2str(status).map { String(cString: $0) } ?? "unknown status"
    throw KernelError("oneDNN: \(call) failed: \(text)")
  }
}

/// The CPU engine, with a stream for each worker.
final class OneDNNEngine {
  let handle: dnnl_engine_t
  let streams: [dnnl_stream_t]

  init(workers: Int) throws(KernelError) {
    var engine: dnnl_engine_t?
    try checked("dnnl_engine_create", dnnl_engine_create(&engine, dnnl_cpu, 0))
    guard let engine else { throw KernelError("oneDNN: no CPU engine") }
    handle = engine
    var streams: [dnnl_stream_t] = []
    for _ in 0..<workers {
      var stream: dnnl_stream_t?
      let flags = UInt32(dnnl_stream_default_flags.rawValue)
      try checked(
        "dnnl_stream_create", dnnl_stream_create(&stream, engine, flags))
      if let stream { streams.append(stream) }
    }
    self.streams = streams
  }

  deinit {
    for stream in streams { dnnl_stream_destroy(stream) }
    dnnl_engine_destroy(handle)
  }
}

/// A primitive with the memory descriptors of its arguments and, for each worker, the memory
/// objects that carry the pointers.
final class OneDNNPrimitive {
  private let descriptor: dnnl_primitive_desc_t
  private let primitive: dnnl_primitive_t
  private let engine: OneDNNEngine
  private let argumentKinds: [Int32]
  /// [worker][argument], scratchpad last.
  private var memories: [[dnnl_memory_t]] = []
  private(set) var scratchBytes = 0

  /// One argument of a primitive: DNNL_ARG_…, and how to ask for its memory descriptor.
  struct Argument {
    var kind: Int32
    var query: dnnl_query_t
    var index: Int32 = 0
  }

  /// - Parameter arguments: in the order of the pointers given to `execute`.
  init(
    engine: OneDNNEngine, descriptor: dnnl_primitive_desc_t, arguments: [Argument]
  ) throws(KernelError) {
    self.engine = engine
    self.descriptor = descriptor
    var primitive: dnnl_primitive_t?
    try checked("dnnl_primitive_create", dnnl_primitive_create(&primitive, descriptor))
    guard let primitive else { throw KernelError("oneDNN: no primitive") }
    self.primitive = primitive
    let all = arguments + [Argument(kind: DNNL_ARG_SCRATCHPAD, query: dnnl_query_scratchpad_md)]
    argumentKinds = all.map(\.kind)
    if let scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0) {
      scratchBytes = dnnl_memory_desc_get_size(scratch)
    }
    for _ in engine.streams {
      var row: [dnnl_memory_t] = []
      for argument in all {
        var memory: dnnl_memory_t?
        try checked(
          "dnnl_memory_create",
          dnnl_memory_create(
            &memory, dnnl_primitive_desc_query_md(descriptor, argument.query, argument.index),
            engine.handle, nil))
        if let memory { row.append(memory) }
      }
      memories.append(row)
    }
  }

  deinit {
    for row in memories { for memory in row { dnnl_memory_destroy(memory) } }
    dnnl_primitive_destroy(primitive)
    dnnl_primitive_desc_destroy(descriptor)
  }

  func memoryDescriptor(_ query: dnnl_query_t) throws(KernelError) -> dnnl_memory_desc_t {
    guard let found = dnnl_primitive_desc_query_md(descriptor, query, 0) else {
      throw KernelError("oneDNN: a primitive has no such memory descriptor")
    }
    return found.pointee
  }

  /// Runs on one worker. Shapes were fixed at planning, so a failure here is a broken promise of
  /// the library and stops the process.
  func execute(
    worker: Int, _ first: UnsafeMutableRawPointer, _ second: UnsafeMutableRawPointer,
    _ third: UnsafeMutableRawPointer, _ fourth: UnsafeMutableRawPointer?,
    scratch: UnsafeMutableRawPointer
  ) {
    let row = memories[worker]
    withUnsafeTemporaryAllocation(of: dnnl_exec_arg_t.self, capacity: 5) { arguments in
      var count = 0
      func add(_ pointer: UnsafeMutableRawPointer) {
        dnnl_memory_set_data_handle(row[count], pointer)
        arguments[count] = dnnl_exec_arg_t(arg: argumentKinds[count], memory: row[count])
        count += 1
      }
      add(first)
      add(second)
      add(third)
      if let fourth { add(fourth) }
      add(scratch)
      switch_dist_enter_library()
      let status = dnnl_primitive_execute(
        primitive, engine.streams[worker], Int32(count), arguments.baseAddress)
      switch_dist_leave_library()
      precondition(status == dnnl_success, "oneDNN: dnnl_primitive_execute failed")
    }
  }
}
