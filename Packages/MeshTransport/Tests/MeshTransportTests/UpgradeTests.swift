import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import Testing

@Suite("HTTP upgrade") struct UpgradeTests {
    private func head(_ text: String) throws -> HTTPHead { try HTTPHead(parsing: Array(text.utf8)) }

    private let request = UpgradeRequest(offered: [1, 3], key: "dGhlIHNhbXBsZSBub25jZQ==")

    /// The request's head without its empty line, with a change.
    private func altered(_ old: String, _ new: String) -> String {
        let text = request.encoded(host: "example.org:7000")
        precondition(text.contains(old))
        return text.replacing(old, with: new).withoutEmptyLine
    }

    private func refusal(_ old: String, _ new: String) throws -> UpgradeRequestError? {
        let head = try head(altered(old, new))
        do {
            _ = try UpgradeRequest(head)
            return nil
        } catch { return error }
    }

    @Test("request, encoded and read, is the same")
    func requestRoundTrip() throws {
        let read = try UpgradeRequest(try head(request.encoded(host: "example.org:7000").withoutEmptyLine))
        #expect(read.offered == [1, 3] && read.key == request.key)
    }

    @Test("request, other spelling that HTTP allows, is taken")
    func spellings() throws {
        #expect(try refusal("Connection: Upgrade", "connection:keep-alive,  UPGRADE ") == nil)
        #expect(try refusal("Upgrade: websocket", "UPGRADE:WebSocket") == nil)
        #expect(try refusal("Sec-WebSocket-Protocol: mesh.1", "Sec-WebSocket-Protocol: other, mesh.1") == nil)
        #expect(try refusal("Mesh-Versions: 1,3", "Mesh-Versions: 1, 3\r\nX-Forwarded-For: 1.2.3.4") == nil)
    }

    @Test("request that is none for a link, is refused by name")
    func refusals() throws {
        #expect(try refusal("GET", "POST") == .method)
        #expect(try refusal("/mesh/1", "/") == .path)
        #expect(try refusal(" HTTP/1.1", " HTTP/1.0") == .startLine)
        #expect(try refusal("GET /mesh/1", "GET  /mesh/1") == .startLine)
        #expect(try refusal("Upgrade: websocket", "Upgrade: h2c") == .noUpgrade)
        #expect(try refusal("Connection: Upgrade", "Connection: close") == .noUpgrade)
        #expect(try refusal("Version: 13", "Version: 8") == .webSocketVersion)
        #expect(try refusal("mesh.1", "mqtt") == .subprotocol)
        #expect(try refusal("dGhlIHNhbXBsZSBub25jZQ==", "short") == .key)
        #expect(try refusal("Sec-WebSocket-Key", "Sec-WebSocket-Key: x\r\nSec-WebSocket-Key") == .key)
        for list in ["", "0", "1,1", "3,1", "256", "1,,2", "-1", "+1", "1;2", "1,x"] {
            #expect(try refusal("Versions: 1,3", "Versions: \(list)") == .versions, "\(list)")
        }
        let many = (1...17).map(String.init).joined(separator: ",")
        #expect(try refusal("Versions: 1,3", "Versions: \(many)") == .versions)
    }

    @Test("refusal, each error, is an HTTP answer with a text and a status")
    func refusalAnswers() throws {
        let errors: [(UpgradeRequestError, String)] = [
            (.head(.tooLong(got: 5_000, allowed: 4_096)), "431"), (.startLine, "400"), (.method, "405"),
            (.path, "404"), (.noUpgrade, "426"), (.noCommonVersion(offered: [2], supported: [1]), "426"),
            (.busy(.links(allowed: 5)), "503"),
        ]
        for (error, status) in errors {
            let text = UpgradeRefusal.encoded(error)
            #expect(text.hasPrefix("HTTP/1.1 \(status) "))
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
            let length = try head(String(parts[0])).value("Content-Length")
            #expect(length == String(parts[1].utf8.count), "\(error)")
        }
    }

    @Test("answer, encoded and read, is the same; RFC 6455's example key")
    func answerRoundTrip() throws {
        let parameters = try NetworkParameters(laboratory: false, nonce: .random())
        let text = UpgradeAnswer(version: 3, parameters: parameters).encoded(key: request.key)
        #expect(text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        let answer = try UpgradeAnswer(try head(text.withoutEmptyLine), to: request)
        #expect(answer.version == 3 && answer.parameters == parameters)
    }

