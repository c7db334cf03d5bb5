import Testing

@testable import MeshCrypto

@Suite("Merkle tree")
struct MerkleTests {
    struct File: Decodable {
        struct Path: Decodable {
            var count: Int
            var index: Int
            var path: [HexBytes]
        }
        var roots: [HexBytes]
        var paths: [Path]
    }

    private func leaves(_ count: Int) -> [[UInt8]] {
        (0..<count).map { [UInt8](repeating: UInt8($0), count: $0) }
    }

    @Test("roots and paths are those of RFC 6962's recursive definitions")
    func vectors() throws {
        let file = try Vectors.load("merkle", as: File.self)
        for (count, root) in file.roots.enumerated() {
            #expect(MerkleTree(leaves: leaves(count)).root.bytes == root.bytes, "\(count) leaves")
        }
        for path in file.paths {
            let proof = MerkleTree(leaves: leaves(path.count)).proof(at: path.index)
            #expect(proof.path.map(\.bytes) == path.path.map(\.bytes))
        }
    }

    @Test("every leaf of every small tree is proven, and no other leaf, place, count or root is")
    func proofs() {
        for count in 1...40 {
            let leaves = leaves(count)
            let tree = MerkleTree(leaves: leaves)
            for index in 0..<count {
                let proof = tree.proof(at: index)
                let hash = MerkleTree.leafHash(leaves[index])
                #expect(proof.proves(hash, root: tree.root))
                #expect(!proof.proves(MerkleTree.leafHash([1, 2]), root: tree.root))
                #expect(!proof.proves(hash, root: .random()))
                for other in 0..<count where other != index {
                    #expect(!MerkleProof(index: other, count: count, path: proof.path).proves(hash, root: tree.root))
                }
            }
        }
    }

    @Test("altered, cut and lengthened paths prove nothing, and senseless numbers don't trap")
    func hostile() {
        let tree = MerkleTree(leaves: leaves(13))
        let proof = tree.proof(at: 12)
        let hash = MerkleTree.leafHash(leaves(13)[12])
        for index in proof.path.indices {
            var path = proof.path
            path[index] = .random()
            #expect(!MerkleProof(index: 12, count: 13, path: path).proves(hash, root: tree.root))
        }
        let bad: [[Bytes32]] = [
            Array(proof.path.dropLast()), Array(proof.path.dropFirst()), proof.path + [.random()], [],
        ]
        for path in bad { #expect(!MerkleProof(index: 12, count: 13, path: path).proves(hash, root: tree.root)) }
        for (index, count) in [(-1, 13), (13, 13), (0, 0), (0, -1), (.max, .max), (.min, .min), (12, .max)] {
            #expect(!MerkleProof(index: index, count: count, path: proof.path).proves(hash, root: tree.root))
        }
    }

    @Test("an inner node can't be shown as a leaf")
    func secondPreimage() {
        let tree = MerkleTree(leaves: leaves(2))
        let inner = MerkleTree.leafHash(leaves(2)[0]).bytes + MerkleTree.leafHash(leaves(2)[1]).bytes
        #expect(MerkleTree.leafHash(inner) != tree.root)
        #expect(MerkleTree(leaves: [inner]).root != tree.root)
    }
}
