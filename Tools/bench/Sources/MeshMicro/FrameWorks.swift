import MeshWire
import NIOCore

/// A link message of eight submits, taken apart.
struct DecodeWork: MicroWork {
    static let name = "frame-decode"
    static let count = 2_000
    private static let frames = 8
    private let message: ByteBuffer

    init() throws {
        var message = ByteBuffer()
        for number in 0..<Self.frames { try Samples.submit(number).write(into: &message) }
        self.message = message
    }

    mutating func run(_ count: Int) throws {
        for _ in 0..<(count / Self.frames) {
            var decoder = FrameDecoder(message)
            while try decoder.next() != nil {}
        }
    }
}

/// Submits, written into link messages of eight.
struct EncodeWork: MicroWork {
    static let name = "frame-encode"
    static let count = 2_000
    private static let frames = 8
    private let frame: Frame
    private var message = ByteBuffer()

    init() throws { frame = try Samples.submit(1) }

    mutating func run(_ count: Int) throws {
        for _ in 0..<(count / Self.frames) {
            message.clear()
            for _ in 0..<Self.frames { frame.write(into: &message) }
        }
    }
}