    @Test("answer that is none of a node, is refused by name")
    func answerRefusals() throws {
        let parameters = try NetworkParameters(laboratory: false, nonce: .random())
        let answer = UpgradeAnswer(version: 1, parameters: parameters)
        let good = answer.encoded(key: request.key).withoutEmptyLine
        func refusal(_ old: String, _ new: String) throws -> UpgradeAnswerError? {
            precondition(good.contains(old))
            let head = try head(good.replacing(old, with: new))
            do {
                _ = try UpgradeAnswer(head, to: request)
                return nil
            } catch { return error }
        }
        #expect(try refusal("101 Switching Protocols", "404 Not Found") == .refused(status: 404))
        #expect(try refusal("HTTP/1.1 101", "SSH-2.0") == .startLine)
        #expect(try refusal("Upgrade: websocket", "Upgrade: h2c") == .noUpgrade)
        #expect(try refusal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "AAAA") == .accept)
        #expect(try refusal("mesh.1", "mesh.2") == .subprotocol)
        #expect(try refusal("Mesh-Version: 1", "Sec-WebSocket-Extensions: x\r\nMesh-Version: 1") == .extensions)
        #expect(try refusal("Mesh-Version: 1", "Mesh-Version: x") == .noVersion)
        #expect(try refusal("Mesh-Version: 1", "Mesh-Version: 2") == .version(got: 2, offered: [1, 3]))
        #expect(try refusal(answer.networkHex, "xyz") == .noNetwork)
        #expect(try refusal(answer.networkHex, "00") == .network(.length(got: 1, allowed: 24)))
    }

    @Test("prologue, parts behind their lengths, is what PROTOCOL.md says")
    func prologue() {
        let network = NetworkID(Bytes32(repeatElement(0xab, count: 32))!)
        let prologue = LinkProtocol.prologue(network: network, offered: [1, 12], chosen: 12)
        var expected: [UInt8] = [0, 11] + Array("mesh.link.1".utf8)
        expected += [0, 32] + [UInt8](repeating: 0xab, count: 32)
        expected += [0, 7] + Array("/mesh/1".utf8) + [0, 4] + Array("1,12".utf8) + [0, 2] + Array("12".utf8)
        #expect(prologue == expected)
    }

    @Test("SHA-1, examples of RFC 3174 and all lengths around a block, are right")
    func sha1() {
        func hex(_ text: String) -> String { SHA1.hash(Array(text.utf8)).map { Hex($0) }.joined() }
        #expect(hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(
            hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "84983e441c3bd26ebaae4aa1f95129e5e54670f1")
        #expect(hex(String(repeating: "a", count: 1_000)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }

    private func Hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    @Test(
        "base64, examples of RFC 4648, are right",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ])
    func base64(_ text: String, _ encoded: String) {
        #expect(WebSocketAccept.base64(Array(text.utf8)) == encoded)
    }
}

extension String {
    /// Without the two line ends at the end of a head. (For `String` a CR LF is one character.)
    fileprivate var withoutEmptyLine: String { String(decoding: utf8.dropLast(4), as: UTF8.self) }
}

@Suite("HTTP head") struct HTTPHeadTests {
    private func head(_ text: String) throws -> HTTPHead { try HTTPHead(parsing: Array(text.utf8)) }

    @Test("head, malformed lines, is refused by name")
    func malformed() {
        #expect(throws: HTTPHeadError.emptyStartLine) { try head("") }
        #expect(throws: HTTPHeadError.malformedField) { try head("GET\r\nno colon") }
        #expect(throws: HTTPHeadError.malformedField) { try head("GET\r\nA : b") }
        #expect(throws: HTTPHeadError.malformedField) { try head("GET\r\nA: b\r\n folded: c") }
        #expect(throws: HTTPHeadError.malformedField) { try head("GET\r\n: b") }
        #expect(throws: HTTPHeadError.controlCharacter(got: 10)) { try head("GET\nA: b") }
        #expect(throws: HTTPHeadError.controlCharacter(got: 13)) { try head("GET\rA: b") }
        #expect(throws: HTTPHeadError.controlCharacter(got: 0)) { try head("GET\r\nA: b\u{0}") }
        let many = (0...64).map { "\r\nA\($0): b" }.joined()
        #expect(throws: HTTPHeadError.tooManyFields(got: 65, allowed: 64)) { try head("GET" + many) }
    }

    @Test("head, byte by byte, comes out with its last byte and leaves the rest")
    func byteByByte() throws {
        let text = "GET / HTTP/1.1\r\nA: b\r\n\r\nrest"
        var collector = HeadCollector()
        var buffer = ByteBuffer()
        for (index, byte) in text.utf8.enumerated() {
            buffer.writeInteger(byte)
            let head = try collector.next(from: &buffer)
            #expect((head != nil) == (index == 23))
            if let head { #expect(head.startLine == "GET / HTTP/1.1" && head.value("a") == "b") }
        }
        #expect(String(buffer: buffer) == "rest")
    }

    @Test("head, longer than the limit with or without its end, is refused by name")
    func tooLong() throws {
        var collector = HeadCollector()
        var endless = ByteBuffer(repeating: 65, count: 4_097)
        #expect(throws: HTTPHeadError.tooLong(got: 4_097, allowed: 4_096)) { try collector.next(from: &endless) }
        var exact = ByteBuffer(string: "A: " + String(repeating: "b", count: 4_089) + "\r\n\r\n")
        var fresh = HeadCollector()
        #expect(try fresh.next(from: &exact) != nil)
        var whole = ByteBuffer(string: String(repeating: "b", count: 4_093) + "\r\n\r\n")
        var other = HeadCollector()
        #expect(throws: HTTPHeadError.tooLong(got: 4_097, allowed: 4_096)) { try other.next(from: &whole) }
    }
}
