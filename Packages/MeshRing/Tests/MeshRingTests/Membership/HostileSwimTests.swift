import MeshCrypto
import Testing

@testable import MeshRing

/// What lying members can't do to those that SWIM watches.
@Suite struct HostileSwimTests {
    typealias Network = VirtualNetwork<SwimMembership>

    private func settled(_ count: Int, seed: UInt64 = 3, laboratory: Bool = true) -> Network {
        let network = Network(seed: seed, laboratory: laboratory)
        for index in 0..<count {
            let address = laboratory ? .ipv4(0x7f00_0001) : Samples.address(index)
            network.add(at: Endpoint(address: address, port: UInt16(4_000 + index))!)
        }
        network.warmStart()
        network.run(for: 3_000)
        return network
    }

    private func downs(_ network: Network) -> Int {
        network.hosts.reduce(0) { sum, host in
            sum + host.log.count { if case .memberChanged(_, _, .down) = $0 { true } else { false } }
        }
    }

    private func say(_ message: SwimMessage, from liar: Int, to index: Int, _ network: Network) {
        network.inject(index, .message(message.encoded(), from: network.node(liar)))
    }

    @Test("a member that accuses everybody without end removes nobody, changes no digest, and isn't heard for long")
    func accusations() {
        let network = settled(12)
        let digest = network.core(0).roster.digest
        let before = network.messageCount
        for _ in 0..<120 {
            for index in 1..<12 {
                let hints = (0..<12).filter { $0 != index }.map {
                    SwimMessage.Hint(node: network.node($0), incarnation: 1_000)
                }
                say(.gossip(.init(digest: digest, hints: hints)), from: 0, to: index, network)
                say(.probe(sequence: 1, accuses: true, .init(digest: digest)), from: 0, to: index, network)
            }
            network.run(for: 500)
        }
        #expect(downs(network) == 0 && network.hasConverged(12))
        #expect(network.core(0).roster.digest == digest)
        // In an hour without liars they say some 4 a second each.
        #expect(network.messageCount - before < 12 * 60 * 20, "\(network.messageCount - before)")
    }

    @Test("accused from three sides, a node refutes by a higher incarnation, once in ten seconds")
    func refutation() {
        let network = settled(8)
        let digest = network.core(0).roster.digest
        for liar in 1...2 { say(.probe(sequence: 1, accuses: true, .init(digest: digest)), from: liar, to: 0, network) }
        #expect(network.core(0).ownRecord.incarnation == 1)
        for _ in 0..<10 {
            for liar in 1...5 {
                say(.probe(sequence: 1, accuses: true, .init(digest: digest)), from: liar, to: 0, network)
            }
            network.run(for: 500)
        }
        #expect(network.core(0).ownRecord.incarnation == 2)
        #expect(network.run(atMost: 5_000) { network.hasConverged(8) } != nil)
        #expect(network.core(7).roster[network.node(0)]!.record.incarnation == 2)
    }

    @Test("relays that lie about an answer aren't believed: only the target's signature counts")
    func forgedAnswer() throws {
        let network = settled(8)
        network.crash(1, silent: true)
        let forged = Bytes64()
        for _ in 0..<300 {
            if let round = network.core(0).rounds[network.node(1)] {
                for relay in round.relays {
                    let liar = try #require(network.hosts.firstIndex { $0.identity.id == relay.node })
                    say(.relayResult(sequence: round.sequence, .answered(forged)), from: liar, to: 0, network)
                }
            }
            network.run(for: 20)
        }
        #expect(network.core(0).counters.refusedMessages > 0)
        #expect(network.run(atMost: 15_000) { network.state(of: 1, at: 0) == .down } != nil)
    }

    @Test("a signature for another nonce, requester or network isn't taken for an answer")
    func replayedAnswer() throws {
        let network = settled(8)
        network.crash(1, silent: true)
        _ = network.run(atMost: 10_000) { network.core(0).rounds[network.node(1)]?.stage == .relayed }
        let round = try #require(network.core(0).rounds[network.node(1)])
        let relay = try #require(network.hosts.firstIndex { $0.identity.id == round.relays[0].node })
        var text = network.parameters.id.bytes.bytes + network.node(2).bytes.bytes + round.nonce.bytes
        let signature = Samples.identity(1).sign(text, context: SwimMembership.lifeContext)
        say(.relayResult(sequence: round.sequence, .answered(signature)), from: relay, to: 0, network)
        #expect(network.core(0).rounds[network.node(1)] != nil)
        text.replaceSubrange(32..<64, with: network.node(0).bytes.bytes)
        let second = try #require(network.hosts.firstIndex { $0.identity.id == round.relays[1].node })
        let honest = Samples.identity(1).sign(text, context: SwimMembership.lifeContext)
        say(.relayResult(sequence: round.sequence, .answered(honest)), from: second, to: 0, network)
        #expect(network.core(0).rounds[network.node(1)] == nil)
    }

