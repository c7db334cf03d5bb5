import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct NodeMapTests {
    /// Half of them begin with the same eight bytes, so that they all want one slot.
    private let nodes = (0..<60).map { number in
        guard number % 2 == 0 else { return Samples.node(number) }
        return NodeID(trusted: Bytes32(Array(repeating: 7, count: 8) + Samples.node(number).bytes.bytes[8...])!)
    }

    private func expectEqual(_ map: NodeMap<Int>, _ dictionary: [NodeID: Int]) {
        #expect(map.count == dictionary.count && map.isEmpty == dictionary.isEmpty)
        #expect(map.keys.sorted() == dictionary.keys.sorted())
        for node in nodes {
            #expect(map[node] == dictionary[node])
            #expect(map.contains(node) == (dictionary[node] != nil))
        }
    }

    @Test("a map by node ids holds what a dictionary does, whatever is set, changed and taken out")
    func likeADictionary() {
        var random = SeededGenerator(seed: 1)
        var map = NodeMap<Int>(key: 42 << 40)
        var dictionary: [NodeID: Int] = [:]
        expectEqual(map, dictionary)
        for step in 0..<3_000 {
            // It fills up and empties by turns.
            let node = nodes[Int(random.below(UInt64(nodes.count)))]
            switch random.below(step / 500 % 2 == 0 ? 6 : 3) {
            case 0: (map[node], dictionary[node]) = (nil, nil)
            case 1:
                let taken = map.removeValue(forKey: node)
                #expect(taken == dictionary.removeValue(forKey: node))
            case 2:
                map[node]? += 1
                dictionary[node]? += 1
            case 3:
                map[node, default: 5] += 1
                dictionary[node, default: 5] += 1
            default: (map[node], dictionary[node]) = (step, step)
            }
            if step % 50 == 0 { expectEqual(map, dictionary) }
        }
        var sum = 0
        map.forEach { _, value in sum += value }
        #expect(sum == dictionary.values.reduce(0, +))
    }

    @Test("a copy of a map is its own")
    func copies() {
        var map = NodeMap<[Int]>(key: 1)
        map[nodes[0]] = [1]
        let copy = map
        map[nodes[0]]?.append(2)
        map[nodes[1]] = []
        #expect(copy[nodes[0]] == [1] && copy.count == 1)
        #expect(map[nodes[0]] == [1, 2] && map.count == 2)
    }
}
