// swift-tools-version: 6.2
import PackageDescription

/// Inner loops only: bounds are checked once by their callers, and the processor family is
/// chosen at run time (`Kernels.VectorUnit`), so one binary runs with and without AVX-512.
func vectorSettings(_ architecture: String) -> [SwiftSetting] {
  [.unsafeFlags(["-Ounchecked", "-wmo", "-Xcc", "-march=\(architecture)"])]
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "switch-dist",
  products: [
    .executable(name: "switch-dist", targets: ["switch-dist"]),
    // Preloaded by tests that count heap allocations; the program leaves malloc alone.
    .library(name: "AllocationCounter", type: .dynamic, targets: ["AllocationCounter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // C libraries: a module map and static inlines for what Swift cannot import.
    .systemLibrary(
      name: "COpenMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev", "openmpi-bin"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .target(name: "CAllocationCounter"),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),

    // Foundations.
    .target(name: "Digests"),
    .target(name: "Tensors"),
    .target(name: "ElementaryFunctions"),
    .target(name: "RandomNumbers"),
    .target(name: "MPI", dependencies: ["CAllocationCounter", "COpenMPI"]),
    .target(name: "HDF5", dependencies: ["CHDF5"]),
    .target(name: "Imaging", dependencies: ["CPNG"]),

    // Arithmetic. The two vector modules hold the same source, compiled for two processor families.
    .target(name: "VectorInterface"),
    .target(
      name: "VectorAVX512", dependencies: ["VectorInterface"],
      swiftSettings: vectorSettings("x86-64-v4")),
    .target(
      name: "VectorAVX2", dependencies: ["VectorInterface"],
      swiftSettings: vectorSettings("x86-64-v3")),
    .target(
      name: "Kernels",
      dependencies: [
        "CAllocationCounter", "COneDNN", "COpenBLAS", "ElementaryFunctions", "RandomNumbers",
        "Tensors", "VectorAVX2",
        "VectorAVX512",
        "VectorInterface",
      ], exclude: ["PERFORMANCE.md"]),
    .target(
      name: "Network", dependencies: ["Kernels", "RandomNumbers", "Tensors", "VectorInterface"]),
    .target(
      name: "Learning",
      dependencies: [
        "ElementaryFunctions", "Kernels", "Network", "RandomNumbers", "Tensors", "VectorInterface",
      ]),

    // Data and measures.
    .target(
      name: "Datasets",
      dependencies: ["Digests", "ElementaryFunctions", "HDF5", "Imaging", "RandomNumbers"]),
    .target(name: "Metrics", dependencies: ["Imaging", "RandomNumbers"]),

    // The method and its runs.
    .target(
      name: "Methods",
      dependencies: [
        "Imaging", "Kernels", "Learning", "Network", "RandomNumbers", "Tensors", "VectorInterface",
      ]),
    .target(name: "EventFiles", dependencies: [protobuf], exclude: ["events.proto"]),
    .target(name: "Telemetry", dependencies: [logging]),
    .target(name: "Report", dependencies: ["Metrics", "Telemetry"]),
    .target(
      name: "Training",
      dependencies: [
        "Datasets", "Digests", "ElementaryFunctions", "EventFiles", "HDF5", "Imaging", "Kernels",
        "Learning", "Methods", "Metrics", "MPI", "Network", "RandomNumbers", "Report", "Telemetry",
        "Tensors", "VectorInterface",
      ], resources: [.embedInCode("SelfTest/known-answers.txt")]),
    .executableTarget(
      name: "switch-dist",
      dependencies: [
        arguments, yams, "Datasets", "HDF5", "Kernels", "Methods", "MPI", "Network", "Report",
        "Telemetry",
        "Training",
      ]),

    // Tests. Suites that compare with values of the published code have Golden in their name.
    .target(name: "TestSupport", dependencies: ["HDF5", "Network"], path: "Tests/TestSupport"),
    .testTarget(
      name: "FoundationTests",
      dependencies: ["Digests", "ElementaryFunctions", "RandomNumbers", "Tensors"]),
    .testTarget(name: "HDF5Tests", dependencies: ["HDF5", "TestSupport"]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .executableTarget(name: "mpi-selftest", dependencies: ["MPI"], path: "Tests/MPISelfTest"),
    .executableTarget(
      name: "replica-fault", dependencies: ["Network", "Training"], path: "Tests/ReplicaFault"),
    .testTarget(name: "MPITests", dependencies: ["MPI", "TestSupport", "mpi-selftest"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "TestSupport"]),
    .testTarget(name: "TelemetryTests", dependencies: [logging, "Telemetry"]),
    .testTarget(name: "EventFilesTests", dependencies: ["EventFiles", "TestSupport"]),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging", "TestSupport"]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: [
        "Datasets", "HDF5", "Imaging", "RandomNumbers", "TestSupport", "switch-dist",
      ]),
    .testTarget(
      name: "NetworkTests",
      dependencies: [
        "Kernels", "Learning", "Network", "RandomNumbers", "Tensors", "TestSupport",
        "VectorInterface",
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Datasets", "HDF5", "Kernels", "Learning", "Methods", "Network", "Training", "TestSupport",
        "switch-dist",
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Digests", "HDF5", "Imaging", "Network", "RandomNumbers", "TestSupport", "Training",
        "replica-fault", "switch-dist",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
