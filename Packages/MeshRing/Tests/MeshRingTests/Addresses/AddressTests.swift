import Testing

@testable import MeshRing

@Suite struct AddressTests {
    @Test(
        "literals, parsed and printed, come out in canonical form",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
            ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("fe80:0:0:0:0:0:0:0", "fe80::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ])
    func canonicalForm(text: String, canonical: String) throws {
        let address = try PlacementAddress(text: text)
        #expect(address.description == canonical)
        #expect(try PlacementAddress(text: canonical) == address)
    }

    @Test(
        "texts that are no literals are refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "1..2.3", " 1.2.3.4", "1.2.3.4 ",
            "a.b.c.d",
            ":", ":::", "1:::2", "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            ":1::2",
            "1::2:", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "fe80::1%eth0", "[::1]", "localhost", "g::",
            "1:2:3:4:5:6:7:1.2.3.4",
            "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
        ])
    func badLiterals(text: String) {
        #expect(throws: AddressTextError.self) { try PlacementAddress(text: text) }
    }

    @Test(
        "endpoints, parsed and printed, keep brackets and port",
        arguments: [
            "192.0.2.1:1", "[2001:db8::1]:65535", "[::]:4000",
        ])
    func endpoints(text: String) throws {
        #expect(try Endpoint(text: text).description == text)
    }

    @Test(
        "texts that are no endpoints are refused by name",
        arguments: [
            ("1.2.3.4", AddressTextError.noPort("1.2.3.4")), ("1.2.3.4:0", .badPort("1.2.3.4:0")),
            ("1.2.3.4:65536", .badPort("1.2.3.4:65536")), ("1.2.3.4:080", .badPort("1.2.3.4:080")),
            ("1.2.3.4:", .badPort("1.2.3.4:")), ("::1:80", .noBrackets("::1:80")),
            ("[1.2.3.4]:80", .notAnAddress("[1.2.3.4]:80")),
            ("[fe80::1%2]:80", .hasZone("fe80::1%2")), ("host:80", .notAnAddress("host")),
            ("[]:80", .notAnAddress("[]")),
        ])
    func badEndpoints(text: String, error: AddressTextError) {
        #expect(throws: error) { try Endpoint(text: text) }
    }

    @Test("any characters, parsed, give a literal that prints and parses the same, or an error")
    func parserIsTotal() throws {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("0123456789abcdefABCDEF::::....%[]x")
        var parsed = 0
        for _ in 0..<100_000 {
            let text = String((0..<random.below(24)).map { _ in alphabet[Int(random.below(UInt64(alphabet.count)))] })
            guard let address = try? PlacementAddress(text: text) else { continue }
            parsed += 1
            #expect(try PlacementAddress(text: address.description) == address)
        }
        #expect(parsed > 100)
    }

    @Test(
        "special-purpose addresses have their kind",
        arguments: [
            ("8.8.8.8", AddressKind.global), ("2606:4700::1111", .global), ("2001:200::1", .global),
            ("127.0.0.1", .laboratory), ("127.1.0.1", .laboratory), ("10.1.2.3", .laboratory),
            ("172.16.0.1", .laboratory),
            ("172.31.255.255", .laboratory), ("172.32.0.1", .global), ("192.168.3.4", .laboratory),
            ("169.254.1.1", .laboratory), ("100.64.0.1", .laboratory), ("198.19.0.1", .laboratory),
            ("::1", .laboratory),
            ("fd00::1", .laboratory), ("fe80::1", .laboratory), ("0.0.0.0", .refused(.unspecified)),
            ("::", .refused(.unspecified)), ("224.0.0.1", .refused(.multicast)), ("ff02::1", .refused(.multicast)),
            ("255.255.255.255", .refused(.multicast)), ("240.0.0.1", .refused(.reserved)),
            ("192.0.2.1", .refused(.documentation)),
            ("2001:db8::1", .refused(.documentation)), ("3fff::1", .refused(.documentation)),
            ("::ffff:8.8.8.8", .refused(.mapped)),
            ("::8.8.8.8", .refused(.mapped)), ("2002:808:808::1", .refused(.sixToFour)),
            ("192.88.99.1", .refused(.sixToFour)),
            ("2001:0:1::1", .refused(.teredo)), ("64:ff9b::808:808", .refused(.nat64)),
            ("64:ff9b:1::1", .refused(.nat64)),
            ("2001:10::1", .refused(.reserved)), ("4000::1", .refused(.reserved)), ("fec0::1", .refused(.reserved)),
        ])
    func kinds(text: String, kind: AddressKind) throws {
        #expect(try PlacementAddress(text: text).kind == kind)
    }

    @Test("a public network takes global addresses and slots below 8, a laboratory its own kind and any slot")
    func admission() throws {
        let (global, local, tunnel) = (
            Samples.address(1), Samples.endpoint("10.0.0.1:1").address, try PlacementAddress(text: "2002::1")
        )
        let (network, laboratory) = (Samples.parameters(), Samples.parameters(laboratory: true))
        #expect(network.admits(global) && !network.admits(local) && !network.admits(tunnel))
        #expect(!laboratory.admits(global) && laboratory.admits(local) && !laboratory.admits(tunnel))
        #expect(network.admits(slot: 7) && !network.admits(slot: 8) && laboratory.admits(slot: 65_535))
        #expect(network.defaultSlot(port: 4000) == 0 && laboratory.defaultSlot(port: 4000) == 4000)
    }

    @Test("prefix and placement key cut addresses where DESIGN says")
    func prefixes() throws {
        let one = try PlacementAddress(text: "203.1.7.8")
        #expect(one.prefix == (try PlacementAddress(text: "203.1.255.1")).prefix)
        #expect(one.prefix != (try PlacementAddress(text: "203.2.7.8")).prefix)
        #expect(one.prefix.description == "203.1.0.0/16")
        let six = try PlacementAddress(text: "2606:4700:1:aabb::1")
        #expect(six.prefix.description == "2606:4700::/32")
        #expect(six.placementKey == (try PlacementAddress(text: "2606:4700:1:aaff:1::2")).placementKey)
        #expect(six.placementKey != (try PlacementAddress(text: "2606:4700:1:abbb::1")).placementKey)
        #expect(six.unmapped == six)
        #expect(try PlacementAddress(text: "::ffff:203.1.7.8").unmapped == one)
    }
}