    @Test("a relay's answer that comes after its round clears the suspicion, and no other node's does")
    func lateAnswer() throws {
        let network = settled(8)
        network.crash(1, silent: true)
        let node = network.node(1)
        _ = network.run(atMost: 10_000) { network.core(0).rounds[node]?.stage == .relayed }
        let round = try #require(network.core(0).rounds[node])
        _ = network.run(atMost: 2_000) { network.core(0).suspicions[node] != nil }
        #expect(network.core(0).rounds[node]?.sequence != round.sequence)
        let text = network.parameters.id.bytes.bytes + network.node(0).bytes.bytes + round.nonce.bytes
        let signature = Samples.identity(1).sign(text, context: SwimMembership.lifeContext)
        let asked = Set(round.relays.map(\.node))
        let stranger = try #require((2..<8).first { !asked.contains(network.node($0)) })
        say(.relayResult(sequence: round.sequence, .answered(signature)), from: stranger, to: 0, network)
        #expect(network.core(0).suspicions[node] != nil)
        let relay = try #require((2..<8).first { asked.contains(network.node($0)) })
        say(.relayResult(sequence: round.sequence, .answered(Bytes64())), from: relay, to: 0, network)
        #expect(network.core(0).suspicions[node] != nil)
        say(.relayResult(sequence: round.sequence, .answered(signature)), from: relay, to: 0, network)
        #expect(network.core(0).suspicions[node] == nil && network.state(of: 1, at: 0) == .alive)
    }

    @Test("many liars of one prefix confirm as one voice")
    func onePrefix() {
        // Ten liars in one /16, four honest nodes elsewhere.
        let network = Network(seed: 3, laboratory: false)
        for index in 0..<10 { network.add(at: Endpoint(address: .ipv4(0x0801_0001 + UInt32(index)), port: 4_000)!) }
        for index in 10..<14 { network.add(at: Endpoint(address: Samples.address(index), port: 4_000)!) }
        network.warmStart()
        network.run(for: 3_000)
        // 10 can't reach 11 directly; all relays of the one prefix say that 11 is silent.
        network.cuts = [[10, 11]]
        for _ in 0..<1_500 {
            if let round = network.core(10).rounds[network.node(11)] {
                for liar in 0..<10 { say(.relayResult(sequence: round.sequence, .silent), from: liar, to: 10, network) }
            }
            network.run(for: 20)
        }
        #expect(network.state(of: 11, at: 10)!.isPlaced)
        #expect(network.core(10).suspicions[network.node(11)]?.confirmations.count ?? 0 <= 1)
    }

    @Test("bytes that are no message cost their sender the link and nobody else anything")
    func badBytes() {
        let network = settled(4)
        let start = network.hosts[0].log.count
        network.inject(0, .message([200, 1, 2], from: network.node(1)))
        #expect(network.hosts[0].log[start...].contains(.violation(network.node(1), .message)))
        network.run(for: 5_000)
        #expect(network.hasConverged(4) && downs(network) == 0)
    }

    @Test("relay requests and life signatures are bounded, whoever asks")
    func relayFlood() {
        let network = settled(6)
        let nonce = Bytes16()
        for sequence in 0..<1_000 {
            say(
                .relayRequest(
                    sequence: UInt32(sequence), target: network.node(2), nonce: nonce, .init(digest: Bytes16())),
                from: 1, to: 0, network)
            say(
                .relayedProbe(sequence: UInt32(sequence), requester: network.node(3), nonce: nonce), from: 1, to: 0,
                network)
        }
        let sent = network.hosts[0].log.count { if case .send = $0 { true } else { false } }
        #expect(network.core(0).relays.count <= SwimLimits.relaysPerRequester)
        #expect(sent < SwimLimits.relaysPerRequester + SwimLimits.signatureCredit + 60)
        network.run(for: 2_000)
        #expect(network.core(0).relays.isEmpty && network.core(0).relayCounts.isEmpty)
    }

    @Test("messages of a node that isn't believed are answered at most, never heard")
    func strangers() {
        let network = settled(4)
        let stranger = Samples.identity(90).id
        network.inject(0, .linkUp(stranger, dialled: nil))
        let hints = [SwimMessage.Hint(node: network.node(1), incarnation: 5)]
        network.inject(
            0, .message(SwimMessage.gossip(.init(digest: Bytes16(), hints: hints)).encoded(), from: stranger))
        network.inject(0, .message(SwimMessage.want([network.node(1).short]).encoded(), from: stranger))
        #expect(network.core(0).rounds[network.node(1)] == nil || network.core(0).hinters.isEmpty)
        #expect(network.core(0).counters.refusedMessages == 1)
    }
}
