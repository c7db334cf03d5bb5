import Testing

@testable import MeshCrypto

@Suite("Merkle range")
struct MerkleRangeTests {
    private func hashes(_ count: Int) -> [Bytes32] {
        (0..<count).map { MerkleTree.leafHash([UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]) }
    }

    @Test("every range of every small tree gives the root, and what is cut out of it is the smaller range's proof")
    func ranges() {
        for count in 1...18 {
            let leaves = hashes(count)
            let tree = MerkleTree(leafHashes: leaves)
            for first in 0..<count {
                for end in first + 1...count {
                    let proof = tree.proof(of: first..<end)
                    let covered = Array(leaves[first..<end])
                    #expect(proof.root(of: covered) == tree.root)
                    for inner in 0..<covered.count {
                        let narrow = proof.narrowed(to: inner..<inner + 1, of: covered)
                        #expect(narrow == tree.proof(of: first + inner..<first + inner + 1))
                    }
                    #expect(proof.narrowed(to: 0..<covered.count, of: covered) == proof)
                }
            }
        }
    }

    @Test("a range of one leaf has the hashes of the leaf's path")
    func single() {
        let tree = MerkleTree(leafHashes: hashes(13))
        for index in 0..<13 { #expect(tree.proof(of: index..<index + 1).hashes == tree.proof(at: index).path) }
    }

    @Test("another leaf, order, place, count or hash gives another root or none")
    func hostile() {
        let leaves = hashes(21)
        let tree = MerkleTree(leafHashes: leaves)
        let proof = tree.proof(of: 5..<9)
        let covered = Array(leaves[5..<9])
        #expect(proof.root(of: covered.reversed()) != tree.root)
        #expect(proof.root(of: Array(covered.dropLast())) != tree.root)
        #expect(proof.root(of: covered + [leaves[9]]) != tree.root)
        #expect(proof.root(of: []) == nil)
        for index in proof.hashes.indices {
            var hashes = proof.hashes
            hashes[index] = .random()
            #expect(MerkleRange(first: 5, treeCount: 21, hashes: hashes).root(of: covered) != tree.root)
            hashes.remove(at: index)
            #expect(MerkleRange(first: 5, treeCount: 21, hashes: hashes).root(of: covered) != tree.root)
        }
        let senseless: [(Int, Int)] = [
            (-1, 21), (18, 21), (5, 0), (5, -1), (.max, .max), (.min, .min), (0, .max),
            (5, MerkleRange.maximumLeaves + 1),
        ]
        for (first, count) in senseless {
            #expect(MerkleRange(first: first, treeCount: count, hashes: proof.hashes).root(of: covered) == nil)
        }
        for (first, count) in [(4, 21), (6, 21), (5, 40)] {
            #expect(MerkleRange(first: first, treeCount: count, hashes: proof.hashes).root(of: covered) != tree.root)
        }
        #expect(proof.narrowed(to: 3..<5, of: covered) == nil)
        #expect(proof.narrowed(to: 2..<2, of: covered) == nil)
    }
}
