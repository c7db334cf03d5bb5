// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Liars",
    products: [
        .library(name: "LyingNode", targets: ["LyingNode"]),
        .executable(name: "lying-node", targets: ["lying-node"]),
    ],
    dependencies: [
        .package(path: "../../Packages/MeshCrypto"),
        .package(path: "../../Packages/MeshTransport"),
        .package(path: "../../Apps/Node"),
    ],
    targets: [
        .target(
            name: "LyingNode",
            dependencies: [
                .product(name: "MeshCrypto", package: "MeshCrypto"),
                .product(name: "MeshWire", package: "MeshTransport"),
                .product(name: "MeshNode", package: "Node"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "lying-node",
            dependencies: [
                "LyingNode",
                .product(name: "MeshNode", package: "Node"),
                .product(name: "MeshNodeShell", package: "Node"),
            ],
            swiftSettings: settings),
    ]
)
