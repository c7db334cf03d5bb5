import CAllocationCounter
import Foundation
import MeshCrypto
import Testing

@testable import MeshRing
@testable import RingMeasures

/// `make bench-ring` in short.
@Suite struct PlacementMeasureTests {
    @Test("two draws of 100 nodes, the goals of bench-ring are met", arguments: Crowd.Spread.allCases, [1, 2])
    func goals(spread: Crowd.Spread, seed: UInt64) {
        let figures = PlacementFigures(nodes: 100, spread, caps: true, seed: seed, .short)
        #expect(figures.placedNodes == 100 && figures.replicas.sets > 25_000)
        #expect(figures.maximumOverMean <= 1.25 && figures.minimumOverMean >= 0.75)
        #expect(figures.replicas.maximumOverMean <= 1.25 && figures.replicas.diversityBreaks == 0)
        #expect((0.9...1.1).contains(figures.movedOverIdeal), "\(figures.moves.residences)")
        // Counted on few users; a newcomer in a prefix of its own gets more than the mean of a skewed network.
        #expect((0.8...1.2).contains(figures.moves.copies), "\(figures.moves.copies)")
    }

    @Test("a network with more nodes in a /16 than count, the caps show in the figures")
    func capsShow() {
        let glance = Effort(samplesPerPoint: 0, changesOfAKind: 0, users: 0)
        #expect(PlacementFigures(nodes: 400, .skewed, caps: true, seed: 3, glance).placedNodes == 200 + 3 * 64)
        #expect(PlacementFigures(nodes: 400, .skewed, caps: false, seed: 3, glance).placedNodes == 400)
    }

    @Test("sets without diversity are counted where the roster would have allowed it")
    func breaksAreCounted() {
        var crowd = Crowd(seed: 4)
        let placements = crowd.placements(20, .even)
        let parameters = Samples.parameters(points: 8)
        // The ring is told that all have one prefix; the roster knows better.
        let blind = placements.enumerated().map { number, placement in
            Placement(node: placement.node, address: .ipv4(0x0801_0000 + UInt32(number)), slot: 0)
        }
        let oneSlash16 = crowd.addresses(2)
        let truth = blind.enumerated().map { number, placement in
            Placement(node: placement.node, address: number < 17 ? oneSlash16[0] : placements[number].address, slot: 0)
        }
        let load = ReplicaLoad(of: Ring(blind, in: parameters), placements: truth, .short)
        #expect(load.diversityBreaks > load.sets / 2)
        #expect(ReplicaLoad(of: Ring(placements, in: parameters), placements: placements, .short).diversityBreaks == 0)
    }

    @Test("the same seed gives the same network, another one another")
    func seeds() {
        var (one, same, other) = (Crowd(seed: 5), Crowd(seed: 5), Crowd(seed: 6))
        let placements = one.placements(50, .skewed)
        #expect(placements == same.placements(50, .skewed) && placements != other.placements(50, .skewed))
        #expect(Dictionary(grouping: placements, by: \.address.prefix).count { $0.value.count >= 8 } == 3)
        #expect(placements.allSatisfy { $0.address.kind == .global })
    }

    @Test("the counter of allocations counts each way to allocate", .enabled(if: allocations_are_counted()))
    func counterCounts() {
        let counts = [
            allocationsOf { _ = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8) },
            allocationsOf { _ = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64) },
            allocationsOf { _ = malloc(64) }, allocationsOf { _ = calloc(8, 8) },
            allocationsOf { _ = realloc(nil, 64) }, allocationsOf { _ = aligned_alloc(64, 64) },
        ]
        #expect(counts == [1, 1, 1, 1, 1, 1])
        #expect(allocationsOf {} == 0)
    }

    private func allocationsOf(_ body: () -> Void) -> UInt64 {
        let before = allocation_count()
        body()
        return allocation_count() - before
    }

    /// So much that what other tests do at the same time doesn't matter; untouched, so it costs no memory.
    @Test("the bytes given out are told, while they are out", .enabled(if: allocations_are_counted()))
    func bytesAreTold() {
        let before = allocated_bytes()
        let block = UnsafeMutableRawPointer.allocate(byteCount: 1 << 30, alignment: 16)
        #expect(allocated_bytes() > before + 1 << 29)
        block.deallocate()
        #expect(allocated_bytes() < before + 1 << 29)
    }
}
