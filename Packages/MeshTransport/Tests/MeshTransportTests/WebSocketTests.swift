@testable import MeshTransport
import NIOCore
import Testing

@Suite("WebSocket frames") struct WebSocketTests {
    private func read(
        _ bytes: [UInt8], from sender: WebSocketEnd = .server, limit: Int = 65_535
    ) throws -> WebSocketHeader? {
        try bytes.withUnsafeBytes { try WebSocketHeader.read($0, from: sender, limit: limit) }
    }

    @Test("head, each form of length, is read; any start of it asks for more")
    func lengths() throws {
        let heads: [([UInt8], Int)] = [
            ([0x82, 0], 0), ([0x82, 125], 125), ([0x82, 126, 0, 126], 126), ([0x82, 126, 255, 255], 65_535),
        ]
        for (bytes, count) in heads {
            let head = try #require(try read(bytes))
            #expect(head == WebSocketHeader(kind: .binary, mask: nil, payloadCount: count, headerCount: bytes.count))
            for end in 0..<bytes.count { #expect(try read(Array(bytes[..<end])) == nil) }
        }
    }

    @Test("RFC 6455's masked example, is unmasked")
    func maskedExample() throws {
        var bytes: [UInt8] = [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        let head = try #require(try read(bytes, from: .client))
        #expect(head.kind == .pong && head.headerCount == 6 && head.payloadCount == 5)
        bytes.withUnsafeMutableBytes {
            WebSocketMask.apply(head.mask!, to: UnsafeMutableRawBufferPointer(rebasing: $0[6...]))
        }
        #expect(String(decoding: bytes[6...], as: UTF8.self) == "Hello")
    }

    @Test("whatever breaks the rules, is refused by name")
    func violations() {
        let cases: [([UInt8], WebSocketEnd, WebSocketViolation)] = [
            ([0x81, 5], .server, .text), ([0x01, 5], .server, .text), ([0x02, 5], .server, .fragmented),
            ([0x80, 5], .server, .fragmented), ([0x00, 5], .server, .fragmented), ([0x09, 0], .server, .fragmented),
            ([0xc2, 5], .server, .reservedBits(4)), ([0x92, 5], .server, .reservedBits(1)),
            ([0x83, 5], .server, .unknownOpcode(3)), ([0x8f, 5], .server, .unknownOpcode(15)),
            ([0x82, 0x85], .server, .masked), ([0x82, 5], .client, .unmasked),
            ([0x82, 126, 0, 125], .server, .lengthNotMinimal(125)),
            ([0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255], .server, .lengthNotMinimal(65_535)),
            ([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0], .server, .tooLong(got: 65_536, allowed: 65_535)),
            ([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255], .server, .tooLong(got: .max, allowed: 65_535)),
            ([0x89, 126, 0, 126], .server, .tooLong(got: 126, allowed: 125)),
        ]
        for (bytes, sender, violation) in cases {
            #expect(throws: violation) { try read(bytes, from: sender) }
        }
        #expect(throws: WebSocketViolation.tooLong(got: 513, allowed: 512)) {
            try read([0x82, 126, 2, 1], limit: 512)
        }
    }

    @Test("any two bytes and more, give a head, a wish for more or an error")
    func totality() {
        var generator = SystemRandomNumberGenerator()
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let rest = (0..<Int.random(in: 0...12, using: &generator)).map { _ in UInt8.random(in: 0...255) }
                for end in [WebSocketEnd.client, .server] {
                    let head = try? read([first, second] + rest, from: end)
                    if let head = head ?? nil { #expect(head.payloadCount <= 65_535 && head.headerCount <= 14) }
                }
            }
        }
    }

    @Test("close frame's code, is read; one byte alone is refused")
    func closeCodes() throws {
        #expect(try WebSocketCloseCode.read([]) == nil)
        #expect(try WebSocketCloseCode.read([3, 232, 65]) == 1_000)
        #expect(throws: WebSocketViolation.closeTruncated) { try WebSocketCloseCode.read([3]) }
    }

    @Test("written frames, both ends, are read back", arguments: [0, 1, 125])
    func control(_ count: Int) throws {
        let payload = (0..<count).map { UInt8($0) }
        for end in [WebSocketEnd.client, .server] {
            var buffer = ByteBuffer()
            WebSocketWriter(end: end).append(control: .ping, payload: payload, mask: 0x0102_0304, to: &buffer)
            var bytes = Array(buffer.readableBytesView)
            let head = try #require(try read(bytes, from: end))
            #expect(head.kind == .ping && head.frameCount == bytes.count)
            bytes.removeFirst(head.headerCount)
            if let mask = head.mask { bytes.withUnsafeMutableBytes { WebSocketMask.apply(mask, to: $0) } }
            #expect(bytes == payload)
        }
    }

    @Test("mask, all lengths and a copy, agrees with the plain definition")
    func mask() {
        for count in 0..<70 {
            let source = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let expected = source.enumerated().map { $1 ^ [0x44, 0x33, 0x22, 0x11][$0 & 3] }
            var target = [UInt8](repeating: 0, count: count)
            source.withUnsafeBytes { source in
                target.withUnsafeMutableBytes { WebSocketMask.copy(source, to: $0, applying: 0x1122_3344) }
            }
            #expect(target == expected)
        }
    }
}

@Suite("Whole frames in a link message") struct LinkFramingTests {
    private func check(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try LinkFramingError.check($0) }
    }

    @Test("message, whole frames, passes; none or a part is refused by name")
    func framing() throws {
        try check([1, 0, 0, 0])
        try check([1, 0, 0, 1, 9, 2, 0, 0, 0])
        #expect(throws: LinkFramingError.empty) { try check([]) }
        #expect(throws: LinkFramingError.truncated(left: 3)) { try check([1, 0, 0]) }
        #expect(throws: LinkFramingError.truncated(left: 4)) { try check([1, 0, 0, 1]) }
        #expect(throws: LinkFramingError.truncated(left: 5)) { try check([1, 0, 0, 0, 1, 0, 255, 255, 1]) }
    }
}
