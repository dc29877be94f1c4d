import Kernels
import Network
import Tensors
import Glibc
func now() -> Double { var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9 }
let threads = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1])! : 2
let compute = try Compute(threads: threads)
let net = UNet(.init(imageSize: 256))
let model = ModelState(layout: net.graph.layout, seed: 1)
let teacher = ModelState(layout: net.graph.layout, seed: 1)
let runner = try NetworkRunner(compute: compute, network: net, mode: .training, capacity: 16, groups: 4)
let trunner = try NetworkRunner(compute: compute, network: net, mode: .batchStatistics, capacity: 8, groups: 2)
print("MB/image", runner.bytesPerImage >> 20, trunner.bytesPerImage >> 20, compute.unit)
let batch = ImageBatch(groups: (0..<16).map { $0 / 4 }, globalGroupSizes: [4,4,4,4], samples: (0..<16).map { UInt32($0) }, dropoutKey: .init(1,2), iteration: 3)
let tbatch = ImageBatch(groups: (0..<8).map { $0 / 4 }, globalGroupSizes: [4,4], samples: (0..<8).map { UInt32($0) }, dropoutKey: .init(1,2), iteration: 3)
for k in 0..<runner.inputs.count { runner.inputs.values[k] = Float((k &* 2654435761) & 255) / 255 }
for k in 0..<trunner.inputs.count { trunner.inputs.values[k] = Float((k &* 2654435761) & 255) / 255 }
for k in 0..<runner.logitGradients.count { runner.logitGradients.values[k] = Float((k &* 2654435761) & 255) / 255 * 1e-6 }
for k in 0..<runner.featureGradients.count { runner.featureGradients.values[k] = Float((k &* 2654435761) & 255) / 255 * 1e-6 }
for i in 0..<4 {
  let t0 = now()
  runner.load(model); trunner.load(teacher)
  let t1 = now()
  try trunner.forward(tbatch, model: teacher, projector: false) { _ in }
  let t2 = now()
  try runner.forward(batch, model: model, projector: true) { _ in }
  let t3 = now()
  try runner.backward(batch, featureImages: (0..<16).map { $0 < 8 }, projector: true) { _ in }
  let t4 = now()
  print(i, "load", t1-t0, "teacher", t2-t1, "student", t3-t2, "backward", t4-t3, "total", t4-t0, runner.takeOffender())
}

