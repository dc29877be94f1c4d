// swift-tools-version: 6.2
import PackageDescription

/// A target of a floor: `Sources/FLOOR/NAME`. Floors are listed below from the ground up, and a target
/// depends on its own floor and those beneath it.
func room(
  _ name: String, on floor: String, _ dependencies: [Target.Dependency] = [],
  exclude: [String] = [], resources: [Resource]? = nil, settings: [SwiftSetting]? = nil
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", exclude: exclude,
    resources: resources, swiftSettings: settings)
}

/// The same kernels for one processor family: `Sources/Compute/Vector/FAMILY` has a link to the shared
/// source and what differs. Inner loops only: bounds are checked once by their callers, and the
/// family is chosen at run time (`Kernels.VectorUnit`), so one binary runs on all of them.
func vectorKernels(_ family: String, architecture: String) -> Target {
  .target(
    name: "Vector\(family)", dependencies: ["CMemory", "VectorInterface"],
    path: "Sources/Compute/Vector/\(family)",
    swiftSettings: [.unsafeFlags(["-Ounchecked", "-wmo", "-Xcc", "-march=\(architecture)"])])
}

/// A C library: a module map, and static inlines for what Swift cannot import.
func library(_ name: String, pkgConfig: String? = nil, packages: [String]) -> Target {
  .systemLibrary(
    name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt(packages)])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"])
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let foundations: [Target] = [
  library("COpenMPI", pkgConfig: "mpi-c", packages: ["libopenmpi-dev", "openmpi-bin"]),
  library("COpenBLAS", pkgConfig: "openblas", packages: ["libopenblas-dev"]),
  library("CHDF5", pkgConfig: "hdf5", packages: ["libhdf5-dev"]),
  library("COpenSSL", pkgConfig: "libcrypto", packages: ["libssl-dev"]),
  .target(name: "CAllocationCounter", path: "Sources/C/CAllocationCounter"),
  .target(name: "CMemory", path: "Sources/C/CMemory"),
  .target(name: "CProcessor", path: "Sources/C/CProcessor"),
  .target(name: "CSignals", path: "Sources/C/CSignals"),
  .target(
    name: "CJPEG", path: "Sources/C/CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
  .target(
    name: "CPNG", path: "Sources/C/CPNG",
    linkerSettings: [.linkedLibrary("deflate"), .linkedLibrary("png16")]),

  room("Digests", on: "System", ["COpenSSL"]),
  room("Files", on: "System", ["CSignals", "Digests", systemPackage]),
  room("Processes", on: "System", ["CSignals", "Files"]),
  room("HDF5", on: "System", ["CHDF5", "Digests", "Files"]),
  room("Imaging", on: "System", ["CJPEG", "CPNG", "Files"]),
  room("RankWatch", on: "System", ["CAllocationCounter", "Files"]),
  room("Safetensors", on: "System", ["Files"]),
  room("MPI", on: "System", ["CAllocationCounter", "COpenMPI", "Files", "RankWatch"]),
]

let arithmetic: [Target] = [
  room("ElementaryFunctions", on: "Compute"),
  room("RandomNumbers", on: "Compute"),
  room("Tensors", on: "Compute"),
  .target(name: "VectorInterface", path: "Sources/Compute/Vector/Interface"),
  vectorKernels("AVX2", architecture: "x86-64-v3"),
  vectorKernels("AVX512", architecture: "x86-64-v4"),
  room(
    "Kernels", on: "Compute",
    [
      "CAllocationCounter", "COpenBLAS", "CProcessor", "ElementaryFunctions", "Tensors",
      "VectorAVX2",
      "VectorAVX512", "VectorInterface",
    ]),

  room(
    "Network", on: "Model", ["Kernels", "RandomNumbers", "Tensors", "VectorInterface"]),
  room("Methods", on: "Model", ["RandomNumbers"]),
  room(
    "Learning", on: "Model",
    [
      "ElementaryFunctions", "Imaging", "Kernels", "Methods", "Network", "RandomNumbers", "Tensors",
      "VectorInterface",
    ]),
]

let records: [Target] = [
  room(
    "Datasets", on: "Data",
    ["Digests", "Files", "HDF5", "Imaging", "RandomNumbers"]),
  room(
    "Phantoms", on: "Data",
    ["Datasets", "Digests", "ElementaryFunctions", "Files", "Imaging", "RandomNumbers"]),
  room(
    "Checks", on: "Data",
    ["Datasets", "Digests", "ElementaryFunctions", "Files", "Imaging"]),
  room("Metrics", on: "Data", ["Files", "Imaging", "RandomNumbers"]),

  room("EventFiles", on: "Runs", ["Files", protobuf], exclude: ["events.proto"]),
  room("ONNX", on: "Runs", ["Network", protobuf], exclude: ["onnx.proto"]),
  room("Settings", on: "Runs", ["Datasets", "Files", "Imaging", "Kernels", "Methods", yams]),
  room("Telemetry", on: "Runs", ["Files", logging, systemPackage]),
  room(
    "Runs", on: "Runs",
    [
      "Datasets", "Digests", "EventFiles", "Files", "HDF5", "Imaging", "Learning", "Methods",
      "Metrics", "Network", "Safetensors", "Settings", "Telemetry", "Tensors",
    ]),
  room(
    "Watching", on: "Runs",
    ["Files", "Methods", "Metrics", "Runs", "Settings", "Studies", "Telemetry"]),

  room(
    "Studies", on: "Runs", ["Files", "Methods", "Metrics", "Runs", "Settings", yams]),

  .target(
    name: "Report",
    dependencies: [
      "Checks", "Datasets", "Files", "Imaging", "Metrics", "Runs", "Settings", "Studies",
      "Telemetry",
    ]),
]

let programs: [Target] = [
  room(
    "Jobs", on: "Training",
    [
      "Datasets", "Digests", "Files", "HDF5", "Imaging", "Kernels", "Learning", "MPI", "Network",
      "Phantoms", "RandomNumbers", "RankWatch", "Runs", "Settings", "Tensors", "VectorInterface",
    ]),
  room(
    "Inference", on: "Training",
    [
      "Datasets", "ElementaryFunctions", "Files", "HDF5", "Imaging", "Jobs", "Kernels", "MPI",
      "Metrics", "Network", "ONNX", "Runs", "Safetensors", "Settings", "Telemetry",
      "VectorInterface",
    ]),
  room(
    "Training", on: "Training",
    [
      "Checks", "Datasets", "Digests", "ElementaryFunctions", "EventFiles", "Files", "HDF5",
      "Imaging",
      "Inference", "Jobs", "Kernels", "Learning", "MPI", "Methods", "Metrics", "Network",
      "RandomNumbers", "RankWatch", "Report", "Runs", "Settings", "Telemetry", "Tensors",
      "VectorInterface",
    ]),
  room(
    "Benchmarks", on: "Training",
    [
      "Files", "Jobs", "Kernels", "Learning", "MPI", "Methods", "Network", "RandomNumbers",
      "Settings", "Telemetry", "Tensors", "Training",
    ]),
  room(
    "StudyQueue", on: "Training",
    [
      "Benchmarks", "Files", "Jobs", "Metrics", "Processes", "Runs", "Settings", "Studies",
      "Telemetry", "Training",
    ]),
  room(
    "SelfTest", on: "Training",
    [
      "Datasets", "Digests", "Files", "Imaging", "Inference", "Jobs", "Kernels", "MPI", "Network",
      "Phantoms", "Runs", "Settings", "Telemetry", "Training",
    ], resources: [.embedInCode("known-answers.txt")]),
  room(
    "Scaling", on: "Training",
    [
      "Benchmarks", "Files", "Imaging", "Jobs", "Kernels", "Learning", "MPI", "Methods", "Network",
      "RandomNumbers", "Settings", "Tensors", "Training",
    ]),
  room(
    "Doctor", on: "Training",
    [
      "Files", "Jobs", "Kernels", "MPI", "Methods", "Network", "SelfTest", "Settings", "Telemetry",
      "Training",
    ]),

  .executableTarget(
    name: "switch-dist",
    dependencies: [
      arguments, "Benchmarks", "Checks", "Datasets", "Doctor", "Files", "Imaging", "Inference",
      "Jobs", "Kernels", "Learning", "MPI", "Metrics", "Network", "Phantoms", "RankWatch", "Report",
      "Runs", "Safetensors", "Scaling", "SelfTest", "Settings", "Studies", "StudyQueue",
      "Telemetry",
      "Training", "Watching",
    ]),
]

// Suites that compare with values of the published code have Golden in their name.
let testing: [Target] = [
  .target(name: "TestSupport", dependencies: ["HDF5", "Network"], path: "Tests/TestSupport"),
  .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
  .target(name: "LockFaults", path: "Tests/LockFaults"),
  .target(name: "SystemFaults", path: "Tests/SystemFaults"),
  .target(name: "ExchangeDelays", dependencies: ["COpenMPI"], path: "Tests/ExchangeDelays"),
  .executableTarget(name: "mpi-selftest", dependencies: ["MPI"], path: "Tests/MPISelfTest"),
  .executableTarget(
    name: "replica-fault", dependencies: ["Network", "Settings", "Training"],
    path: "Tests/ReplicaFault"),
  tests(
    "FoundationTests",
    ["Digests", "ElementaryFunctions", "Files", "Processes", "RandomNumbers", "Tensors"]),
  tests("HDF5Tests", ["Digests", "Files", "HDF5"]),
  tests("SafetensorsTests", ["Files", "RandomNumbers", "Safetensors"]),
  tests("MPITests", ["MPI", "RankWatch", "mpi-selftest"]),
  tests("ImagingTests", ["Digests", "Imaging"]),
  tests(
    "NetworkTests",
    ["Kernels", "Learning", "Methods", "Network", "RandomNumbers", "Tensors", "VectorInterface"]),
  tests(
    "DatasetsTests",
    ["Checks", "Datasets", "Files", "HDF5", "Imaging", "Phantoms", "RandomNumbers", "switch-dist"]),
  tests("MetricsTests", ["Metrics"]),
  tests("EventFilesTests", ["EventFiles", "Files"]),
  tests("TelemetryTests", [logging, "Files", "Runs", "Telemetry"]),
  tests("StudiesTests", ["Runs", "Settings", "Studies"]),
  tests("WatchingTests", ["Files", "RandomNumbers", "Studies", "Telemetry", "Watching"]),
  tests("ReportTests", ["Files", "Metrics", "Report", "Runs", "Studies"]),
  tests(
    "TrainingTests",
    [
      "Benchmarks", "Datasets", "Files", "HDF5", "Imaging", "Inference", "Jobs", "Kernels",
      "Learning", "Methods", "Network", "Runs", "Scaling", "Settings", "Training", "switch-dist",
    ]),
  tests(
    "EndToEndTests",
    [
      "CHDF5", "Digests", "HDF5", "Imaging", "Jobs", "Kernels", "Metrics", "Network",
      "RandomNumbers",
      "Runs",
      "SelfTest", "Settings", "Training", "replica-fault", "switch-dist",
    ]),
]

let package = Package(
  name: "switch-dist",
  products: [
    .executable(name: "switch-dist", targets: ["switch-dist"]),
    // Preloaded by tests that count heap allocations; the program leaves malloc alone.
    .library(name: "AllocationCounter", type: .dynamic, targets: ["AllocationCounter"]),
    // Preloaded by tests to take away locks and links, as cluster file systems do.
    .library(name: "LockFaults", type: .dynamic, targets: ["LockFaults"]),
    .library(name: "SystemFaults", type: .dynamic, targets: ["SystemFaults"]),
    // Preloaded by tests to make exchanges last as long as over a network.
    .library(name: "ExchangeDelays", type: .dynamic, targets: ["ExchangeDelays"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
  ],
  targets: foundations + arithmetic + records + programs + testing,
  swiftLanguageModes: [.v6]
)
