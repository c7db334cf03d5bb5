// swift-tools-version: 6.2
import PackageDescription

// Somebody else's project: it takes MeshQueue alone.
let package = Package(
    name: "QueueConsumer",
    dependencies: [.package(path: "../../../Packages/MeshQueue")],
    targets: [
        .executableTarget(name: "queue", dependencies: [.product(name: "MeshQueue", package: "MeshQueue")])
    ]
)
