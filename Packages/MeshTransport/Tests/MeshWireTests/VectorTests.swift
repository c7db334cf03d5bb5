import Foundation
import MeshCrypto
import MeshWire
import NIOCore
import Testing

/// The published vectors: what another implementation reads too.
struct Vectors: Codable {
    struct Vector: Codable {
        var name: String
        var hex: String
    }

    var about: String
    var frames: [Vector]
    /// `hex` is the submission, `name` its id in hex.
    var submissionIDs: [Vector]

    static var current: Vectors {
        let submissions = WireLimits.envelopeSizes.prefix(3).map { Samples.submission($0) }
        return Vectors(
            about: "Mesh core protocol 1: frames with header (see PROTOCOL.md section 3); submissions with their ids.",
            frames: Samples.all.map { Vector(name: $0.name, hex: hex($0.frame.encoded())) },
            submissionIDs: submissions.map {
                let frame = Frame.ephemeral($0).encoded()
                return Vector(name: $0.id.description, hex: hex(frame.getSlice(at: 4, length: $0.encodedSize)!))
            })
    }

    static func hex(_ buffer: ByteBuffer) -> String {
        buffer.readableBytesView.map { String(format: "%02x", $0) }.joined()
    }
}

@Suite("Vectors")
struct VectorTests {
    @Test("the published vectors are what this code writes and reads")
    func published() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/vectors.json")
        if ProcessInfo.processInfo.environment["MESH_WRITE_VECTORS"] != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(Vectors.current).write(to: file)
        }
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        #expect(vectors.frames.map(\.name) == Samples.all.map(\.name))
        for (vector, sample) in zip(vectors.frames, Samples.all) {
            #expect(Vectors.hex(sample.frame.encoded()) == vector.hex, "\(vector.name)")
            let bytes = stride(from: 0, to: vector.hex.utf8.count, by: 2).map { offset in
                let start = vector.hex.index(vector.hex.startIndex, offsetBy: offset)
                return UInt8(vector.hex[start...vector.hex.index(after: start)], radix: 16)!
            }
            #expect(try FrameDecoder.decode(ByteBuffer(bytes: bytes)) == [sample.frame], "\(vector.name)")
        }
        #expect(vectors.submissionIDs.map(\.name) == Vectors.current.submissionIDs.map(\.name))
        #expect(vectors.submissionIDs.map(\.hex) == Vectors.current.submissionIDs.map(\.hex))
    }
}
