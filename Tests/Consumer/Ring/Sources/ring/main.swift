// Tells which of ten nodes keep a user's messages, and what changes when one of them goes.
import MeshCrypto
import MeshRing

let parameters = try NetworkParameters(laboratory: true, nonce: Bytes16())
let placements = try (1...10).map { number in
    Placement(
        node: NodeIdentity.generate().id, address: try PlacementAddress(text: "10.\(number).0.1"), slot: 7_000)
}
let user = UserIdentity.generate().id
let before = Ring(placements, in: parameters).replicaSet(for: user)
print("\(user) is kept by")
for node in before { print("  \(node)") }

let after = Ring(placements.filter { $0.node != before.residence }, in: parameters).replicaSet(for: user)
print("and without the first of them by")
for node in after { print("  \(node)") }

precondition(Set(before).count == 3 && Set(after).count == 3, "a set has three different nodes")
precondition(Array(after.prefix(2)) == Array(before.dropFirst()), "the others stay and move up")
