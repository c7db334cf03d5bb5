import Testing

@testable import SimulatedNetwork

/// Dials whom it is told, says a number every 100 ms over all its links, and remembers all that happens.
private struct Talker: SimulatedHost {
    struct Number: SimulatedMessage {
        let value: Int
        var byteCount: Int { 10 }
    }

    var toDial: [Int]
    var links: [LinkNumber] = []
    var log: [String] = []
    var heard: [Int] = []
    private var said = 0

    init(dialling seats: [Int] = []) {
        toDial = seats
    }

    mutating func handle(_ event: HostEvent<Number>, _ outlet: inout HostOutlet<Number, Int>) -> UInt64? {
        switch event {
        case .start: for seat in toDial { outlet.dial(seat, number: seat) }
        case .linkOpened(let link, let other, let dial):
            links.append(link)
            log.append("\(outlet.now) open \(other) \(dial.map(String.init) ?? "-")")
        case .linkClosed(let link, let other):
            links.removeAll { $0 == link }
            log.append("\(outlet.now) closed \(other)")
        case .dialFailed(let number): log.append("\(outlet.now) failed \(number)")
        case .message(let message, let from, _):
            heard.append(message.value)
            log.append("\(outlet.now) heard \(message.value) of \(from)")
        case .tick:
            said += 1
            for link in links { outlet.send(Number(value: said), over: link) }
        }
        return (outlet.now / 100 + 1) * 100
    }
}

@Suite struct VirtualNetworkTests {
    private typealias Network = VirtualNetwork<Talker>

    private func pair(seed: UInt64 = 1, _ change: (inout Conditions) -> Void = { _ in }) -> Network {
        let network = Network(seats: 2, seed: seed, now: 0)
        change(&network.conditions)
        network.start(Talker(), on: 1, at: 1)
        network.start(Talker(dialling: [1]), on: 0, at: 0)
        return network
    }

    private func heard(_ network: Network, _ seat: Int) -> [Int] { network.host(seat)!.heard }
    private func log(_ network: Network, _ seat: Int) -> [String] { network.host(seat)!.log }

    @Test("one seed is one run, another seed another one")
    func determinism() {
        func trace(_ seed: UInt64) -> [String] {
            let network = pair(seed: seed) {
                $0.lostPerMille = 100
                $0.repeatedPerMille = 100
                $0.stragglersPerMille = 100
            }
            network.run(for: 20_000)
            return log(network, 0) + log(network, 1)
        }
        #expect(trace(1) == trace(1))
        #expect(trace(1) != trace(2))
    }

    @Test("messages are lost, repeated and overtaken as often as said")
    func rates() {
        let network = pair {
            $0.lostPerMille = 200
            $0.repeatedPerMille = 100
        }
        network.run(for: 200_000)
        let numbers = heard(network, 1)
        #expect((1_500...1_700).contains(Set(numbers).count))
        #expect((120...200).contains(numbers.count - Set(numbers).count))
        let rough = pair { $0.delay = 1...300 }
        rough.run(for: 20_000)
        #expect(heard(rough, 1) != heard(rough, 1).sorted())
    }

    @Test("nothing gets through a one-way cut, and everything the other way")
    func oneWay() {
        let network = pair()
        network.run(for: 1_000)
        network.conditions.block(fromHost: 0, to: 1)
        network.run(for: 100)
        let before = (heard(network, 0).count, heard(network, 1).count)
        network.run(for: 5_000)
        #expect(heard(network, 1).count == before.1)
        #expect(heard(network, 0).count >= before.0 + 49)
        network.conditions.heal()
        network.run(for: 1_000)
        #expect(heard(network, 1).count > before.1)
    }

    @Test("a process's end is told to the other end at once, a machine's silence after the timeout")
    func ends() {
        let network = pair { $0.silentLinkTimeout = 5_000 }
        network.run(for: 1_000)
        network.end(0, silently: false)
        network.run(for: 100)
        #expect(log(network, 1).last!.hasSuffix("closed 0"))
        let silent = pair { $0.silentLinkTimeout = 5_000 }
        silent.run(for: 1_000)
        silent.end(0, silently: true)
        silent.run(for: 4_900)
        #expect(!log(silent, 1).contains { $0.hasSuffix("closed 0") })
        silent.run(for: 200)
        #expect(log(silent, 1).last!.hasSuffix("closed 0"))
    }

    @Test("dials to a process that is gone fail at once, to a silent machine after the timeout, to a new one succeed")
    func dials() {
        let network = pair()
        network.run(for: 1_000)
        network.end(1, silently: false)
        network.tell(0) { _, outlet in
            outlet.dial(1, number: 7)
            return nil
        }
        network.run(for: 100)
        #expect(log(network, 0).contains { $0.hasSuffix("failed 7") })
        network.start(Talker(), on: 1, at: 1)
        network.end(1, silently: true)
        network.tell(0) { _, outlet in
            outlet.dial(1, number: 8)
            return nil
        }
        network.run(for: 9_900)
        #expect(!log(network, 0).contains { $0.hasSuffix("failed 8") })
        network.run(for: 200)
        #expect(log(network, 0).contains { $0.hasSuffix("failed 8") })
    }

    @Test("a paused host gets what was sent when it goes on, and nothing before")
    func pause() {
        let network = pair()
        network.run(for: 1_000)
        network.conditions.pause(1, until: 11_000)
        let before = heard(network, 1).count
        network.run(for: 9_900)
        #expect(heard(network, 1).count == before)
        network.run(for: 200)
        #expect(heard(network, 1).count >= before + 98)
    }

    @Test("a slow host is late, a deaf one misses its share")
    func impaired() {
        let network = pair { $0.slow(1, by: 5_000) }
        network.run(for: 60_000)
        #expect((510...599).contains(heard(network, 1).count))
        let deaf = pair { $0.deafen(1, perMille: 750) }
        deaf.run(for: 60_000)
        #expect((100...200).contains(heard(deaf, 1).count) && heard(deaf, 0).count > 590)
    }
}
