import Testing

@testable import MeshNode

@Suite struct NumberMapTests {
    @Test("number map, thousands of changes, always what a dictionary has")
    func likeADictionary() {
        var map = NumberMap<UInt64, Int>()
        var model: [UInt64: Int] = [:]
        var random = SplitMix(state: 7)
        for step in 0..<20_000 {
            // Few keys, so that all of them come, go and come back; some far apart, as links of several loops are.
            let key = random.next() % 97 << (random.next() % 3 * 24)
            switch random.next() % 4 {
            case 0: #expect(map.removeValue(forKey: key) == model.removeValue(forKey: key))
            case 1:
                map[key]? += 1
                model[key]? += 1
            case 2:
                map[key] = nil
                model[key] = nil
            default:
                map[key] = step
                model[key] = step
            }
            #expect(map[key] == model[key] && map.count == model.count && map.isEmpty == model.isEmpty)
        }
        #expect(Set(map.keys) == Set(model.keys))
        #expect(model.allSatisfy { map[$0.key] == $0.value })
        #expect(Set(map.keys { $0.isMultiple(of: 2) }) == Set(model.filter { $0.value.isMultiple(of: 2) }.keys))
        #expect(map.count { $0.isMultiple(of: 3) } == model.values.count { $0.isMultiple(of: 3) })
    }

    @Test("number map, copied and changed, the copy stays")
    func value() {
        var map = NumberMap<UInt64, [Int]>()
        for key in 0..<100 as Range<UInt64> { map[key] = [Int(key)] }
        let copy = map
        for key in 0..<100 as Range<UInt64> { map[key]?.append(1) }
        map[5] = nil
        #expect(copy.count == 100 && copy[5] == [5] && map[5] == nil && map[6] == [6, 1])
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
