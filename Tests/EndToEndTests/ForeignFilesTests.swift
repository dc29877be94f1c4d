import Glibc
import HDF5
import TestSupport
import Testing

/// HDF5 files that other programs made to ask more of a reader than they hold, or to lead it elsewhere, are
/// refused in a line, soon, and without a byte of what they point to.
@Suite struct ForeignFilesTests {
  /// One file a kind, each with the weights' first array made so.
  private static let script = """
    import h5py, numpy, sys, os
    os.chdir(sys.argv[1])
    name = "student/encoder.in_conv.conv_conv.0.weight"
    secret = "secret.raw"
    open(secret, "wb").write(b"\\x3f" * 4096)
    with h5py.File("other.h5", "w") as f: f["x"] = numpy.ones((16, 1, 3, 3), "f4")
    with h5py.File("external-link.h5", "w") as f: f[name] = h5py.ExternalLink("other.h5", "/x")
    with h5py.File("external-storage.h5", "w") as f:
        f.create_dataset(name, (16, 1, 3, 3), "f4", external=[(secret, 0, 576)])
    with h5py.File("virtual.h5", "w") as f:
        layout = h5py.VirtualLayout((16, 1, 3, 3), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", (16, 1, 3, 3))
        f.create_virtual_dataset(name, layout)
    with h5py.File("compressed.h5", "w") as f:
        d = f.create_dataset(name, (16, 1 << 26), "f4", chunks=(1, 1 << 26), compression="gzip")
        d[0] = 0
    with h5py.File("never-written.h5", "w") as f: f.create_dataset(name, (1 << 40,), "f4", chunks=(1 << 20,))
    with h5py.File("texts.h5", "w") as f:
        f.attrs.create("notes", ["x" * 4000] * 8, dtype=h5py.string_dtype())
        f.create_dataset("names", (1 << 28,), h5py.string_dtype(), chunks=(1 << 16,))
    with h5py.File("soft-link.h5", "w") as f: f[name] = h5py.SoftLink("/nowhere")
    """

  private static let kinds = [
    "external-link", "external-storage", "virtual", "compressed", "never-written", "texts",
    "soft-link",
  ]

  @Test(
    .enabled(if: TestPython.isProvided, "SWITCH_TEST_PYTHON is not set, as launch/test does"))
  func filesThatLeadElsewhereAreRefused() throws {
    let workspace = try Workspace()
    _ = try TestPython.run(Self.script, workspace.folder.path)
    for kind in Self.kinds {
      let file = "\(kind).h5"
      try workspace.expectRefusal(["inspect", file], says: file)
      try workspace.expectRefusal(
        [
          "predict", "--weights", file, "--input", "set/images", "--output", "o", "--img-size",
          "64",
        ],
        says: file)
    }
  }

  /// Whoever opens a FIFO waits for somebody to write into it.
  @Test func whatIsNoFileIsRefused() throws {
    let workspace = try Workspace()
    try #require(mkfifo(workspace.folder.file("fifo"), 0o644) == 0)
    let predict = ["predict", "--input", "set/images", "--output", "o", "--img-size", "64"]
    for arguments in [
      ["--config", "fifo"], ["--init", "fifo"] + Workspace.setting, ["--dataset", "./fifo"],
      ["inspect", "fifo"], predict + ["--weights", "fifo"],
    ] {
      try workspace.expectRefusal(arguments, says: "fifo: ")
    }
    #expect(!workspace.folder.exists("o"))
  }

  /// By the system's lock, by HDF5's flag in the file, and what a writer that was killed leaves.
  @Test func aFileInUseSaysWhoHasIt() throws {
    let workspace = try Workspace()
    let conversion = try workspace.run(
      ["convert", "--input", "./set", "--output", "set.h5", "--image-size", "64"])
    try #require(conversion.exitCode == 0, "\(conversion.output)")
    let locks: [String: String?] = ["HDF5_USE_FILE_LOCKING": "TRUE"]

    let descriptor = open(workspace.folder.file("set.h5"), O_RDWR)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    let locked = try workspace.run(["inspect", "set.h5"], environment: locks)
    #expect(locked.exitCode == EX_TEMPFAIL, "\(locked.output)")
    let owner = "set.h5: cannot be opened: process \(getpid()) ("
    #expect(locked.standardError.contains(owner), "\(locked.output)")
    #expect(locked.standardError.contains(") on "), "\(locked.output)")
    #expect(locked.standardError.contains(" since 2"), "\(locked.output)")
    close(descriptor)

    let file = try HDF5File.open(workspace.folder.file("set.h5"), writable: true)
    let flagged = try workspace.run(["inspect", "set.h5"])
    #expect(flagged.exitCode == EX_TEMPFAIL, "\(flagged.output)")
    #expect(flagged.standardError.contains("h5clear -s"), "\(flagged.output)")
    try file.close()
    #expect(try workspace.run(["inspect", "set.h5"], environment: locks).exitCode == 0)
  }
}
