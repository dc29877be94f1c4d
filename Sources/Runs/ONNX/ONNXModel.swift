internal import FoundationEssentials
import Network
internal import SwiftProtobuf

/// A network as an ONNX model (onnx.ai): as it segments, with running statistics and without dropout. Its
/// weights keep their published names, its nodes those of their layers.
///
/// Input `image`, float32 [N, 1, S, S], gray values from 0 to 1; output `logits`, float32 [N, 2, S, S], of
/// background and lesion; N is free. The same weights and descriptions give the same bytes.
package struct ONNXModel {
  /// Of the operators. `Resize` with aligned corners is there from 11 on; 13 is read by every runtime since
  /// the end of 2020.
  package static let operatorSet = 13
  /// Of the format, the one that came with this operator set.
  private static let formatVersion: Int64 = 7

  /// The serialized model.
  package let bytes: [UInt8]

  /// - Parameters:
  ///   - hasProjector: whether the projector's `features`, float32 [N, 16, S/4, S/4], are a second output.
  ///   - description: what it is, in words.
  ///   - metadata: in this order.
  package init(
    _ network: UNet, _ model: ModelState, hasProjector: Bool, producer: String, version: String,
    description: String, metadata: [(key: String, value: String)]
  ) throws {
    var message = ONNXModelProto()
    message.irVersion = Self.formatVersion
    message.producerName = producer
    message.producerVersion = version
    message.docString = description
    message.graph = ONNXGraph(network.graph, model, hasProjector: hasProjector).message
    message.opsetImport = [
      .with {
        $0.domain = ""
        $0.version = Int64(Self.operatorSet)
      }
    ]
    message.metadataProps = metadata.map { entry in
      .with {
        $0.key = entry.key
        $0.value = entry.value
      }
    }
    bytes = try message.serializedBytes()
  }
}
