import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

struct StartAddressTests {
    let node = Keys.node(7).id

    @Test("an address, a name and IPv6 in brackets, each with and without an id, read back to equal values")
    func readsBack() throws {
        for place in ["192.0.2.1:4000", "[2001:db8::1]:65535", "node.example.org:1", "localhost:7000", "a_b-c.org.:80"]
        {
            for text in [place, "\(node)@\(place)"] {
                let address = try StartAddress(text: text)
                #expect(address.description == text)
                #expect(address.location == place)
                #expect(address.node == (text == place ? nil : node))
                #expect(try StartAddress(text: address.description) == address)
            }
        }
    }

    @Test("literals become endpoints, names stay names in lower case")
    func targets() throws {
        #expect(try StartAddress(text: "127.0.0.1:80").target == .endpoint(Endpoint(text: "127.0.0.1:80")))
        #expect(try StartAddress(text: "[::1]:80").target == .endpoint(Endpoint(text: "[::1]:80")))
        #expect(try StartAddress(text: "Node.Example:80").target == .name("node.example", port: 80))
    }

    @Test(
        "what is neither address nor name, has no port or a bad id is a named error",
        arguments: [
            "", ":", ":80", "host", "host:", "host:0", "host:65536", "host:+1", "host:8 0", "::1:80", "[::1]",
            "[::1]:0",
            "[host]:80", "1.2.3:80", "1.2.3.256:80", "01.2.3.4:80", "a..b:80", "-.1:80", "ho st:80", "hööst:80",
            "fe80::1%eth0:80", "[fe80::1%eth0]:80", "node1@host:80", "@host:80", "x@host:80", "a@b@c:80",
        ])
    func refuses(text: String) {
        #expect(throws: StartAddressError.self) { try StartAddress(text: text) }
    }
}
