// swift-tools-version: 6.2
import PackageDescription

// Somebody else's project: it takes MeshRing alone. MeshCrypto, whose ids MeshRing's functions take, comes along.
let package = Package(
    name: "RingConsumer",
    dependencies: [.package(path: "../../../Packages/MeshRing")],
    targets: [
        .executableTarget(name: "ring", dependencies: [.product(name: "MeshRing", package: "MeshRing")])
    ]
)
